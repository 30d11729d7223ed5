"""One line of a table of the selftest: what the judge said of one deployment."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.engine.verdict import Verdict
from contracts.selftest.judge import Judgement


@dataclass(frozen=True, slots=True)
class Row:
    """What the judge said of one fault or variant."""

    name: str
    sentence: str
    killers: tuple[str, ...]
    problems: tuple[str, ...]
    """Bugs of the judge that showed."""
    untested: int
    requests: int
    seconds: float


def make_row(found: Judgement, sentence: str, seconds: float) -> Row:
    """Return the line of one judgement, which took some *seconds*."""
    problems = [
        f"{one.law.id}: {one.reason.strip().splitlines()[-1]}"
        for one in found.select(Verdict.PROBE_FAILED)
    ]
    if found.end.trouble:
        problems.append(found.end.trouble)
    return Row(
        found.name,
        sentence.splitlines()[0] if sentence else "",
        found.killers,
        tuple(problems),
        len(found.select(Verdict.UNTESTED, Verdict.INCONCLUSIVE)),
        found.end.requests,
        seconds,
    )
