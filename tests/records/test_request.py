"""What a request for a list asks for: numbers, cursors, orders, filters, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from mockserver.records.arguments import Arguments
from mockserver.records.kind import Kind
from mockserver.records.listing.numbers import USUAL_LIMIT
from mockserver.records.listing.request import QueryReader
from mockserver.records.refusals import InvalidArgumentError
from tests.records.kinds import kind, small
from tests.records.walking import NOW, filled, keys, page, run, walk

INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
PARAMETERS = {"size": INTEGER, "page": INTEGER, "cursor": TEXT, "sort": TEXT, "colour": TEXT}


def paged(folder: Path, **limit: Any) -> Kind:
    """Return things on pages whose size has these bounds."""
    return small(
        folder,
        pagination={
            "style": "page",
            "limit": {"parameter": "size", **limit},
            "page": {
                "parameter": "page",
                **({"outside": limit["outside"]} if "outside" in limit else {}),
            },
        },
        parameters=PARAMETERS,
    )


def refused(found: Kind, *query: tuple[str, str], body: Any = None) -> tuple[int, str]:
    """Return the status and the message by which a query is refused."""
    with pytest.raises(InvalidArgumentError) as error:
        QueryReader(found).read((), Arguments(query=query, body=body))
    return error.value.status, str(error.value)


@pytest.mark.parametrize(
    ("outside", "text", "size"),
    [
        ("default", "51", 10), ("default", "0", 10), ("default", "x", 10), ("default", "", 10),
        ("default", "50", 50), ("default", "007", 7),
        ("nearest", "51", 50), ("nearest", "-9", 1), ("nearest", "9" * 18, 50),
        (422, "50", 50), (422, "1", 1),
    ],
)  # fmt: skip
def test_a_number_outside_means_what_the_contract_says(
    tmp_path: Path, outside: str | int, text: str, size: int
) -> None:
    """Guards ``outside``: the default, or the nearest, or within the range what is asked for."""
    found = paged(tmp_path, default=10, min=1, max=50, outside=outside)

    assert QueryReader(found).read((), Arguments(query=[("size", text)])).limit == size


@pytest.mark.parametrize("text", ["0", "51", "x", "", "1.5", "9" * 30])
def test_a_number_outside_is_refused_by_the_status_that_is_stated(
    tmp_path: Path, text: str
) -> None:
    """Guards ``outside`` as a status, and that the message names parameter and range."""
    found = paged(tmp_path, default=10, min=1, max=50, outside=422)

    assert refused(found, ("size", text)) == (422, "size is not an integer from 1 to 50")


def test_what_is_unsaid_of_a_number_is_taken_kindly_or_refused(tmp_path: Path) -> None:
    """Guards bounds that state no ``outside``: the nearest, and 400 where there is none."""
    found = paged(tmp_path, max=5)

    assert QueryReader(found).read((), Arguments(query=[("size", "9")])).limit == 5
    assert QueryReader(found).read((), Arguments()).limit == 5
    assert refused(found, ("size", "many")) == (400, "size is not an integer from 1 to 5")


def test_a_list_of_which_no_size_is_stated_has_pages(tmp_path: Path) -> None:
    """Guards the usual size of a page, and that a list without pages is given whole."""
    tokens = {"style": "cursor", "cursor": {"parameter": "cursor"}}
    paging = small(tmp_path, pagination=tokens, parameters=PARAMETERS)
    whole = small(tmp_path, pagination={"style": "none"}, parameters=PARAMETERS)

    assert QueryReader(paging).read((), Arguments()).limit == USUAL_LIMIT
    assert QueryReader(whole).read((), Arguments()).limit is None
    assert len(walk(filled(whole, [{"id": str(n)} for n in range(99)]), whole)) == 99


def test_a_limit_of_zero_holds_nothing_and_counts_all() -> None:
    """Guards ``limit=0`` where the contract allows it."""
    found = kind("airflow-dagruns")
    store = filled(found, [{"dag_run_id": str(n)} for n in range(3)], ("etl",))
    nothing, said = page(store, found, [("limit", "0")], ("etl",))

    assert ((), 3) == (nothing.records, said.members["/total_entries"])


def test_numbers_and_cursors_may_stand_in_the_body(tmp_path: Path) -> None:
    """Guards ``in: body``."""
    tokens = {
        "style": "cursor",
        "limit": {"parameter": "size", "in": "body", "outside": 400, "max": 3},
        "cursor": {"parameter": "from", "in": "body", "is": "key", "unknown": 410},
    }
    found = small(tmp_path, pagination=tokens, parameters=PARAMETERS)
    store = filled(found, [{"id": str(n)} for n in range(9)])
    second, _ = page(store, found, body={"size": 2, "from": "7"})

    assert ["6", "5"] == keys(second)
    assert refused(found, body={"size": 4})[0] == 400
    with pytest.raises(InvalidArgumentError, match="from names no record of this list") as error:
        page(store, found, body={"from": "99"})
    assert error.value.status == 410


def test_a_made_up_token_and_one_of_another_list_are_refused(tmp_path: Path) -> None:
    """Guards tokens: only this list, of these filters and this order, takes its own."""
    tokens = {
        "style": "cursor",
        "limit": {"parameter": "size", "default": 2},
        "cursor": {"parameter": "cursor", "unknown": 422},
        "next": "/token",
        "order": {"by": "id", "parameter": "sort"},
    }
    found = small(
        tmp_path,
        pagination=tokens,
        parameters=PARAMETERS,
        properties={"colour": TEXT},
        beside={"token": TEXT},
        filters={"colour": "colour"},
    )
    store = filled(found, [{"id": str(n), "colour": "red"} for n in range(5)])
    _, said = page(store, found)
    token = said.members["/token"]
    told = "cursor is not a token of this list; take it from one of its pages"

    assert keys(page(store, found, [("cursor", token), ("size", "1")])[0]) == ["2"]
    for text in ("x", token[:-1], f"{token}A", f"!{token}", token.swapcase(), "é", "A" * 9_999):
        assert refused(found, ("cursor", text)) == (422, told)
    for other in (("colour", "red"), ("sort", "-id")):
        assert refused(found, ("cursor", token), other) == (422, told)
    with pytest.raises(InvalidArgumentError):
        QueryReader(found).read(("other",), Arguments(query=[("cursor", token)]))
    assert keys(page(store, found, [("cursor", "")])[0]) == ["0", "1"]


def test_a_key_of_another_scope_is_refused() -> None:
    """Guards cursors that are keys: only records of the same list are begun after."""
    found = kind("openai-batches")
    store = filled(found, [{"id": "mine"}], ("me",))

    assert keys(page(store, found, [("after", "mine")], ("me",))[0]) == []
    with pytest.raises(InvalidArgumentError):
        page(store, found, [("after", "mine")], ("you",))


RUNS: list[dict[str, Any]] = [
    {"dag_run_id": "a", "state": "queued", "run_after": "2026-01-15T11:59:00Z", "duration": None},
    {"dag_run_id": "b", "state": "failed", "run_after": "2026-01-15T13:00:00.5+01:00",
     "duration": 90.0},
    {"dag_run_id": "c", "state": "success", "run_after": "2026-01-15T12:00:00Z", "duration": 1000},
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ([("order_by", "run_after")], ["a", "c", "b"]),
        ([("order_by", "-run_after")], ["b", "c", "a"]),
        ([("order_by", "duration")], ["a", "b", "c"]),
        ([("order_by", "state:desc")], ["c", "a", "b"]),
        ([("order_by", "-state"), ("order_by", "run_after")], ["c", "a", "b"]),
        ([("order_by", "run_type"), ("order_by", "-state")], ["c", "a", "b"]),
        ([("order_by", "-run_type,state,dag_id")], ["b", "a", "c"]),
        ([("order_by", "id")], ["a", "b", "c"]),
        ([("state", "failed"), ("state", "success")], ["b", "c"]),
        ([("run_after_gt", "2026-01-15T12:00:00Z")], ["b"]),
        ([("run_after_gte", "2026-01-15T13:00:00+01:00")], ["b", "c"]),
        ([("run_after_lt", "2026-01-15t12:00:00z")], ["a"]),
        ([("duration_lt", "500")], ["b"]),
        ([("duration_gte", "90"), ("duration_lte", "1e3")], ["b", "c"]),
        ([("duration_gte", "90"), ("state", "failed")], ["b"]),
        ([("conf_contains", "anything")], ["a", "b", "c"]),
    ],
)
def test_orders_and_filters_compare_what_is_meant(
    query: list[tuple[str, str]], found: list[str]
) -> None:
    """Guards moments of any spelling, numbers as numbers, and that nothing is not the least."""
    runs = kind("airflow-dagruns")
    store = filled(runs, [])
    for members in RUNS:
        adopted = runs.adopt(dict(members), ("etl",), NOW)
        run(store.add(runs, adopted, NOW))

    assert keys(page(store, runs, query, ("etl",))[0]) == found


@pytest.mark.parametrize(
    ("parameter", "text", "message"),
    [
        ("run_after_gt", "noon", "is not a timestamp; write it like 2021-06-17T07:00:00Z"),
        ("duration_lt", "long", "is not a number"),
        ("order_by", "/conf/a", "is not an order; write the name of a property"),
        ("order_by", "colour", "is not an order; write the name of a property"),
        ("order_by", "state,colour", "is not an order; write the name of a property"),
    ],
)
def test_what_cannot_be_compared_is_refused(parameter: str, text: str, message: str) -> None:
    """Guards that a filter or an order that means nothing is told, by the declared status."""
    assert refused(kind("airflow-dagruns"), (parameter, text)) == (422, f"{parameter} {message}")


@pytest.mark.parametrize(
    ("relation", "text", "found"),
    [
        ("eq", "Red", ["a"]), ("ne", "Red", ["b", "c"]), ("in", "Red,blue", ["a", "b"]),
        ("contains", "e", ["a", "b"]), ("prefix", "bl", ["b"]), ("glob", "*[ed]*", ["a", "b"]),
        ("eq", "red", []), ("contains", "", ["a", "b"]),
    ],
)  # fmt: skip
def test_each_relation_compares_text(
    tmp_path: Path, relation: str, text: str, found: list[str]
) -> None:
    """Guards the relations of ``x-filters`` that are of text; a value that is not there is none."""
    things = small(
        tmp_path,
        pagination={"style": "none"},
        properties={"colour": {"type": ["string", "null"]}},
        parameters=PARAMETERS,
        filters={"colour": ["colour", relation]},
    )
    colours: dict[str, Any] = {"a": "Red", "b": "blue", "c": None}
    store = filled(things, [{"id": id_, "colour": colour} for id_, colour in colours.items()])

    assert sorted(map(str, keys(page(store, things, [("colour", text)])[0]))) == found


def test_a_parameter_is_read_where_it_is_declared(tmp_path: Path) -> None:
    """Guards filters that are named as a header is: what is not in the query is not asked for."""
    things = small(
        tmp_path,
        pagination={"style": "none"},
        properties={"host": TEXT},
        parameters={"host": TEXT},
        filters={"host": "host"},
    )
    store = filled(things, [{"id": "a", "host": "x"}, {"id": "b", "host": "y"}])

    assert keys(page(store, things, headers={"host": "x"})[0]) == ["b", "a"]
    assert keys(page(store, things, [("host", "x")])[0]) == ["a"]


def test_an_order_of_which_no_direction_is_stated(tmp_path: Path) -> None:
    """Guards the usual directions: the newest first, and of a property the least first."""
    orders = [{"parameter": "sort"}, {"by": "weight"}]
    found = [
        small(
            tmp_path,
            pagination={"style": "none", "order": order},
            properties={"weight": INTEGER},
            parameters=PARAMETERS,
        )
        for order in orders
    ]
    made = [{"id": str(weight), "weight": weight} for weight in (1, 3, 2)]

    assert [["2", "3", "1"], ["1", "2", "3"]] == [
        keys(page(filled(things, made), things)[0]) for things in found
    ]


def test_a_filter_finds_records_by_what_their_lists_hold(tmp_path: Path) -> None:
    """Guards filters of a place that holds an array, and of yes and no."""
    things = small(
        tmp_path,
        pagination={"style": "none"},
        properties={"tags": {"type": "array", "items": TEXT}, "open": {"type": "boolean"}},
        parameters={"tag": TEXT, "open": {"type": "boolean"}},
        filters={"tag": ["tags", "contains"], "open": "open"},
    )
    store = filled(things, [{"id": "a", "tags": ["x", "y"], "open": True}, {"id": "b", "tags": []}])

    assert keys(page(store, things, [("tag", "x")])[0]) == ["a"]
    assert keys(page(store, things, [("tag", "xy")])[0]) == []
    assert keys(page(store, things, [("open", "true")])[0]) == ["a"]
    assert keys(page(store, things, [("open", "false")])[0]) == []


@pytest.mark.parametrize(
    ("text", "found"), [("completed", 2), ("success", 1), ("queued", 1), ("nothing", 0)]
)
def test_a_state_is_found_by_its_name_and_by_its_property(text: str, found: int) -> None:
    """Guards filters of a place that only together with another makes a state."""
    runs, scope = kind("github-runs"), ("octocat", "hello")
    store = filled(runs, [], scope)
    for number, state in enumerate(("queued", "success", "failure")):
        made = runs.begin({"id": number}, scope, NOW, state)
        run(store.add(runs, made, NOW))

    assert len(page(store, runs, [("status", text)], scope)[0].records) == found


def test_a_path_parameter_that_is_a_property_narrows_the_list() -> None:
    """Guards a list under the path of something else: it names no scope, and filters."""
    found = kind("circleci-workflows")
    made = [{"id": str(n), "pipeline_id": f"p{n % 2}"} for n in range(4)]
    narrowed, _ = page(filled(found, made), found, path={"pipeline-id": "p1"})

    assert found.scope == ()
    assert keys(narrowed) == ["3", "1"]
