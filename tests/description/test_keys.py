"""The six keys: what they declare, and every contradiction to the description."""

from typing import Any

from mockserver.contract.contract import (
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
from mockserver.contract.reader import load
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


def test_pages_and_filters_are_read(read: Read) -> None:
    """Guards x-pagination and x-filters, against values that were written by hand."""
    (exports,) = read(DECLARED).resources
    assert exports.pages is not None
    pages = exports.pages.value

    assert pages.limit == Bound("limit", "query", 20, 1, 100, "nearest")
    assert pages.cursor == Cursor("cursor", unknown=400)
    assert (pages.next, pages.total) == (Location("/next_cursor"), Location(header="X-Total"))
    assert pages.order == Order("/created_at", "descending")
    assert [f.value for f in exports.filters] == [
        Filter("status", "/status", "in"),
        Filter("limit", None),
    ]


def test_a_lifecycle_is_read(read: Read) -> None:
    """Guards x-lifecycle: states, ends, stamps, what never changes, and each form of a row."""
    contract = read(DECLARED)
    lifecycle = lifecycle_of(contract)
    assert lifecycle.stamps is not None
    assert lifecycle.keeps is not None
    states = ("queued", "running", "cancelling", "succeeded", "failed", "cancelled")
    cancel = Move(
        "cancel",
        "cancelExport",
        ("queued", "running"),
        ("cancelling",),
        after=("PT5S", "PT5S"),
        otherwise={"failed": 422, "*": 409},
    )

    assert tuple(lifecycle.states.value) == states
    assert lifecycle.initial.value == ("queued",)
    assert lifecycle.terminal.value == ("succeeded", "failed", "cancelled")
    assert lifecycle.keeps.value == ("/id", "/name")
    assert lifecycle.stamps.value == Stamps(
        "/created_at", None, {"running": "/running_at"}, "rfc3339"
    )
    assert [move.value for move in lifecycle.moves] == [
        Move("start", SERVER, ("queued",), ("running",), not_before="/created_at"),
        Move("end", SERVER, ("running",), ("succeeded", "failed"), after=("PT1M", "PT2M")),
        cancel,
        Move("stop", SERVER, ("cancelling",), ("cancelled",), within="PT10M"),
        Move("delete", "deleteExport", states[:3], ()),
    ]
    assert contract.resources[0].delete is None


def test_creation_conflicts_and_tenants_are_read(read: Read) -> None:
    """Guards x-creates, x-conflict and x-tenancy."""
    contract = read(DECLARED)
    (creation,) = contract.resources[0].creations
    assert contract.tenancy is not None

    assert creation.value.conflict == Conflict("$request.body#/name", "/name", None, 409)
    assert creation.value.set == {
        "/name": "$request.body#/name",
        "/running_at": "$now+PT1H",
        "/status": "queued",
    }
    assert contract.tenancy.value == Tenancy(("team",), "path", 404)


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


def test_a_parameter_of_the_path_can_be_a_filter(read: Read) -> None:
    """Guards lists under the path of something else, whose records name it."""
    (exports,) = read(edited(DECLARED, ("limit: false}", "team: name}"))).resources

    assert Filter("team", "/name") in [fact.value for fact in exports.filters]


def test_the_pagination_of_a_form_that_is_not_known_is_a_warning(read: Read) -> None:
    """Guards vendors who call a key of theirs x-pagination: their description is not refused."""
    text = EXPORTS.replace(
        "operationId: listExports", "operationId: listExports\n      x-pagination: {by: cursors}"
    )
    contract = read(text)

    assert ["neither style nor items" in warning for warning in contract.warnings] == [True]
    assert contract.resources[0].pages == read(EXPORTS).resources[0].pages
