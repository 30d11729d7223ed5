"""Walks over lists of every style: each record once, in order, also while others are made."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.records.arguments import Arguments
from mockserver.records.kind import Kind
from mockserver.records.listing.query import Mark, Query
from mockserver.records.listing.request import QueryReader
from mockserver.records.record import Key, Record
from mockserver.store.index import Index
from tests.records.kinds import OTHERS, kind, small
from tests.records.walking import NOW, add, filled, keys, page, query_of, run, walk

LINK = {"header": "Link"}
SIZE = {"parameter": "size", "default": 3, "min": 1, "max": 50}
STYLES: Mapping[str, dict[str, Any]] = {
    "page": {"style": "page", "page": {"parameter": "page", "default": 1}},
    "page from 0": {"style": "page", "page": {"parameter": "page", "default": 0}},
    "page by number": {"style": "page", "page": {"parameter": "page"}, "next": "/number"},
    "page by text": {"style": "page", "page": {"parameter": "page"}, "next": "/next_page"},
    "page by address": {"style": "page", "page": {"parameter": "page"}, "next": "/next_url"},
    "page by Link": {"style": "page", "page": {"parameter": "page"}, "next": LINK, "last": LINK},
    "offset": {"style": "offset", "offset": {"parameter": "offset"}, "total": "/number"},
    "offset by Link": {"style": "offset", "offset": {"parameter": "offset"}, "next": LINK},
    "offset from 1": {"style": "offset", "offset": {"parameter": "offset", "min": 1}},
    "offset that begins with 1": {
        "style": "offset",
        "offset": {"parameter": "offset", "default": 1},
    },
    "offset from 1 by Link": {
        "style": "offset",
        "offset": {"parameter": "offset", "default": 1, "min": 1},
        "next": LINK,
    },
    "token": {"style": "cursor", "cursor": {"parameter": "cursor"}, "next": "/token"},
    "key": {
        "style": "cursor",
        "cursor": {"parameter": "cursor", "is": "key"},
        "next": "/token",
        "more": "/more",
    },
    "link": {"style": "link", "next": LINK},
    "link in the body": {"style": "link", "next": "/next_url"},
}
STABLE = ["token", "key", "link", "link in the body"]
PARAMETERS = {
    "size": {"type": "integer"},
    "page": {"type": "integer"},
    "offset": {"type": "integer"},
    "cursor": {"type": "string"},
    "colour": {"type": "string"},
    "sort": {"type": "array", "items": {"type": "string"}},
}
BESIDE = {
    "number": {"type": ["integer", "null"]},
    "token": {"type": ["string", "null"]},
    "next_page": {"type": ["string", "null"]},
    "next_url": {"type": ["string", "null"], "format": "uri"},
    "more": {"type": "boolean"},
}
ORDERS = [
    {"direction": "descending"},
    {"direction": "ascending"},
    {"by": "weight", "direction": "ascending"},
    {"by": "weight", "direction": "descending"},
]
BY_TWO = [("sort", "colour"), ("sort", "-weight")]


Listed = Callable[[str, Mapping[str, Any]], Kind]


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Listed:
    """Return what gives things whose list pages in a style and has an order."""

    @cache
    def described(style: str, order: tuple[tuple[str, str], ...]) -> Kind:
        return small(
            tmp_path_factory.mktemp("things"),
            pagination={
                **STYLES[style],
                "limit": SIZE,
                "order": {**dict(order), "parameter": "sort"},
            },
            properties={"colour": {"type": "string"}, "weight": {"type": "integer"}},
            parameters=PARAMETERS,
            beside=BESIDE,
            filters={"colour": "colour"},
        )

    return lambda style, order: described(style, tuple(order.items()))


def thing(number: int, weight: int) -> dict[str, Any]:
    """Return the members of a thing."""
    return {"id": f"t{number}", "weight": weight, "colour": "red" if number % 3 else "blue"}


def expected(weights: list[int], order: Mapping[str, Any], colour: str | None) -> list[Key]:
    """Return the keys of the things in the order of the list."""
    made = [thing(number, weight) for number, weight in enumerate(weights)]
    if "by" in order:
        made.sort(key=lambda each: each["weight"])
    if order["direction"] == "descending":
        # Of equal ones the one that was made last comes first.
        made.reverse()
    return [each["id"] for each in made if colour in (None, each["colour"])]


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=40)
@given(
    weights=st.lists(st.integers(0, 5), max_size=20),
    order=st.sampled_from(ORDERS),
    size=st.integers(1, 7),
    colour=st.sampled_from([None, "red", "blue"]),
)
def test_a_walk_gives_each_record_once_and_in_order(
    listed: Listed,
    style: str,
    *,
    weights: list[int],
    order: Mapping[str, Any],
    size: int,
    colour: str | None,
) -> None:
    """Guards all styles: what is listed is all that there is, in the order that is declared."""
    found = listed(style, order)
    store = filled(found, [thing(number, weight) for number, weight in enumerate(weights)])
    query = [("size", str(size)), *([] if colour is None else [("colour", colour)])]

    assert walk(store, found, query) == expected(weights, order, colour)


@pytest.mark.parametrize("style", STABLE)
@settings(max_examples=40)
@given(
    weights=st.lists(st.integers(0, 5), min_size=1, max_size=12),
    order=st.sampled_from(ORDERS[:1] + ORDERS[2:]),
    size=st.integers(1, 5),
)
def test_records_that_are_made_meanwhile_shift_nothing(
    listed: Listed, style: str, weights: list[int], order: Mapping[str, Any], size: int
) -> None:
    """Guards cursors: no record is repeated or hidden by those that are made between two pages."""
    found = listed(style, order)
    store = filled(found, [thing(number, weight) for number, weight in enumerate(weights)])
    numbers = iter(range(len(weights), 100))

    def between() -> None:
        number = next(numbers)
        add(store, found, thing(number, number % 6))

    walked = walk(store, found, [("size", str(size))], between=between)
    before = set(expected(weights, order, None))

    assert len(walked) == len(set(walked))
    assert [key for key in walked if key in before] == expected(weights, order, None)


@pytest.mark.parametrize("name", OTHERS)
def test_the_lists_of_the_contracts_that_come_along_can_be_walked(name: str) -> None:
    """Guards their pages: 120 records of which each is found once, and those of others never."""
    found = kind(name)
    assert found.key is not None
    integer = found.key_of("7") == 7
    scope = tuple("mine" for _ in found.scope)
    store = filled(found, [])
    for number in range(120):
        members: dict[str, Any] = {"id": number}
        found.key.write(members, number + 1 if integer else f"k{number:03}")
        add(store, found, members, scope)
        if found.scope:
            add(store, found, members, tuple("other" for _ in found.scope))
    walked = walk(store, found, scope=scope)

    assert len(walked) == len(set(walked)) == 120
    assert walked in (sorted(walked, key=str), sorted(walked, reverse=True), sorted(walked))


@pytest.mark.parametrize("style", ["token", "key", "page", "link"])
@settings(max_examples=40)
@given(weights=st.lists(st.integers(-3, 3), max_size=20), size=st.integers(1, 7))
def test_a_walk_by_several_properties_gives_each_record_once(
    listed: Listed, style: str, weights: list[int], size: int
) -> None:
    """Guards orders of several properties, each in its own direction."""
    found = listed(style, ORDERS[0])
    things = [thing(number, weight) for number, weight in enumerate(weights)]
    walked = walk(filled(found, things), found, [("size", str(size)), *BY_TWO])
    ordered = sorted(things, key=lambda each: (each["colour"], -each["weight"]))

    assert walked == [each["id"] for each in ordered]


def test_pages_lead_back_as_they_lead_on(tmp_path: Path) -> None:
    """Guards ``previous``, ``first`` and ``last`` of tokens: the same pages, the other way."""
    pagination = {
        **STYLES["token"],
        "limit": SIZE,
        "previous": "/back",
        "last": "/end",
        "first": "/start",
    }
    places = {name: {"type": ["string", "null"]} for name in ("back", "end", "start")}
    found = small(tmp_path, pagination=pagination, parameters=PARAMETERS, beside=BESIDE | places)
    store = filled(found, [thing(number, 0) for number in range(8)])
    first, said = page(store, found)
    second, told = page(store, found, [("cursor", said.members["/token"])])
    again, _ = page(store, found, [("cursor", told.members["/back"])])
    last, _ = page(store, found, [("cursor", said.members["/end"])])

    assert ["t7", "t6", "t5"] == keys(first) == keys(again)
    assert ["t4", "t3", "t2"] == keys(second)
    assert ["t2", "t1", "t0"] == keys(last)
    assert (said.members["/back"], told.members["/start"]) == (None, None)


@pytest.mark.parametrize(("kind", "said"), [("string", "8"), ("integer", 8)])
def test_a_total_has_the_type_that_its_place_has(tmp_path: Path, kind: str, said: object) -> None:
    """Guards totals of 64 bits, which the JSON of protocol buffers writes as text."""
    pagination = {**STYLES["token"], "limit": SIZE, "total": "/total"}
    beside = BESIDE | {"total": {"type": kind, "format": "int64"}}
    found = small(tmp_path, pagination=pagination, parameters=PARAMETERS, beside=beside)
    store = filled(found, [thing(number, 0) for number in range(8)])

    assert page(store, found)[1].members["/total"] == said


def test_keys_lead_back_by_their_own_parameter(tmp_path: Path) -> None:
    """Guards ``back``: the page that ends just before a record."""
    pagination = {
        "style": "cursor",
        "cursor": {"parameter": "cursor", "is": "key", "back": "before"},
        "limit": SIZE,
        "previous": "/token",
    }
    parameters = PARAMETERS | {"before": {"type": "string"}}
    found = small(tmp_path, pagination=pagination, parameters=parameters, beside=BESIDE)
    store = filled(found, [thing(number, 0) for number in range(8)])
    here, said = page(store, found, [("cursor", "t5")])
    back, told = page(store, found, [("before", said.members["/token"])])

    assert ["t4", "t3", "t2"] == keys(here)
    assert ["t7", "t6", "t5"] == keys(back)
    assert told.members["/token"] is None


def test_a_token_outlives_the_store_that_gave_it(listed: Listed) -> None:
    """Guards tokens: another process with the same records reads them."""
    found = listed("token", ORDERS[0])
    made = [thing(number, 0) for number in range(8)]
    _, said = page(filled(found, made), found)
    second, _ = page(filled(found, made), found, [("cursor", said.members["/token"])])

    assert ["t4", "t3", "t2"] == keys(second)


def test_links_keep_all_that_was_asked_for(listed: Listed) -> None:
    """Guards links: filters and sizes stay, spelled so that they arrive as they were sent."""
    found = listed("page by Link", ORDERS[0])
    store = filled(found, [{**thing(number, 0), "colour": "a&b ü"} for number in range(8)])
    query = [("colour", "a&b ü"), ("size", "2"), ("page", "2"), ("other", "")]
    _, said = page(store, found, query)
    header = said.headers["Link"]
    address = header.partition("<")[2].partition(">")[0]

    assert [*query[:2], query[3], ("page", "3")] == query_of(address)
    assert header.endswith('&page=4>; rel="last"')


def test_a_page_far_in_reads_no_record_before_it(listed: Listed) -> None:
    """Guards the cost of a page far in: what is read are its own records."""
    found = listed("offset", ORDERS[0])
    ordering = QueryReader(found).read((), Arguments()).ordering
    read: list[int] = []

    class Counting(dict[int, Record]):
        """Records that tell which of them were read."""

        def __getitem__(self, serial: int) -> Record:
            read.append(serial)
            return super().__getitem__(serial)

    records = Counting({number: Record(number, (), b"{}", serial=number) for number in range(500)})
    index = Index(ordering, records, records)
    read.clear()
    for query in (Query(ordering=ordering, limit=5, offset=300, wants_total=True),
                  Query(ordering=ordering, limit=5, mark=Mark(position=200))):  # fmt: skip
        assert len(index.page(query, 200).records) == 5

    assert [*range(199, 194, -1), *range(199, 194, -1)] == read


def test_a_filter_reads_all_records_once_and_follows_their_changes() -> None:
    """Guards the cost of a list that filters: its second page costs what that of another does."""
    found, scope = kind("github-runs"), ("octocat", "hello")
    store = filled(found, [{"id": number, "head_branch": "main"} for number in range(9)], scope)
    query = [("branch", "main")]
    before = keys(page(store, found, query, scope)[0])
    run(
        store.change(
            found, scope, 3, lambda record: record.with_members({"/head_branch": "dev"}), NOW
        )
    )
    run(store.change(found, scope, 5, lambda _: None, NOW))
    add(store, found, {"id": 9, "head_branch": "main"}, scope)
    add(store, found, {"id": 10, "head_branch": "dev"}, scope)

    assert [8, 7, 6, 5, 4, 3, 2, 1, 0] == before
    after, said = page(store, found, query, scope)
    assert {9, 8, 7, 6, 4, 2, 1, 0} == set(keys(after))
    assert said.members["/total_count"] == 8
    for other in range(40):
        page(store, found, [("branch", str(other))], scope)
    assert keys(page(store, found, query, scope)[0]) == keys(after)


def test_a_list_is_settled_before_it_is_filtered() -> None:
    """Guards that nobody finds a record in a state that it has left."""
    found = kind("github-runs")
    scope = ("octocat", "hello")
    store = filled(found, [{"id": 1}], scope)
    asked = QueryReader(found).read(scope, Arguments(query=[("status", "completed")]))
    early, late = (run(store.page(found, scope, asked, NOW + moment)) for moment in (0, 60_000))

    assert (0, 1) == (len(early.records), len(late.records))
