"""WALK-01 to WALK-04, WALK-06, WALK-08 to WALK-09: the pages hold every record once, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from contracts.contract.json_values import Record, get_value
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inconclusive, Untested, Violation
from contracts.http.excerpt import as_json
from contracts.http.exchange import Exchange
from contracts.http.page_links import read_place
from contracts.roles.declared import has_pages, has_place
from contracts.roles.law import role_law
from contracts.roles.moments import make_comparable
from contracts.roles.survey import Frame, judge_frames
from contracts.roles.walking import MOST_PAGES, Walk


@role_law("WALK-01", MUST, ref="@pages", when=has_pages("page", "offset", "cursor", "link"))
def a_walk_over_the_pages_ends(probe: Probe) -> None:
    """Pages lead to an end, and never back to a page that was read before."""
    frame = judge_frames(probe, _find_circle)
    probe.exercise("walks", sum(walk.ended for walk in frame.walks))


def _find_circle(frame: Frame) -> Violation | None:
    for walk in frame.walks:
        times = Counter(map(repr, walk.tokens))
        circles = [token for token, count in times.items() if count > 1]
        if circles:
            return Violation("another page after each", f"{circles[0]} came twice", walk.pages[-2:])
        # Pages that repeat nothing but what was read lead nowhere, however their numbers grow.
        whole = frame.first if frame.first.ended else frame.last
        pages = [walk.list_page(page) for page in walk.pages]
        alike = len(pages) == MOST_PAGES and all(one == pages[-1] for one in pages[-3:])
        if not walk.ended and alike and pages[-1] and len(set(walk.keys)) < len(whole.keys) + 1:
            return Violation("an end of the list", "one page came again and again", walk.pages[-2:])
    return None


@role_law("WALK-02", MUST, ref="@pages", when=has_pages())
def a_walk_returns_no_record_twice(probe: Probe) -> None:
    """Pages are disjoint: a walk over them returns no record twice.

    A record that is made or moved during the walk may push one other onto the next page, so one
    repetition is allowed for each of them.
    """
    frame = judge_frames(probe, _find_repetition)
    probe.exercise("records", sum(len(walk.keys) for walk in frame.walks))


def _find_repetition(frame: Frame) -> Violation | None:
    for walk in frame.walks:
        twice = [key for key, times in Counter(walk.keys).items() if times > 1]
        if len(walk.keys) - len(set(walk.keys)) > len(frame.moved):
            return Violation(
                "each record once",
                f"{len(twice)} were returned more than once{_name_size(walk.limit)}, such as "
                f"{twice[0]}, and {len(frame.moved)} were made or moved meanwhile",
                walk.find_pages(twice[0]),
                about=[walk.by_key[twice[0]]],
            )
    return None


@role_law("WALK-03", MUST, ref="@list", when=has_pages(), after=["WALK-01"])
def every_walk_returns_every_record(probe: Probe) -> None:
    """The pages together hold the whole list, whatever the size of a page is.

    The law allows one missing record for each that was made, moved or deleted meanwhile.
    """
    frame = judge_frames(probe, _find_missed)
    for walk in frame.between:
        probe.exercise(f"pages of limit={walk.limit}", len(walk.pages))


def _name_size(limit: int | None) -> str:
    """Return what says of which size pages are; empty where no limit is declared."""
    return "" if limit is None else f" with limit={limit}"


def _find_missed(frame: Frame) -> Violation | None:
    stayed = [key for key in frame.first.keys if key in set(frame.last.keys)]
    for walk in frame.between:
        reach = len(stayed) if walk.ended else len(walk.keys) - len(frame.moved)
        missed = [key for key in stayed[: max(reach, 0)] if key not in set(walk.keys)]
        known = {*frame.first.keys, *frame.last.keys}
        whole = frame.first.ended and frame.last.ended
        more = [key for key in walk.keys if key not in known] if whole else []
        for lacking, limit, other in (
            (missed, walk.limit, frame.first),
            (more, frame.first.limit, walk),
        ):
            if len(lacking) > len(frame.moved):
                return Violation(
                    f"all {len(stayed)} records{_name_size(limit)}",
                    f"{len(lacking)} were missing, such as {lacking[0]}",
                    [*other.find_pages(lacking[0]), *walk.pages[:2]],
                    about=[other.by_key[lacking[0]]],
                )
    return None


@role_law("WALK-04", MUST, ref="@pages/limit", when=has_pages("page", "offset"), after=["WALK-01"])
def every_page_but_the_last_is_full(probe: Probe) -> None:
    """The number of records on each page before the last one is the limit."""
    frame = judge_frames(probe, _find_page_of_wrong_size)
    for walk in (walk for walk in frame.walks if walk.limit is not None and len(walk.pages) > 2):
        probe.exercise(f"pages of limit={walk.limit}", len(walk.pages))


def _find_page_of_wrong_size(frame: Frame) -> Violation | None:
    for walk in (walk for walk in frame.walks if walk.limit is not None):
        limit = walk.limit or 0
        pages = [page for page in walk.pages if walk.list_page(page)]
        odd = [page for page in pages[:-1] if len(walk.list_page(page)) < limit]
        odd += [page for page in pages if len(walk.list_page(page)) > limit]
        if odd and (frame.settled or len(walk.list_page(odd[0])) > limit):
            count, number = len(walk.list_page(odd[0])), pages.index(odd[0]) + 1
            return Violation(
                f"{limit} records on each page but the last",
                f"page {number} of {len(pages)} has {count}",
                odd[:1],
            )
    return None


@role_law("WALK-06", MUST, ref="@list", when=has_pages(), after=["WALK-01"])
def the_order_is_stable_while_nothing_changes(probe: Probe) -> None:
    """Unchanged records keep their order from one reading of the list to the next."""
    frame = judge_frames(probe, _find_reordered)
    if len(frame.steady) < 2:
        raise Untested("fewer than two records stayed unchanged, so there is no order to judge")
    probe.exercise("records", len(frame.steady))


def _find_reordered(frame: Frame) -> Violation | None:
    for walk in (*frame.between, frame.last):
        once = walk.single_keys & frame.first.single_keys
        unchanged = {key for key in once if walk.by_key[key] == frame.steady.get(key)}
        before, after = (
            [key for key in one.keys if key in unchanged] for one in (frame.first, walk)
        )
        if before != after:
            at = next(
                i for i, (one, two) in enumerate(zip(before, after, strict=True)) if one != two
            )
            return Violation(
                "unchanged records in the same order as before",
                f"{before[at]} was listed before {after[at]}, and no longer is",
                [*frame.first.find_pages(before[at])[:1], *walk.find_pages(after[at])[:1]],
                about=[frame.first.by_key[before[at]], walk.by_key[after[at]]],
            )
    return None


@role_law(
    "WALK-08",
    MUST,
    ref="@pages/order",
    when=has_place("order", "order: {by: created_at, direction: descending}"),
)
def the_list_has_the_declared_order(probe: Probe) -> None:
    """The records of a page are in the declared order; of equal ones either may come first."""
    frame = judge_frames(probe, lambda found: _find_disorder(probe, found))
    probe.exercise("pairs", sum(1 for walk in frame.walks for _ in _list_pairs(probe, walk)))


def _find_disorder(probe: Probe, frame: Frame) -> Violation | None:
    pages = probe.api.resource.pages
    order = pages and pages.order
    for walk in frame.walks:
        for page, one, two, (before, after) in _list_pairs(probe, walk):
            if order and (before < after if order.descending else before > after):
                way = "descending" if order.descending else "ascending"
                return Violation(
                    f"{(order.by or '')[1:]} {way}",
                    f"{as_json(get_value(one, order.by or ''))} stands before "
                    f"{as_json(get_value(two, order.by or ''))}",
                    [page],
                    about=[one, two],
                )
    return None


def _list_pairs(
    probe: Probe, walk: Walk
) -> Iterator[tuple[Exchange, Record, Record, tuple[Any, Any]]]:
    """Go through neighbours on one page whose values can be compared."""
    pages = probe.api.resource.pages
    by = pages.order.by if pages and pages.order else None
    for page in walk.pages if by else ():
        for one, two in pairwise(walk.list_page(page)):
            values = [
                make_comparable(probe.api, by or "", get_value(r, by or "")) for r in (one, two)
            ]
            if None not in values and type(values[0]) is type(values[1]):
                yield page, one, two, (values[0], values[1])


@role_law(
    "WALK-09", MUST, ref="@pages/total", when=has_place("total", "total: /total"), after=["WALK-03"]
)
def the_total_is_the_number_of_records(probe: Probe) -> None:
    """The total that a page says is how many records the list has in all.

    It is judged where the list was read to its end and held the same records before and after.
    """
    frame = judge_frames(probe, lambda found: _find_wrong_total(probe, found))
    if not (frame.settled and frame.first.ended):
        raise Inconclusive("the list changed, or is longer than what was read")
    probe.exercise("pages", sum(len(walk.pages) for walk in frame.walks))


def _find_wrong_total(probe: Probe, frame: Frame) -> Violation | None:
    pages = probe.api.resource.pages
    if pages is None or not (frame.settled and frame.first.ended):
        return None
    number = len(set(frame.first.keys))
    for walk in frame.walks:
        for page in walk.pages:
            total = read_place(page, pages.total)
            total = int(total) if isinstance(total, str) and total.isdecimal() else total
            if total is not None and total != number:
                return Violation(f"a total of {number}", f"it is {as_json(total)}", [page])
    return None
