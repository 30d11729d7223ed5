"""What the mock supports of an OpenAPI document, as patterns; all else is refused at load.

What promises nothing (descriptions, tags, examples) may be anything. The patterns of operations are
in `supported_operations`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import structs

from mockserver.contract.patterns import (
    ANYTHING,
    Difference,
    Each,
    Form,
    Names,
    differences,
)
from mockserver.contract.supported_operations import METHODS, find_unsupported_operations
from mockserver.domain.job import ACTION
from mockserver.domain.representation import JobRepresentation
from mockserver.parsing.pointer import escape

_INT64 = {"format": ("int64",)}
#: A member of a job, by the type that it has in the mock.
_BY_TYPE = {
    int: Form({"type": ("integer",)}, _INT64),
    int | None: Form({"type": (["integer", "null"],)}, _INT64),
    str: Form({"type": ("string",)}),
    str | None: Form({"type": (["string", "null"],)}),
}
_SCHEME = Form({"type": ("http",), "scheme": ("bearer", "Bearer")}, {"bearerFormat": ANYTHING})
#: The members of a record.
_MEMBERS = {
    **{field.encode_name: _BY_TYPE[field.type] for field in structs.fields(JobRepresentation)},
    "description": Form(
        {"type": ("string",)}, {"pattern": ("^Delete user sessions of userId = ",)}
    ),
    "status": Form({"type": ("string",), "enum": ANYTHING}),
    "action": Form({"type": ("string",), "const": (ACTION,)}),
}
_MOVE = Form(
    {"event": ANYTHING, "by": ANYTHING, "from": ANYTHING, "to": ANYTHING},
    {"notBefore": ("startAt",), "otherwise": ANYTHING},
)
_LIFECYCLE = Form(
    {
        "field": ("status",),
        "initial": ANYTHING,
        "terminal": ANYTHING,
        "stamps": Form({"made": ("createdAt",), "moved": ("updatedAt",)}),
        "transitions": Each(_MOVE),
    }
)
_OBJECT = {"type": ("object",)}
_LOOSE = {"required": Names(tuple(_MEMBERS)), "additionalProperties": ANYTHING}
_RECORD = Form(
    {**_OBJECT, "properties": Form(_MEMBERS, names=True), "x-lifecycle": _LIFECYCLE}, _LOOSE
)


def find_unsupported(raw: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what the parsed document declares and the mock does not support.

    Its ``x-`` keys already have the right form.

    Raises:
        LookupError, TypeError, AttributeError, ValueError: it is not an OpenAPI document.
    """
    schemas = raw["components"]["schemas"]
    for name in schemas:
        if name != "Job" and "x-lifecycle" in schemas[name]:
            message = "no second record is kept; write x-lifecycle on the schema Job only"
            yield Difference(f"/components/schemas/{escape(name)}/x-lifecycle", message)
    if "x-lifecycle" not in schemas.get("Job", {}):
        message = "the schema Job has no x-lifecycle; write there how a record moves"
        yield Difference("/components/schemas", message)
        return
    record = "/components/schemas/Job"
    yield from differences(raw, schemas["Job"], _RECORD, record)
    yield from differences(raw, raw, _root(raw), "")
    yield from _moves(schemas["Job"]["x-lifecycle"]["transitions"], f"{record}/x-lifecycle")
    yield from find_unsupported_operations(raw, record)


def _root(raw: Mapping[str, Any]) -> Form:
    """Return the pattern of the document as a whole: one bearer key that every call needs."""
    schemes = raw["components"].get("securitySchemes", {})
    scheme = next(iter(schemes), "organizationKey")
    item = Form({}, {"parameters": ANYTHING, **dict.fromkeys(METHODS, ANYTHING)})
    components = dict.fromkeys(
        ("parameters", "responses", "schemas", "examples", "headers", "links", "requestBodies"),
        ANYTHING,
    )
    return Form(
        {
            "openapi": ("3.1.0", "3.1.1", "3.1.2"),
            "security": ([{scheme: []}],),
            "paths": Each(item),
            "components": Form(
                {"securitySchemes": Form({scheme: _SCHEME}, names=True)}, components
            ),
        },
        {"info": ANYTHING, "servers": ANYTHING},
    )


def _moves(rows: Sequence[Mapping[str, Any]], pointer: str) -> Iterator[Difference]:
    """Yield the rows that contradict an earlier row."""
    rows_by_move: dict[tuple[str, str], int] = {}
    events: dict[str, tuple[str, Any]] = {}
    events_by_caller: dict[str, str] = {}
    for index, row in enumerate(rows):
        at, event = f"{pointer}/transitions/{index}", row["event"]
        for state in row["from"]:
            if rows_by_move.setdefault((state, event), index) != index:
                yield Difference(
                    f"{at}/from", f"{event} leaves {state} in an earlier row too; keep one"
                )
        caller_and_refusal = (row["by"], row.get("otherwise"))
        if events.setdefault(event, caller_and_refusal) != caller_and_refusal:
            message = f"{event} has another by or otherwise in an earlier row; write the same"
            yield Difference(f"{at}/event", message)
        if row["by"] != "server" and events_by_caller.setdefault(row["by"], event) != event:
            message = f"{row['by']} is the event {events_by_caller[row['by']]}; keep one event"
            yield Difference(f"{at}/event", message)
