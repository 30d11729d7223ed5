"""What traffic shows of how a list pages: its order, what leads to the next page, its size."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from mockserver.parsing.pointer import escape
from mockserver.proxy.exchange import list_fields
from mockserver.proxy.traffic import Members, Observation
from mockserver.records.kind import Kind
from mockserver.records.places import Place

_LINK_NEXT = re.compile(r"<([^>]*)>(?=[^<]*rel=\"?next\b)", re.IGNORECASE)
_INTEGER = re.compile(r"-?[0-9]{1,18}")
#: Fewer different values may be in an order by chance.
_FEWEST_VALUES = 3

Pair = tuple[Observation, Observation]


class Step(Struct, frozen=True):
    """What led from one page to the next.

    Attributes:
        style: page, offset, cursor or link, as ``x-pagination`` has it.
        parameter: of the query.
        kind: of a cursor: key or token.
        place: where the page before has the value: a pointer, or the name of a header field.
    """

    style: str
    parameter: str
    kind: str = ""
    place: str = ""


def find_steps(kind: Kind, observations: Iterable[Observation]) -> dict[Step, int]:
    """Return what led from pages of *kind* to the next, and how often that was seen."""
    steps: dict[Step, int] = {}
    for one, next_ in _pair_pages(observations):
        step = _explain_step(kind, one, next_)
        if step is not None:
            steps[step] = steps.get(step, 0) + 1
    return steps


def find_default_limit(
    limit: str, cursors: Sequence[str], observations: Iterable[Observation]
) -> int | None:
    """Return how many records a page holds that names no *limit*, where another followed it."""
    sizes = set()
    for one, next_ in _pair_pages(observations):
        names = {name for name, _ in (*one.query, *next_.query)}
        is_followed = bool(next_.records) and bool(names.intersection(cursors))
        if limit not in names and is_followed and one.records:
            sizes.add(len(one.records))
    return sizes.pop() if len(sizes) == 1 else None


def find_order(kind: Kind, observations: Sequence[Observation]) -> tuple[str, str] | None:
    """Return the place that all pages are ordered by, and the direction; None if none is."""
    runs = list(_join_pages(kind, observations))
    rows = [row for run in runs for row in run]
    for place in _list_candidates(kind, rows):
        found = _find_direction(runs, Place(place))
        if found is not None:
            return place, found
    return None


def is_ordered(kind: Kind, observations: Sequence[Observation], by: str, direction: str) -> bool:
    """Return whether no page contradicts an order."""
    runs = list(_join_pages(kind, observations))
    found = [_measure(run, Place(by)) for run in runs]
    return all(direction in directions or not directions for directions in found if directions)


def _pair_pages(observations: Iterable[Observation]) -> Iterator[Pair]:
    """Yield two pages of one list each, of which one was asked for right after the other."""
    last: dict[object, Observation] = {}
    for seen in observations:
        if seen.role == "list" and seen.is_success:
            name = (seen.credential, *seen.path.values())
            if name in last:
                yield last[name], seen
            last[name] = seen


def _explain_step(kind: Kind, one: Observation, next_: Observation) -> Step | None:
    before, after = dict(one.query), dict(next_.query)
    changed = [n for n in {**before, **after} if before.get(n) != after.get(n)]
    if len(changed) != 1 or changed[0] not in after or not one.records:
        return None
    (name,) = changed
    value = after[name]
    header = _find_link(one)
    if header is not None and parse_qsl(urlsplit(header).query).count((name, value)):
        return Step("link", name, place="Link")
    counts = list(_list_counts(one, name, before.get(name, ""), value))
    bounds = {"page": kind.pages.page, "offset": kind.pages.offset}
    for step in counts:
        bound = bounds[step.style]
        if bound is not None and bound.parameter == name:
            # A number that counts may happen to be the key of the last record, too.
            return step
    if kind.key is not None and str(kind.key.read(one.records[-1])) == value:
        return Step("cursor", name, "key")
    place = next(_find_text(one.body, value, kind.pages.items), None)
    if place is not None and not _INTEGER.fullmatch(value):
        return Step("cursor", name, "token", place)
    return next(iter(counts), None)


def _list_counts(one: Observation, name: str, before: str, value: str) -> Iterator[Step]:
    """Yield what a parameter may count that was *before*, and then *value*."""
    if not _INTEGER.fullmatch(value):
        return
    begun = int(before) if _INTEGER.fullmatch(before) else None
    if int(value) - (begun or 0) == len(one.records) > 1:
        yield Step("offset", name)
    if int(value) - (1 if begun is None else begun) == 1:
        yield Step("page", name)


def _find_link(seen: Observation) -> str | None:
    links = ", ".join(list_fields(seen.fields, "link"))
    found = _LINK_NEXT.search(links)
    return found[1] if found is not None else None


def _find_text(body: Any, text: str, items: str, pointer: str = "") -> Iterator[str]:
    """Yield the places of *body* that hold *text*, outside of its items."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            below = f"{pointer}/{escape(name)}"
            if below != items:
                yield from _find_text(value, text, items, below)
    elif body == text:
        yield pointer


def _join_pages(kind: Kind, observations: Sequence[Observation]) -> Iterator[list[Members]]:
    """Yield the records of pages that are in the usual order, each page on its own."""
    parameter = kind.order.parameter
    for seen in observations:
        if seen.role == "list" and seen.is_success and parameter not in dict(seen.query):
            yield list(seen.records)


def _list_candidates(kind: Kind, rows: Sequence[Members]) -> list[str]:
    """Return the places that a list may be ordered by, the likelier before the others."""
    stamps = None if kind.lifecycle is None else kind.lifecycle.stamps
    likely = [stamps.made, stamps.moved] if stamps is not None else []
    likely.append(kind.key.pointer if kind.key is not None else None)
    others = [f"/{escape(name)}" for name in (rows[0] if rows else {})]
    return list(dict.fromkeys(place for place in (*likely, *others) if place is not None))


def _find_direction(runs: Sequence[list[Members]], place: Place) -> str | None:
    values = {repr(place.read(row)) for run in runs for row in run}
    if len(values) < _FEWEST_VALUES:
        return None
    told = [directions for run in runs if (directions := _measure(run, place)) is not None]
    for direction in ("descending", "ascending"):
        if told and all(direction in directions for directions in told):
            return direction
    return None


def _measure(run: Sequence[Members], place: Place) -> set[str] | None:
    """Return the directions in which a page is ordered by *place*; None if it does not say."""
    values = [place.read(row) for row in run]
    if len(values) < 2:
        return None
    if any(isinstance(v, bool) or not isinstance(v, int | float | str) for v in values):
        return set()
    if len({isinstance(v, str) for v in values}) > 1:
        return set()
    found = set()
    if all(a >= b for a, b in pairwise(values)):
        found.add("descending")
    if all(a <= b for a, b in pairwise(values)):
        found.add("ascending")
    return found
