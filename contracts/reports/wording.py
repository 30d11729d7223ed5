"""Words that all reports share: numbers with nouns, counts, and the laws by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from contracts.engine.events import LawFacts, LawFinished


def pluralize(number: int, noun: str) -> str:
    """Return *number* with *noun*, which takes an s."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def join_counts(counts: Mapping[str, int]) -> str:
    """Return *counts* in words: `3 kept, 1 broken`."""
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def describe_exercised(one: LawFinished) -> str:
    """Return what a law really looked at, and how often: each thing with its count."""
    return ", ".join(f"{what} \N{MULTIPLICATION SIGN} {n}" for what, n in one.exercised.items())


def describe_requests(one: LawFinished) -> str:
    """Say how many requests a law rests on: its own, and those that others made for it."""
    if not one.shared:
        return pluralize(one.requests, "request")
    return f"{pluralize(one.requests, 'request')} of its own, {one.shared} shared"


def name_laws(laws: Iterable[LawFacts]) -> str:
    """Return the ids of *laws* in order, those of each resource together if there are several."""
    ids: dict[str, list[str]] = {}
    for law in laws:
        ids.setdefault(law.resource, []).append(law.id)
    return "; ".join(
        f"{name} {', '.join(sorted(some))}".strip() for name, some in sorted(ids.items())
    )
