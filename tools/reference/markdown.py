"""Markdown that shows any text as it is."""

import re
from collections.abc import Iterable, Sequence


def escape(text: str) -> str:
    """Return *text* in one line, so that Markdown shows its characters; code stays code."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    shown = (
        part if part.startswith("`") else re.sub(r"([\\*_\[\]{}])", r"\\\1", part) for part in parts
    )
    return "".join(shown).replace("|", "\\|").replace("<", "&lt;")


def show_code(text: object) -> str:
    """Return *text* as code that may stand in a table."""
    return f"`{str(text).replace('|', chr(92) + '|')}`"


def draw_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; its cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def compose_page(title: str, about: str, sections: Iterable[str]) -> str:
    """Return a page that says that it is generated, what it is *about*, and then its sections."""
    note = "<!-- Written by `python -m tools.write_reference`; do not edit. -->"
    return "\n".join([f"# {title}\n", f"{note}\n", f"{about}\n", *sections])
