"""CURS-01 to CURS-05: the cursors that lead from one page to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from contracts.contract.api import Api
from contracts.contract.pages import Bound
from contracts.contract.roles import Key
from contracts.engine.law import MUST, OWN_EFFECTS
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Inconclusive, Untested, Violation
from contracts.http.excerpt import as_json
from contracts.http.exchange import Exchange
from contracts.http.page_links import read_cursor, read_more
from contracts.http.shown import is_success, list_page
from contracts.roles.declared import has_creation, has_pages, has_place
from contracts.roles.law import role_law
from contracts.roles.supply import make_record
from contracts.roles.survey import Frame, get_frame, get_known, get_largest_limit, judge_frames
from contracts.roles.walking import (
    MOST_PAGES,
    build_query,
    find_following,
    take_walk,
)

TRIES = 3
"""How often pages are read again because the data moved between the reads."""


def _has_cursor_and_creation(api: Api) -> str:
    return has_pages("cursor")(api) or has_creation(api)


@role_law("CURS-01", MUST, ref="@pages/next", when=has_place("next", "next: /next_token"))
def the_next_key_is_that_of_the_last_record(probe: Probe) -> None:
    """Where a cursor is the key of a record, the page says the key of its last one.

    Where nothing else says whether there are more, the last page may say no key.
    """
    pages, frame = probe.api.resource.pages, get_frame(probe)
    if pages is None or pages.cursor is None or pages.cursor.kind != "key":
        raise Inapplicable("the cursor of the list is not the key of a record")
    for walk in frame.walks:
        for page in walk.pages:
            records = walk.list_page(page)
            if not records:
                continue
            last, said = probe.api.resource.find_key(records[-1]), read_cursor(page, pages)
            ends = last == walk.keys[-1] or not frame.settled
            if said is None and pages.more is None and ends:
                continue
            if str(said) != str(last):
                expected = f"{as_json(last)}, the key of the last record"
                raise Violation(expected, f"it is {as_json(said)}", [page], about=[records[-1]])
            probe.exercise("pages")


@role_law("CURS-02", MUST, ref="@pages/more", when=has_place("more", "more: /has_more"))
def more_is_said_if_and_only_if_there_is_more(probe: Probe) -> None:
    """A page says that there are more records if the page after it has some, and not otherwise.

    It is judged where the list holds the same records before and after the pages were read.
    """
    frame = judge_frames(probe, lambda found: _find_wrong_more(probe, found))
    if not frame.settled:
        raise Inconclusive("the list changed each time it was read")
    probe.exercise("pages", sum(len(walk.pages) for walk in frame.walks))


def _find_wrong_more(probe: Probe, frame: Frame) -> Violation | None:
    pages = probe.api.resource.pages
    if pages is None or not (frame.settled and frame.first.ended):
        return None
    last = frame.first.keys[-1:]
    for walk in frame.walks:
        for page in walk.pages:
            keys = [probe.api.resource.find_key(one) for one in walk.list_page(page)]
            more = bool(keys) and keys[-1:] != last
            said = read_more(page, pages)
            if keys and said is not None and said is not more:
                return Violation(
                    f"{as_json(more)} after {keys[-1]}", f"it is {as_json(said)}", [page]
                )
    return None


@role_law("CURS-03", MUST, ref="@pages/cursor/unknown", when=has_pages("cursor"))
def a_made_up_cursor_gets_the_declared_status(probe: Probe) -> None:
    """A cursor that no page has given is refused as declared."""
    pages = probe.api.resource.pages
    cursor = pages.cursor if pages else None
    if cursor is None or cursor.unknown is None:
        at = probe.api.resource.list
        raise Inapplicable(
            f"not declared; add to {at.method} {at.path}: "
            "x-pagination: {cursor: {unknown: 400}}"
        )
    made_up = f"no-cursor-{probe.random.getrandbits(64):x}"
    page = probe.list_page({cursor.parameter: made_up})
    probe.expect_status(page, cursor.unknown, "for a made-up cursor")
    probe.exercise("made-up cursors")


@role_law("CURS-04", MUST, ref="@pages", when=has_pages("cursor"))
def a_cursor_leads_to_the_records_after_it(probe: Probe) -> None:
    """The page after a cursor begins after the last record of the page that gave it.

    Two pages of two are compared with one page of four where a limit is declared that takes both,
    which is read before and after; without one, a page is read twice by one cursor.
    """
    pages = probe.api.resource.pages
    get_known(probe, 3, "to have a second page")
    small, large = choose_sizes(pages.limit if pages else None)
    suspected = False
    for _ in range(TRIES):
        before = probe.list_page(build_query(pages, large))
        one = probe.list_page(build_query(pages, small))
        following = find_following(probe, one, build_query(pages, small), 2)
        if following is None:
            raise Untested("the list has one page only")
        two, again = probe.list_page(following), probe.list_page(following)
        after = probe.list_page(build_query(pages, large))
        if _list_keys(probe, before) != _list_keys(probe, after):
            continue
        got = [*_list_keys(probe, one), *_list_keys(probe, two)]
        parts = [*_list_keys(probe, one), *_list_keys(probe, again)]
        frame = _list_keys(probe, before) if large else parts
        if is_success(two, probe.api) and got == frame[: len(got)] and len(set(got)) == len(got):
            probe.exercise("cursors")
            return
        if suspected:
            raise _explain_second(two, frame, got, [before, one, two])
        suspected = True
    raise Inconclusive("the beginning of the list changed each time it was read")


def choose_sizes(limit: Bound | None) -> tuple[int, int] | tuple[None, None]:
    """Return the size of a page, and twice that, if *limit* takes both."""
    small = max(2, limit.min or 0) if limit else 0
    if limit is None or (limit.max is not None and limit.max < 2 * small):
        return None, None
    return small, 2 * small


def _explain_second(
    page: Exchange, frame: Sequence[Key | None], got: Sequence[Key | None], evidence: list[Exchange]
) -> Violation:
    """Return the violation by a second *page*, where *got* are the keys of both and not *frame*."""
    twice = next((key for key, times in Counter(got).items() if times > 1), None)
    if twice is not None:
        expected = "each record once on the first two pages"
        return Violation(expected, f"{twice} is there twice", evidence)
    pairs = enumerate(zip(frame, got, strict=False), 1)
    other = next(((place, *pair) for place, pair in pairs if pair[0] != pair[1]), None)
    if other is None:
        return Violation("a second page of records", f"it was {page.status}", evidence)
    return Violation(f"{other[1]} as record {other[0]} of the list", f"it is {other[2]}", evidence)


@role_law(
    "CURS-05",
    MUST,
    ref="@pages",
    when=_has_cursor_and_creation,
    needs=OWN_EFFECTS,
    after=["CURS-04"],
)
def a_cursor_skips_nothing_when_records_are_made_meanwhile(probe: Probe) -> None:
    """By its cursor, a list goes on after the last record, whatever was made before it meanwhile.

    A record is made after each of the first pages. Each record that was listed before and after the
    walk has to be in it, and once.
    """
    known = get_known(probe, 3, "to have a second page")
    limit = max(2, -(-len(known) // (MOST_PAGES - 4)))
    suspected = None
    for _ in range(TRIES):
        before = take_walk(probe, get_largest_limit(probe))
        walk = take_walk(probe, limit, between=lambda: make_record(probe))
        after = take_walk(probe, get_largest_limit(probe))
        stayed = [key for key in before.keys if key in after.by_key]
        reached = stayed if walk.ended else stayed[: len(set(walk.keys) & set(stayed))]
        wrong = [key for key in reached if walk.keys.count(key) != 1]
        if len(walk.pages) < 2:
            raise Untested("the list has one page only")
        if not wrong:
            probe.exercise("pages", len(walk.pages))
            return
        expected = f"record {wrong[0]} once, though records are made between the pages"
        actual = f"it came {walk.keys.count(wrong[0])} times"
        evidence = [*before.find_pages(wrong[0])[:1], *walk.pages[:3]]
        violation = Violation(expected, actual, evidence, about=[before.by_key[wrong[0]]])
        if suspected is not None:
            raise violation
        suspected = violation
    raise Inconclusive("the list changed each time it was read")


def _list_keys(probe: Probe, page: Exchange) -> list[Key | None]:
    return [probe.api.resource.find_key(one) for one in list_page(page, probe.api)]
