"""What is inferred of a description that declares no key."""

import pytest

from mockserver.contract.contract import (
    SERVER,
    Bound,
    Cursor,
    Filter,
    Grade,
    Location,
    Move,
    Stamps,
)
from tests.description.conftest import EXPORTS, Read, edited

LIMIT = "{name: limit, in: query, schema: {type: integer, default: 20, maximum: 100}}"
CURSOR = "{name: cursor, in: query, schema: {type: string}}"


def test_a_list_and_a_read_make_a_resource(read: Read) -> None:
    """Guards roles, key and names, each with its grade and a reason."""
    (exports,) = read(EXPORTS).resources
    assert exports.list is not None
    assert exports.read is not None
    assert exports.delete is not None
    assert exports.key is not None

    assert exports.name == "exports"
    assert exports.record.pointer == "/components/schemas/Export"
    assert exports.list.value.name == "listExports"
    assert exports.read.value.name == "getExport"
    assert exports.delete.value.name == "deleteExport"
    assert [c.value.operation.name for c in exports.creations] == ["createExport"]
    assert (exports.key.value, exports.key.grade) == ("/id", Grade.INFERRED)
    assert exports.list.reason == "a 200 with an array at /exports"
    assert exports.scope == ("team",)


def test_pages_follow_from_names(read: Read) -> None:
    """Guards style, parameters and the places of a body; a total comes before a count."""
    (exports,) = read(EXPORTS).resources
    assert exports.pages is not None
    pages = exports.pages.value

    assert (pages.style, pages.items) == ("cursor", "/exports")
    assert pages.limit == Bound("limit", "query", 20, None, 100)
    assert pages.cursor == Cursor("cursor")
    assert pages.next == Location("/next_cursor")
    assert pages.total == Location("/total")
    assert exports.pages.grade is Grade.INFERRED
    assert [f.value for f in exports.filters] == [Filter("status", "/status")]


@pytest.mark.parametrize(
    ("parameters", "style", "used"),
    [
        ("[{name: page, in: query}, {name: per_page, in: query}]", "page", ("per_page", "page")),
        (
            "[{name: 'page[number]', in: query}, {name: 'page[size]', in: query}]",
            "page",
            ("page[size]", "page[number]"),
        ),
        ("[{name: offset, in: query}, {name: limit, in: query}]", "offset", ("limit", "offset")),
        (
            "[{name: listOptions.limit, in: query}, {name: listOptions.cursor, in: query}]",
            "cursor",
            ("listOptions.limit", "listOptions.cursor"),
        ),
        ("[{name: after, in: query}, {name: limit, in: query}]", "cursor", ("limit", "after")),
        ("[{name: after, in: query}, {name: page, in: query}]", "page", (None, "page")),
        ("[]", "none", (None, None)),
    ],
)
def test_each_style_is_seen(
    read: Read, parameters: str, style: str, used: tuple[str | None, str | None]
) -> None:
    """Guards the words of the styles, in the spellings that are in use."""
    text = edited(
        EXPORTS,
        (f"\n        - {CURSOR}\n        - {LIMIT}", ""),
        ("        - {name: team, in: path, required: true, schema: {type: string}}", ""),
        ("      parameters:\n", f"      parameters: {parameters}\n"),
        ("        - {name: status, in: query, schema: {type: string}}\n", ""),
        ("                  next_cursor: {type: [string, 'null']}\n", ""),
    )
    (exports,) = read(text).resources
    assert exports.pages is not None
    pages = exports.pages.value
    said = pages.page or pages.offset or pages.cursor

    assert pages.style == style
    assert (pages.limit and pages.limit.parameter, said and said.parameter) == used


def test_a_cursor_without_a_token_in_the_body_is_the_last_key(read: Read) -> None:
    """Guards `after`: with a next cursor in the body it is that, without one, or as id, a key."""
    text = edited(EXPORTS, ("name: cursor", "name: after"))
    bare = edited(text, ("                  next_cursor: {type: [string, 'null']}\n", ""))
    kinds = []
    for said in (text, bare, edited(text, ("name: after", "name: after_id"))):
        pages = read(said).resources[0].pages
        assert pages is not None
        kinds.append(pages.value.cursor)

    assert kinds == [
        Cursor("after", kind="token"),
        Cursor("after", kind="key"),
        Cursor("after_id", kind="key"),
    ]


def test_states_and_moves_are_assumed_by_words(read: Read) -> None:
    """Guards the table that follows from an enum and a verb, all of it assumed."""
    (exports,) = read(EXPORTS).resources
    lifecycle = exports.lifecycle
    assert lifecycle is not None
    assert lifecycle.stamps is not None

    assert lifecycle.initial.value == ("queued",)
    assert lifecycle.terminal.value == ("succeeded", "failed", "cancelled")
    assert lifecycle.stamps.value == Stamps(
        "/created_at", None, {"running": "/running_at"}, "rfc3339"
    )
    assert [move.value for move in lifecycle.moves] == [
        Move("leave queued", SERVER, ("queued",), ("running",)),
        Move("leave running", SERVER, ("running",), ("succeeded", "failed")),
        Move("leave cancelling", SERVER, ("cancelling",), ("cancelled",)),
        Move(
            "cancel", "cancelExport", ("queued", "running"), ("cancelling",), otherwise={"*": 422}
        ),
    ]
    assert lifecycle.states.grade is Grade.ASSUMED
    assert {move.grade for move in lifecycle.moves} == {Grade.ASSUMED}


@pytest.mark.parametrize("path", ["exports/{exportId}:cancel", "exports/{exportId}/actions/cancel"])
def test_a_verb_is_seen_in_each_of_its_places(read: Read, path: str) -> None:
    """Guards `/verb`, `:verb` and `/actions/verb`."""
    text = edited(EXPORTS, ("exports/{exportId}/cancel", path))
    lifecycle = read(text).resources[0].lifecycle
    assert lifecycle is not None

    assert "cancelExport" in [move.value.by for move in lifecycle.moves]


def test_a_verb_deeper_down_moves_nothing(read: Read) -> None:
    """Guards that an action on a part of a record is not a move of the record."""
    text = edited(EXPORTS, ("exports/{exportId}/cancel", "exports/{exportId}/parts/cancel"))
    lifecycle = read(text).resources[0].lifecycle
    assert lifecycle is not None

    assert [move.value.by for move in lifecycle.moves if move.value.by != SERVER] == []


def test_a_body_that_holds_a_state_moves_there(read: Read) -> None:
    """Guards one operation with several moves: PATCH of the state."""
    schema = "{schema: {properties: {status: {enum: [cancelled]}}}}"
    patch = (
        "    patch:\n      operationId: patchExport\n      responses: {200: {}}\n"
        f"      requestBody: {{content: {{application/json: {schema}}}}}\n"
    )
    text = edited(EXPORTS, ("    delete:\n", patch + "    delete:\n"))
    lifecycle = read(text).resources[0].lifecycle
    assert lifecycle is not None
    (move,) = [m.value for m in lifecycle.moves if m.value.by == "patchExport"]

    assert (move.given, move.targets) == ({"/status": "cancelled"}, ("cancelled",))
    assert move.otherwise == {"*": 409}


def test_a_link_from_the_list_to_itself_is_a_cursor(read: Read) -> None:
    """Guards OpenAPI links, which declare what names would only suggest."""
    link = (
        "          links: {next: {operationId: listExports, parameters: "
        "{cursor: '$response.body#/next_cursor'}}}\n"
    )
    text = edited(
        EXPORTS, ("          description: A page.\n", f"{link}          description: A\n")
    )
    pages = read(text).resources[0].pages
    assert pages is not None

    assert pages.grade is Grade.DECLARED
    assert (pages.value.cursor, pages.value.next) == (Cursor("cursor"), Location("/next_cursor"))


@pytest.mark.parametrize(
    "vocabulary",
    [
        (
            "x-speakeasy-pagination: {inputs: [{name: cursor, in: parameters, type: cursor}],"
            " outputs: {nextCursor: $.next_cursor}}"
        ),
        "x-fern-pagination: {cursor: $request.cursor, next_cursor: $response.next_cursor}",
        "x-pagination: {limitParam: limit, cursorParam: cursor, cursorPath: next_cursor}",
    ],
)
def test_vocabularies_of_clients_are_read(read: Read, vocabulary: str) -> None:
    """Guards the keys by which generators of clients are told of pages."""
    text = edited(
        EXPORTS, ("operationId: listExports", f"operationId: listExports\n      {vocabulary}")
    )
    pages = read(text).resources[0].pages
    assert pages is not None

    assert pages.grade is Grade.DECLARED
    assert pages.reason.startswith(vocabulary.partition(":")[0])
    assert (pages.value.cursor, pages.value.next) == (Cursor("cursor"), Location("/next_cursor"))


def test_credentials_and_tenants_are_told(read: Read) -> None:
    """Guards security schemes, a header that stands for one, and parameters of every list."""
    contract = read(EXPORTS)
    bare = edited(
        EXPORTS,
        ("security: [{token: []}]\n", ""),
        ("{name: cursor, in: query", "{name: Authorization, in: header"),
    )
    guessed = read(bare).credentials
    assert contract.tenancy is not None

    assert [(c.kind, c.where, c.parameter) for c in contract.credentials.value] == [
        ("bearer", "header", "Authorization")
    ]
    assert (guessed.grade, [c.kind for c in guessed.value]) == (Grade.INFERRED, ["bearer"])
    assert (contract.tenancy.value.parameters, contract.tenancy.grade) == (("team",), "inferred")
    assert [operation.call for operation in contract.others] == ["GET /health"]


def test_the_link_of_a_page_and_the_purposes_of_properties_are_read(read: Read) -> None:
    """Guards x-ms-pageable and x-stainless-pagination-property."""
    pageable = "x-ms-pageable: {nextLinkName: next_cursor, itemName: exports}"
    linked = edited(
        EXPORTS, ("operationId: listExports", f"operationId: listExports\n      {pageable}")
    )
    said = "x-stainless-pagination-property: {purpose: next_cursor"
    noted = edited(
        EXPORTS,
        ("{name: cursor, in: query,", f"{{name: cursor, {said}_param}}, in: query,"),
        ("next_cursor: {type:", f"next_cursor: {{{said}_field}}, type:"),
    )
    one, other = read(linked).resources[0].pages, read(noted).resources[0].pages
    assert one is not None
    assert other is not None

    assert (one.value.style, one.value.next) == ("link", Location("/next_cursor"))
    assert (other.value.cursor, other.value.next) == (Cursor("cursor"), Location("/next_cursor"))
    assert {one.grade, other.grade} == {Grade.DECLARED}


def test_a_move_of_a_long_running_operation_takes_effect_later(read: Read) -> None:
    """Guards x-ms-long-running-operation: the move is accepted now and comes after a while."""
    said = "operationId: cancelExport\n      x-ms-long-running-operation: "
    later, now = (
        read(edited(EXPORTS, ("operationId: cancelExport", said + value))).resources[0].lifecycle
        for value in ("true", "false")
    )
    assert later is not None
    assert now is not None
    name = "cancelExport"
    moves = [
        next(move for move in lifecycle.moves if move.value.by == name)
        for lifecycle in (later, now)
    ]

    assert [move.value.after for move in moves] == [("PT30S", "PT30S"), None]
    assert "x-ms-long-running-operation" in moves[0].reason
    assert moves[0].grade == Grade.ASSUMED


def test_a_parameter_that_is_an_object_is_not_taken_for_a_filter(read: Read) -> None:
    """Guards lists whose parameters have parts, such as ``created[gt]``."""
    name = "{name: status, in: query, schema: {type: string}}"
    text = edited(EXPORTS, (name, name.replace("string", "object")))

    assert read(EXPORTS).resources[0].filters != ()
    assert read(text).resources[0].filters == ()


def test_a_name_of_records_is_taken_from_aep(read: Read) -> None:
    """Guards x-aep-resource, which names records in the plural."""
    said = "x-aep-resource: {singular: report, plural: reports}"
    text = edited(EXPORTS, ("    Export:\n", f"    Export:\n      {said}\n"))

    assert [resource.name for resource in read(text).resources] == ["reports"]


@pytest.mark.parametrize(
    ("states", "moves"),
    [
        (
            "[queued, running, paused, done]",
            {"queued": ("running",), "running": ("done",)},
        ),
        (
            "[PENDING, PROVISIONING, PROVISIONED, PROVISIONING-FAILED, STOPPED]",
            {
                "PENDING": ("PROVISIONING",),
                "PROVISIONING": ("PROVISIONED",),
                "PROVISIONED": ("PROVISIONING-FAILED", "STOPPED"),
            },
        ),
        (
            "[UNKNOWN, BUILDING, ACTIVE, SUPERSEDED]",
            {"BUILDING": ("ACTIVE",), "ACTIVE": ("SUPERSEDED",)},
        ),
        ("[pass, fail]", {}),
    ],
)
def test_the_server_moves_through_states_by_their_words(
    read: Read, states: str, moves: dict[str, tuple[str, ...]]
) -> None:
    """Guards steps that a client reaches, words within words, states that say nothing, and ends."""
    old = "[queued, running, cancelling, succeeded, failed, cancelled]"
    text = edited(EXPORTS, (old, states), ("/cancel:", "/pause:"))
    lifecycle = read(text).resources[0].lifecycle
    assert lifecycle is not None
    own = [move.value for move in lifecycle.moves if move.value.by == SERVER]

    assert {move.sources[0]: move.targets for move in own} == moves


def test_a_list_within_one_record_is_no_list_of_records(read: Read) -> None:
    """Guards arrays among the properties of a record, whose items are read elsewhere, too."""
    part = "{type: array, items: {$ref: '#/components/schemas/Part'}}"
    paths = (
        "  /parts/{partId}:\n    get:\n      responses: {200: {content: {application/json:"
        " {schema: {$ref: '#/components/schemas/Part'}}}}}\n"
    )
    schema = "    Part: {type: object, properties: {id: {}, size: {}}}\n"
    text = edited(
        EXPORTS,
        ("        name: {type: string}\n        status", f"        parts: {part}\n        status"),
        ("  /health:\n", f"{paths}  /health:\n"),
        ("    Export:\n", f"{schema}    Export:\n"),
    )

    assert [resource.name for resource in read(text).resources] == ["exports"]


@pytest.mark.parametrize("told", ["headers: {X-Export-NextToken: {schema: {type: string}}}", ""])
def test_a_token_may_lead_on_from_a_header_or_from_metadata(read: Read, told: str) -> None:
    """Guards where the token of the next page stands: in a header, or called continue."""
    text = edited(
        EXPORTS,
        ("next_cursor: {type: [string, 'null']}", "metadata: {properties: {continue: {}}}"),
        ("description: A page.", f"description: A page.\n          {told}"),
    )
    pages = read(text).resources[0].pages
    assert pages is not None

    where = Location(header="X-Export-NextToken") if told else Location("/metadata/continue")
    assert (pages.value.style, pages.value.next) == ("cursor", where)


def test_a_link_goes_before_a_page_beside_a_token(read: Read) -> None:
    """Guards lists with a page, a token and a link in the body, which clients follow."""
    text = edited(
        EXPORTS,
        ("name: status, in: query", "name: Page, in: query"),
        ("next_cursor: {type: [string, 'null']}", "next_page_uri: {type: string}"),
    )
    pages = read(text.replace("name: cursor", "name: PageToken")).resources[0].pages
    assert pages is not None

    assert (pages.value.style, pages.value.next) == ("link", Location("/next_page_uri"))
