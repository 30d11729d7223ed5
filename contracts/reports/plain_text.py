"""What shows that a law is not kept, as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.engine.events import Finding, LawFinished
from contracts.http.redaction import Evidence
from contracts.reports.steps import describe_change, describe_response, group_steps

REPEAT, SCRIPT = "repeat", "script"

SHOWN_ANSWER = 2_000
"""How many characters are shown of a body in which no part is known to matter."""


def render_evidence(one: LawFinished) -> str:
    """Return the law, its clause, and each finding with the commands that repeat it."""
    lines = [
        f"{one.law.label} {one.law.level} {one.law.sentence}",
        "",
        f"clause    {one.law.clause}",
    ]
    if shows_clause(one):
        lines.append(f"          {one.law.clause_text}")
    if one.known:
        lines.append(f"known     {one.known}")
    if not one.findings:
        lines += ["", one.reason]
    for finding in one.findings:
        lines.append("")
        for name, text in list_lines(finding, SHOWN_ANSWER):
            lines += ["", text] if name == SCRIPT else [f"{name:9} {text}"]
    return "\n".join(lines)


def shows_clause(one: LawFinished) -> bool:
    """Tell whether the text of the law's clause is to be shown: no finding names a part of it."""
    return one.law.clause_text != one.law.clause and not any(f.clause for f in one.findings)


def list_lines(finding: Finding, longest: int) -> Iterator[tuple[str, str]]:
    """Return what a finding comes to, in order: the name of each line, and what it says.

    At most *longest* characters are shown of a body in which no part is known to matter.
    """
    yield "expected", finding.expected
    yield "actual", finding.actual
    if finding.clause:
        yield "declared", f"{finding.clause} {finding.clause_text}"
    for change in finding.changes:
        yield "differs", describe_change(change)
    if finding.script:
        yield REPEAT, "with this script:"
        yield SCRIPT, finding.script
        for last in finding.exchanges[-1:]:
            yield from _list_response_lines(last, longest)
        return  # the other calls are those of the script
    shown = group_steps(finding.exchanges)
    for step in shown:
        yield f"{REPEAT} {step.number}" if len(shown) > 1 else REPEAT, step.again or step.curl
        for one in step.responses:
            yield from _list_response_lines(one, longest)


def _list_response_lines(evidence: Evidence, longest: int) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(describe_response(evidence, longest)):
        yield "" if number else "answer", line
