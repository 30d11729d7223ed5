"""What the judge takes into account of an OpenAPI document; it refuses a document with more.

Descriptions, examples, tags and the like promise nothing, and may say anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.contract import operations
from contracts.contract.errors import Diagnostic
from contracts.contract.pattern import ANYTHING, Chosen, Members, Names, diagnose
from contracts.contract.pointer import escape

ANSWER = ("by", "otherwise")
RECORD = "#/components/schemas/Job"

WHOLE = Members({"type": ("integer",)}, {"format": ("int64",)})
STAMPED = Members({"type": (["integer", "null"],)}, {"format": ("int64",)})
ABOUT = "^Delete user sessions of userId = "
PROPERTIES = {
    "jobId": WHOLE,
    "projectId": WHOLE,
    "createdAt": WHOLE,
    "startAt": WHOLE,
    "updatedAt": STAMPED,
    "status": Members({"type": ("string",), "enum": ANYTHING}),
    "description": Members({"type": ("string",)}, {"pattern": (ABOUT,)}),
    "action": Members({"type": ("string",), "const": ("delete_user_data",)}),
    "referenceId": Members({"type": ("string",)}),
    "errors": Members({"type": (["string", "null"],)}),
}
"""The members of a record that laws know."""

LIFECYCLE = Members(
    {
        "field": ("status",),
        "initial": ANYTHING,
        "terminal": ANYTHING,
        "stamps": Members({"made": ("createdAt",), "moved": ("updatedAt",)}),
        "transitions": ANYTHING,
    }
)
SCHEME = Members({"type": ("http",), "scheme": ("bearer", "Bearer")}, {"bearerFormat": ANYTHING})
COMPONENTS = ("parameters", "responses", "schemas", "examples", "headers", "links", "requestBodies")


def find_unsupported(raw: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Go through what the document declares and the judge would pass over.

    Raises:
        LookupError, TypeError, AttributeError, ValueError: it is not an OpenAPI document.
    """
    schemas = raw["components"]["schemas"]
    for name in schemas:
        if "x-lifecycle" in schemas[name] and name != "Job":
            pointer = f"#/components/schemas/{escape(name)}/x-lifecycle"
            yield Diagnostic(
                pointer, "a second record is not supported; x-lifecycle belongs on Job"
            )
    if "x-lifecycle" not in schemas.get("Job", {}):
        yield Diagnostic("#/components/schemas", "x-lifecycle is missing; add it to the schema Job")
        return
    record = Members(
        {
            "type": ("object",),
            "properties": Names(PROPERTIES),
            "x-lifecycle": LIFECYCLE,
        },
        {"required": Chosen(tuple(PROPERTIES)), "additionalProperties": ANYTHING},
    )
    yield from diagnose(raw, schemas["Job"], record, RECORD)
    yield from diagnose(raw, raw, _build_pattern(raw), "#")
    yield from _diagnose_moves(schemas["Job"]["x-lifecycle"]["transitions"])
    yield from operations.find_unsupported(raw, RECORD)


def _build_pattern(raw: Mapping[str, Any]) -> Members:
    """Return the pattern of the document: one bearer key opens everything."""
    scheme = next(iter(raw["components"].get("securitySchemes", {})), "organizationKey")
    return Members(
        {
            "openapi": ("3.1.0", "3.1.1", "3.1.2"),
            "security": ([{scheme: []}],),
            "paths": ANYTHING,
            "components": Members(
                {"securitySchemes": Names({scheme: SCHEME})}, dict.fromkeys(COMPONENTS, ANYTHING)
            ),
        },
        {"info": ANYTHING, "servers": ANYTHING},
    )


def _diagnose_moves(moves: Sequence[Mapping[str, Any]]) -> Iterator[Diagnostic]:
    """Go through the moves of which another one takes the place."""
    for index, move in enumerate(moves):
        pointer = f"{RECORD}/x-lifecycle/transitions/{index}"
        if move.get("notBefore", "startAt") != "startAt":
            message = f"{move['notBefore']} is not supported; write startAt"
            yield Diagnostic(f"{pointer}/notBefore", message)
        for earlier in moves[:index]:
            same = earlier["event"] == move["event"]
            if same and set(earlier["from"]) & set(move["from"]):
                yield Diagnostic(
                    f"{pointer}/from", "an earlier move has this event and state; keep one"
                )
            if same and [earlier.get(k) for k in ANSWER] != [move.get(k) for k in ANSWER]:
                message = "an earlier move of this event has another by or otherwise; keep one"
                yield Diagnostic(f"{pointer}/event", message)
            if not same and earlier["by"] == move["by"] != "server":
                message = f"{move['by']} already makes {earlier['event']}; keep one event"
                yield Diagnostic(f"{pointer}/event", message)
