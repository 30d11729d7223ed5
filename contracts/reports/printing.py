"""Puts lines on a terminal, or into a log: prose fits a terminal's width, commands stay whole."""

from __future__ import annotations

import re
import textwrap
from typing import TextIO

from rich.console import Console
from rich.text import Text

from contracts.reports.escaping import escape_controls, join_lines

Part = tuple[str, str]
"""A text and its style."""

NARROWEST = 40
"""Columns: on a terminal that is narrower than this, the terminal itself breaks the lines."""

MEMBERS = re.compile(r'(?<=,) (?=")|(?<=;) ')
"""Where JSON may be broken, so that it can still be copied, and between two remarks."""


class _Console(Console):
    """Leaves it to the command line what a reader who has gone away means."""

    def on_broken_pipe(self) -> None:
        """Say it as Python does: rich would end the program with 1, which means broken."""
        raise BrokenPipeError


class Printer:
    """One stream that is printed to; nothing that a deployment answers can act on it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.console = _Console(file=out, highlight=False, markup=False, emoji=False)

    @property
    def width(self) -> int | None:
        """Return the columns of the terminal; a log has none."""
        wide = self.console.is_terminal and self.console.width >= NARROWEST
        return self.console.width if wide else None

    def print_line(self, *parts: Part) -> None:
        """Print one line, never broken by us: a command must be fit to be copied."""
        line = Text.assemble(
            *((self.encode(escape_controls(text)), style) for text, style in parts)
        )
        self.console.print(line, soft_wrap=True)

    def say(self, text: str = "", style: str = "") -> None:
        """Print a sentence."""
        self.print_prose((), text, style)

    def print_prose(self, head: tuple[Part, ...], text: str, style: str = "") -> None:
        """Print *text* after *head*; what does not fit goes on below its beginning."""
        indent = sum(len(part) for part, _ in head)
        first, *rest = self._fit(join_lines(text), indent)
        self.print_line(*head, (first, style))
        for more in rest:
            self.print_line((" " * indent, ""), (more, style))

    def _fit(self, text: str, indent: int) -> list[str]:
        if self.width is None or indent + len(text) <= self.width:
            return [text]
        room = max(self.width - indent, NARROWEST // 2)
        if '{"' not in text:
            words = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
            return words or [""]
        lines: list[str] = []
        for piece in MEMBERS.split(text):
            if lines and len(lines[-1]) + 1 + len(piece) <= room:
                lines[-1] += f" {piece}"
            else:
                lines.append(piece)
        return lines

    def fits(self, text: str) -> bool:
        """Tell whether *text* fits on one line."""
        return self.width is None or len(text) <= self.width

    def encode(self, text: str) -> str:
        """Return *text* as the stream can say it."""
        encoding = getattr(self._out, "encoding", None) or "utf-8"
        return text.encode(encoding, "backslashreplace").decode(encoding)
