"""Describes one law: what it requires, how it is judged, and what follows."""

from __future__ import annotations

import textwrap

from contracts.contract.api import Api
from contracts.engine.law import Law, Level

COLUMNS = 80

CONSEQUENCE = {
    Level.MUST: "If the law is broken, the deployment breaks the contract, and the run ends with "
    "exit code 1. Fix the deployment, or list the law in a --known file with owner and expiry.",
    Level.SHOULD: "If the law is not kept, the verdict is `slack`, and the run ends with exit code "
    "1 only under --fail-on should.",
    Level.MAY: "The contract leaves this open: the run reports what was observed, and never fails "
    "because of it.",
}


def explain_law(law: Law, document: Api) -> str:
    """Return the law's clause, how it is judged, and what follows."""
    facts = law.get_facts(document)
    clause = dict.fromkeys([facts.clause, facts.clause_text])
    needs = "".join(f"\nUntested if {need.value}." for need in sorted(law.needs))
    after = f"\nBlocked unless {', '.join(law.after)} holds." if law.after else ""
    parts = [
        f"{law.id} {law.level}: {law.title}",
        "\n".join(
            _indent_lines(text, "         " if number else "Clause   ")
            for number, text in enumerate(clause)
        ),
        law.sentence,
        law.explanation or _default_explanation(law),
        CONSEQUENCE[law.level] + needs + after,
    ]
    return "\n\n".join("\n".join(map(_indent_lines, part.splitlines())) for part in parts)


def _default_explanation(law: Law) -> str:
    if law.by_exchange is not None:
        return "It is judged by every response of the run, whichever law requested it."
    if law.last:
        return "It is judged at the end of the run, by everything that the run saw."
    return "It is judged by the responses to requests that are sent for it."


def _indent_lines(text: str, head: str = "") -> str:
    """Return *text* in lines that fit any terminal, below the end of *head*."""
    if not text or text[0].isspace():
        return text  # its lines are already broken
    indent = " " * len(head)
    return textwrap.fill(
        text,
        COLUMNS,
        initial_indent=head,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
