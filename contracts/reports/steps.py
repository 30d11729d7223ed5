"""The exchanges that show a violation, for a reader: no request is written out twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.http.excerpt import Change
from contracts.http.redaction import Evidence

ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Step:
    """One request, and what it was answered each time that it was sent in a row."""

    number: int
    responses: tuple[Evidence, ...]
    same_as: int | None = None
    """The number of the step that sent this very request before."""

    @property
    def curl(self) -> str:
        """Return the command that repeats the request."""
        return self.responses[0].as_curl()

    @property
    def times(self) -> int:
        """Return how often the request was sent."""
        return sum(response.times for response in self.responses)

    @property
    def again(self) -> str:
        """Say which step sent this request before, if one did."""
        return "" if self.same_as is None else f"the request of step {self.same_as} again"


def group_steps(exchanges: Iterable[Evidence]) -> tuple[Step, ...]:
    """Return *exchanges* in their order, those that send one request in a row taken together."""
    runs: list[list[Evidence]] = []
    for one in exchanges:
        if runs and runs[-1][0].as_curl() == one.as_curl():
            runs[-1].append(one)
        else:
            runs.append([one])
    first: dict[str, int] = {}
    made = []
    for number, run in enumerate(runs, 1):
        known = first.setdefault(run[0].as_curl(), number)
        made.append(Step(number, tuple(run), None if known == number else known))
    return tuple(made)


def describe_response(evidence: Evidence, longest: int) -> Iterator[str]:
    """Return what an answer comes to: its status, which records it shows, and what it is about.

    Where the violation is about no part of it and it shows no record: how its body begins. At most
    *longest* characters of that are returned, and twice as many of a part.
    """
    status = str(evidence.status or evidence.error or "no answer")
    often = f" ({evidence.times} times)" if evidence.times > 1 else ""
    parts = [f"{one.at or 'the body'}: {_cut(one.text, 2 * longest)}" for one in evidence.excerpts]
    if evidence.listed:
        yield f"{status}{often} with {evidence.listed}"
        yield from parts
    elif parts:
        yield f"{status}{often} with {parts[0]}"
        yield from parts[1:]
    else:
        yield f"{status}{often} {_cut(evidence.body, longest)}".rstrip()


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."


def describe_change(change: Change) -> str:
    """Return a member that differs: `status: "running" -> "cancelled"`."""
    before, after = (ABSENT if value is None else value for value in (change.before, change.after))
    return f"{change.member}: {before} -> {after}"
