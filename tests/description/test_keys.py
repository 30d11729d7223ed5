"""The six keys: what they declare, and every contradiction to the description."""

from typing import Any

import pytest

from mockserver.contract.description.contract import (
    SERVER,
    Bound,
    Conflict,
    Contract,
    Cursor,
    Filter,
    Grade,
    Lifecycle,
    Location,
    Move,
    Order,
    Stamps,
    Tenancy,
)
from mockserver.contract.description.reader import load
from mockserver.parsing.sources import InvalidSourceError
from mockserver.resources import files
from tests.description.conftest import EXPORTS, Read, edited

LIFECYCLE = """\
      x-lifecycle:
        key: id
        field: status
        initial: [queued]
        keeps: [id, name]
        stamps: {made: created_at, entered: {running: running_at}}
        transitions:
          - {event: start, by: server, from: [queued], to: running, notBefore: created_at}
          - {event: end, by: server, from: [running], to: [succeeded, failed], after: [PT1M, PT2M]}
          - {event: cancel, by: cancelExport, from: [queued, running], to: cancelling,
             after: PT5S, otherwise: {failed: 422, '*': 409}}
          - {event: stop, by: server, from: [cancelling], to: cancelled, within: PT10M}
          - {event: delete, by: 'DELETE /teams/{t}/exports/{e}', from: '*', to: null}
"""
PAGES = """\
      x-pagination:
        style: cursor
        items: /exports
        limit: {parameter: limit, default: 20, min: 1, max: 100, outside: nearest}
        cursor: {parameter: cursor, is: token, unknown: 400}
        next: /next_cursor
        total: {header: X-Total}
        order: {by: created_at, direction: descending}
      x-filters: {status: [status, in], limit: false}
"""
CREATES = """\
      x-creates: {set: {name: $request.body#/name, running_at: $now+PT1H, status: queued}}
      x-conflict: {given: $request.body#/name, key: name, while: '*', status: 409}
"""
DECLARED = edited(
    EXPORTS,
    ("paths:\n", "x-tenancy: {parameters: [team], in: path, stranger: 404}\npaths:\n"),
    ("      operationId: listExports\n", "      operationId: listExports\n" + PAGES),
    ("      operationId: createExport\n", "      operationId: createExport\n" + CREATES),
    ("    Export:\n      type: object\n", "    Export:\n      type: object\n" + LIFECYCLE),
    ("name: status, in: query", "name: status, in: query, required: false"),
)


def lifecycle_of(contract: Contract) -> Lifecycle:
    """Return the lifecycle of the only resource."""
    (resource,) = contract.resources
    assert resource.lifecycle is not None
    return resource.lifecycle


def test_each_key_is_read(read: Read) -> None:
    """Guards every form of the keys, against values that were written by hand."""
    contract = read(DECLARED)
    (exports,) = contract.resources
    lifecycle = lifecycle_of(contract)
    assert exports.pages is not None
    assert lifecycle.stamps is not None
    assert lifecycle.keeps is not None
    pages = exports.pages.value

    assert pages.limit == Bound("limit", "query", 20, 1, 100, "nearest")
    assert pages.cursor == Cursor("cursor", unknown=400)
    assert (pages.next, pages.total) == (Location("/next_cursor"), Location(header="X-Total"))
    assert pages.order == Order("/created_at", "descending")
    assert [f.value for f in exports.filters] == [
        Filter("status", "/status", "in"),
        Filter("limit", None),
    ]
    assert lifecycle.initial.value == ("queued",)
    assert lifecycle.terminal.value == ("succeeded", "failed", "cancelled")
    assert lifecycle.keeps.value == ("/id", "/name")
    assert lifecycle.stamps.value == Stamps(
        "/created_at", None, {"running": "/running_at"}, "rfc3339"
    )
    states = ("queued", "running", "cancelling", "succeeded", "failed", "cancelled")
    cancel = Move(
        "cancel",
        "cancelExport",
        ("queued", "running"),
        ("cancelling",),
        after=("PT5S", "PT5S"),
        otherwise={"failed": 422, "*": 409},
    )
    assert [move.value for move in lifecycle.moves] == [
        Move("start", SERVER, ("queued",), ("running",), not_before="/created_at"),
        Move("end", SERVER, ("running",), ("succeeded", "failed"), after=("PT1M", "PT2M")),
        cancel,
        Move("stop", SERVER, ("cancelling",), ("cancelled",), within="PT10M"),
        Move("delete", "deleteExport", states, ()),
    ]
    (creation,) = exports.creations
    assert creation.value.conflict == Conflict("$request.body#/name", "/name", None, 409)
    assert creation.value.set["/running_at"] == "$now+PT1H"
    assert contract.tenancy is not None
    assert contract.tenancy.value == Tenancy(("team",), "path", 404)
    assert exports.delete is None


def test_what_is_declared_is_graded_so(read: Read) -> None:
    """Guards that nothing of a description with all keys is left to inference."""
    (exports,) = read(DECLARED).resources
    lifecycle = exports.lifecycle
    assert lifecycle is not None
    facts: list[Any] = [exports.key, exports.list, exports.read, exports.pages]
    facts += [*exports.filters, *exports.creations, *lifecycle.moves, lifecycle.states]

    assert {fact.grade for fact in facts} == {Grade.DECLARED}


def test_a_state_can_be_several_properties_or_a_number(read: Read) -> None:
    """Guards maps of states: a status with an outcome, and codes."""
    states = (
        "{waiting: {status: queued, name: null}, busy: {status: running},"
        " over: {status: succeeded, name: done}}"
    )
    moves = "[{event: go, by: server, from: [waiting], to: busy}, "
    moves += "{event: end, by: server, from: [busy], to: over}]"
    key = f"      x-lifecycle: {{states: {states}, initial: waiting, transitions: {moves}}}\n"
    text = edited(EXPORTS, ("    Export:\n", "    Export:\n" + key))
    codes = edited(
        text, (f"states: {states}", "field: name, states: {waiting: 1, busy: 2, over: 3}")
    )

    assert lifecycle_of(read(text)).states.value["over"] == {
        "/status": "succeeded",
        "/name": "done",
    }
    assert lifecycle_of(read(codes)).states.value["busy"] == {"/name": 2}
    assert lifecycle_of(read(codes)).terminal.value == ("over",)


def test_a_record_with_a_key_alone_never_moves(read: Read) -> None:
    """Guards records without a state."""
    text = edited(EXPORTS, ("    Export:\n", "    Export:\n      x-lifecycle: {key: /name}\n"))
    (exports,) = read(text).resources
    assert exports.key is not None

    assert (exports.key.value, exports.lifecycle) == ("/name", None)


def test_the_jobs_api_is_one_of_many() -> None:
    """Guards that the contract that comes along is expressed by the same values, unchanged."""
    (jobs,) = load(files.contract()).resources
    assert jobs.pages is not None
    assert jobs.lifecycle is not None
    assert jobs.lifecycle.stamps is not None
    (creation,) = jobs.creations

    assert jobs.pages.value.limit == Bound("limit", "query", 50, 1, 200, "default")
    assert jobs.pages.value.page == Bound("page", "query", 1, 1, None, "default")
    assert creation.value.conflict == Conflict(
        "$request.path.userId", "/referenceId", ("scheduled", "running"), 409
    )
    assert jobs.lifecycle.stamps.value == Stamps("/createdAt", "/updatedAt", {}, "ms")
    assert [move.value for move in jobs.lifecycle.moves][-1] == Move(
        "cancel", "cancelJob", ("scheduled", "running"), ("cancelled",), otherwise={"*": 400}
    )


def test_foreign_keys_are_ignored(read: Read) -> None:
    """Guards the keys of others, and an x-lifecycle that is not an object on a schema."""
    text = edited(
        EXPORTS,
        ("paths:\n", "x-lifecycle: {stage: beta}\nx-other: 1\npaths:\n"),
        ("      operationId: getExport\n", "      operationId: getExport\n      x-lifecycle: ga\n"),
        ("    Export:\n", "    Export:\n      x-lifecycle: stable\n"),
    )
    (exports,) = read(text).resources
    assert exports.key is not None

    assert exports.key.grade is Grade.INFERRED


CONTRADICTIONS = [
    ("field: status", "field: phase", "x-lifecycle/field: '/phase' is not a property of the rec"),
    ("field: status", "field: name", "the property /name lists no values; write an enum on the"),
    ("initial: [queued]", "initial: new", "/initial: 'new' is not a state; write one of queued,"),
    ("to: running, not", "to: done, not", "/transitions/0/to: 'done' is not a state; write one"),
    ("[queued, running], to: canc", "[new], to: canc", "/transitions/2/from: 'new' is not a state"),
    ("by: cancelExport", "by: cancelIt", "/transitions/2/by: 'cancelIt' is not an operation; wr"),
    ("'DELETE /teams/{t}/exp", "'PUT /teams/{t}/exp", "/by: 'PUT /teams/{t}/exports/{e}' is not"),
    ("notBefore: created_at", "notBefore: due", "/notBefore: '/due' is not a property of the reco"),
    ("keeps: [id, name]", "keeps: [id, nam]", "/keeps/1: '/nam' is not a property of the record"),
    ("{running: running_at}", "{going: running_at}", "/stamps/entered: 'going' is not a state"),
    ("running: running_at}", "running: run_at}", "/entered/running: '/run_at' is not a property"),
    ("[PT1M, PT2M]", "[PT3M, PT2M]", "/after: PT3M is longer than PT2M; write the shorter one"),
    ("within: PT10M", "within: P1Y", "/within: 'P1Y' is not a duration; write one such as PT30S"),
    ("{failed: 422, '*'", "{fail: 422, '*'", "/otherwise: 'fail' is not a state; write one of q"),
    ("within: PT10M}", "otherwise: 409}", "otherwise means nothing where the server moves the re"),
    ("stop, by: server, from: [cancelling]", "start, by: server, from: [queued]", "start leaves"),
    ("keeps: [id, name]", "terminal: [failed]", "/terminal: the states that no transition leaves"),
    (
        "after: PT5S,",
        "given: {/mode: x},",
        "/given/~1mode: cancelExport has no request body; take ",
    ),
    (
        "keeps: [id, name]",
        "keep: [id]",
        "x-lifecycle/keep: there is no key 'keep' (did you mean keeps?)",
    ),
    ("        initial: [queued]\n", "", "x-lifecycle: initial is missing, which field needs"),
    ("style: cursor", "style: offset", "/style: offset needs offset; write it too"),
    (
        "style: cursor",
        "style: scroll",
        "/style: there is no value 'scroll'; there are page, offset,",
    ),
    ("{status: [status, in]", "{status: [status, as]", "there is no value 'as'; there are eq"),
    ("items: /exports", "items: /data", "/items: '/data' leads to no array in the response; wr"),
    ("limit: {parameter: limit", "limit: {parameter: size", "'size' is not a query parameter of l"),
    ("default: 20, min: 1", "default: 20, min: 21", "/limit/default: lies outside min and max"),
    ("min: 1, max: 100", "min: 101, max: 100", "/limit/min: is more than max, 100; write less"),
    ("default: 20, min: 1", "default: 25, min: 1", "the parameter's schema says 20; write the sam"),
    ("{parameter: cursor, is", "{parameter: page, is", "/cursor/parameter: 'page' is not a query"),
    ("next: /next_cursor", "next: /next", "/next: '/next' is not in the response; write one of /"),
    ("by: created_at, dir", "by: made, dir", "/order/by: '/made' is not a property of the record"),
    ("{status: [status, in]", "{state: [status, in]", "x-filters/state: 'state' is not a paramet"),
    ("{status: [status, in]", "{status: [phase, in]", "x-filters/status: '/phase' is not a prope"),
    ("given: $request.body#/name,", "given: $request.body#/nam,", "'/nam' is not in the body of c"),
    ("given: $request.body#/name,", "given: $request.path.id,", "'id' is not a path parameter of "),
    ("given: $request.body#/name,", "", "write either parameter or given, to say where the requ"),
    ("key: name, while: '*'", "key: title, while: '*'", "/x-conflict/key: '/title' is not a prop"),
    ("while: '*', status", "while: [new], status", "/x-conflict/while: 'new' is not a state; wri"),
    (
        "$now+PT1H",
        "$then",
        "/set/running_at: '$then' is not an expression that is known; write $re",
    ),
    ("set: {name:", "set: {title:", "/x-creates/set/title: '/title' is not a property of the re"),
    ("{parameters: [team]", "{parameters: [group]", "x-tenancy/parameters/0: 'group' is not a pa"),
    ("stranger: 404", "stranger: 200", "x-tenancy/stranger: is less than 400"),
]


@pytest.mark.parametrize(("old", "new", "told"), CONTRADICTIONS)
def test_a_contradiction_is_told(read: Read, old: str, new: str, told: str) -> None:
    """Guards each thing that a key can name and a description not have."""
    text = edited(DECLARED, (old, new))
    with pytest.raises(InvalidSourceError) as caught:
        read(text)

    assert told in str(caught.value), str(caught.value)


def test_all_contradictions_are_told_at_once_with_their_places(read: Read) -> None:
    """Guards that one reading tells all, each with file, line, pointer and a remedy."""
    text = edited(
        DECLARED,
        ("initial: [queued]", "initial: new"),
        ("next: /next_cursor", "next: /next"),
        ("{parameters: [team]", "{parameters: [group]"),
    )
    with pytest.raises(InvalidSourceError) as caught:
        read(text)
    problems = caught.value.problems
    lines = text.splitlines()

    assert [(p.rule, p.pointer.rpartition("/")[2]) for p in problems] == [
        ("unknown", "0"),
        ("unknown", "next"),
        ("unknown", "initial"),
    ]
    assert [lines[p.line - 1].split()[0] for p in problems] == ["x-tenancy:", "next:", "initial:"]
    assert all("; write " in problem.message for problem in problems)


def test_two_lists_of_the_same_records_are_told(read: Read) -> None:
    """Guards two operations for one role."""
    second = (
        "  /exports:\n    get:\n      operationId: listAll\n"
        "      x-pagination: {style: none, items: /exports}\n"
        "      responses: {200: {content: {application/json: {schema: {properties: {exports:"
        " {type: array, items: {$ref: '#/components/schemas/Export'}}}}}}}}\n"
    )
    with pytest.raises(InvalidSourceError, match=r"listExports lists these records already; keep"):
        read(edited(DECLARED, ("  /health:\n", second + "  /health:\n")))


def test_a_key_where_it_says_nothing_is_told(read: Read) -> None:
    """Guards keys on a schema that nobody gives, on no list, and on what makes no record."""
    spare = "    Spare:\n      type: object\n      x-lifecycle: {key: id}\n"
    text = edited(
        EXPORTS,
        ("    Export:\n", spare + "    Export:\n"),
        ("  /health:\n    get:\n", "  /health:\n    get:\n      x-creates: {}\n"),
        (
            "operationId: getExport\n",
            "operationId: getExport\n      x-pagination: {style: none, items: /parts}\n",
        ),
    )
    with pytest.raises(InvalidSourceError) as caught:
        read(text)

    assert [(p.rule, p.pointer) for p in caught.value.problems] == [
        ("role", "/paths/~1teams~1{team}~1exports~1{exportId}/get/x-pagination"),
        ("pagination", "/paths/~1teams~1{team}~1exports~1{exportId}/get/x-pagination/items"),
        ("role", "/paths/~1health/get/x-creates"),
        ("unused", "/components/schemas/Spare/x-lifecycle"),
    ]
