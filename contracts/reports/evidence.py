"""What shows that a law is not kept, as plain text."""

from __future__ import annotations

from contracts.events import LawFinished


def evidence(one: LawFinished) -> str:
    """Return the law, its clause, and each finding with the commands that repeat it."""
    lines = [
        f"{one.law.id} {one.law.level} {one.law.sentence}",
        "",
        f"clause    {one.law.clause}",
    ]
    if one.law.clause_text != one.law.clause:
        lines.append(f"          {one.law.clause_text}")
    if one.known:
        lines.append(f"known     {one.known}")
    if not one.findings:
        lines += ["", one.reason]
    for finding in one.findings:
        lines += ["", f"expected  {finding.expected}", f"actual    {finding.actual}"]
        if finding.script:
            lines += ["repeat    with this script:", "", finding.script]
        for exchange in finding.exchanges:
            lines.append(f"repeat    {exchange.as_curl()}")
            lines.append(f"answer    {exchange.status or exchange.error} {exchange.body}".rstrip())
    return "\n".join(lines)
