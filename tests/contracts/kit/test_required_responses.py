"""The miniature of any contract gives what the contract requires of requests and responses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.contract.api import Api
from contracts.contract.description.reader import read
from contracts.engine.verdict import Verdict
from contracts.selftest.any_api.judging import judge
from contracts.selftest.any_api.world import create_world
from contracts.selftest.judge import Judgement
from contracts.target import Effects

RECORD = {"$ref": "#/components/schemas/Order"}
SHOWN = {"application/json": {"schema": RECORD}}
SCHEMA = {
    "type": "object",
    "required": ["note"],
    "properties": {
        "note": {"type": "string"},
        "count": {"type": "integer", "minimum": 1},
        "urgent": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
LOCATION = {"Location": {"required": True, "schema": {"type": "string"}}}


def make_order() -> dict[str, Any]:
    """Return the schema of a record."""
    properties = {
        **SCHEMA["properties"],  # type: ignore[dict-item]  # it is a literal of mixed values
        "id": {"type": "string"},
        "state": {"type": "string", "enum": ["open", "closed"]},
    }
    return {
        "type": "object",
        "required": ["id", "note", "state"],
        "properties": properties,
        "x-lifecycle": {
            "key": "id",
            "field": "state",
            "initial": "open",
            "transitions": [{"event": "close", "by": "server", "from": ["open"], "to": "closed"}],
        },
    }


def make_document(
    media: str = "application/json",
    created: dict[str, Any] | None = None,
    refused: dict[str, Any] | None = None,
    sent: dict[str, Any] | None = None,
    **paths: Any,
) -> dict[str, Any]:
    """Return a document whose creations take *media*, and answer as *created* or *refused* say."""
    listed = {"application/json": {"schema": {"type": "array", "items": RECORD}}}
    refused = refused or {"404": {"description": "None."}}
    read_order = {
        "operationId": "readOrder",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        ],
        "responses": {"200": {"description": "One.", "content": SHOWN}, **refused},
    }
    create_order = {
        "operationId": "createOrder",
        "requestBody": {"content": {media: {"schema": sent or SCHEMA}}},
        "x-creates": {},
        "responses": created or {"201": {"description": "Made.", "content": SHOWN}},
    }
    list_orders = {
        "x-pagination": {"style": "none", "items": ""},
        "responses": {"200": {"description": "All.", "content": listed}},
    }
    orders = {"get": list_orders, "post": create_order}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Orders", "version": "1"},
        "paths": {"/orders": orders, "/orders/{id}": {"get": read_order}, **paths},
        "components": {
            "schemas": {"Order": make_order()},
            "headers": {"Where": {"required": True, "schema": {"type": "string"}}},
        },
    }


def read_document(folder: Path, document: dict[str, Any]) -> Api:
    """Return the contract that *document* is."""
    file = folder / "openapi.yaml"
    file.write_text(yaml.safe_dump(document))
    return read(file)


def judge_document(folder: Path, document: dict[str, Any]) -> Judgement:
    """Judge the miniature of *document*."""
    api = read_document(folder, document)
    return judge("orders", create_world(api), api, effects=Effects.OWN)


ANSWERS: dict[str, dict[str, Any]] = {
    "a Location": {"201": {"description": "Made.", "headers": LOCATION, "content": SHOWN}},
    "a Location, and no body": {"201": {"description": "Made.", "headers": LOCATION}},
    "a Location by reference": {
        "201": {
            "description": "Made.",
            "headers": {"location": {"$ref": "#/components/headers/Where"}},
            "content": SHOWN,
        }
    },
    "a Location of another status": {
        "200": {"description": "It was there.", "content": SHOWN},
        "201": {"description": "Made.", "headers": LOCATION, "content": SHOWN},
    },
    "202 with a Location": {"202": {"description": "Taken.", "headers": LOCATION}},
    "a media type of its own": {
        "201": {
            "description": "Made.",
            "content": {"application/vnd.order+json": {"schema": RECORD}},
        }
    },
    "a range of media types": {
        "201": {"description": "Made.", "content": {"application/*+json": {"schema": RECORD}}}
    },
    "any media type": {"201": {"description": "Made.", "content": {"*/*": {"schema": RECORD}}}},
    "text": {
        "201": {
            "description": "Made.",
            "headers": LOCATION,
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
}


@pytest.mark.parametrize("created", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_creation_is_answered_as_its_contract_requires(
    created: dict[str, Any], tmp_path: Path
) -> None:
    """Guards status, headers and media type of what makes a record: nothing is accused of them."""
    found = judge_document(tmp_path, make_document(created=created))

    assert (found.accusers, found.end.trouble) == ((), "")
    assert {one.verdict for one in found.laws if one.law.id in {"MAKE-01", "MAKE-02"}} == {
        Verdict.KEPT
    }


MEDIA = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")


@pytest.mark.parametrize("media", MEDIA)
def test_a_record_has_what_its_creation_said_in_any_form(media: str, tmp_path: Path) -> None:
    """Guards bodies of forms: texts, numbers, truth values and arrays arrive as they were meant."""
    found = judge_document(tmp_path, make_document(media))

    assert found.killers == ()
    assert {one.law.id for one in found.select(Verdict.KEPT)} >= {"MAKE-02", "MAKE-07", "MAKE-08"}


def test_members_that_a_record_has_in_another_form_are_not_copied(tmp_path: Path) -> None:
    """Guards records against what their creation says of a member of another type."""
    sent = {**SCHEMA, "properties": {**SCHEMA["properties"], "tags": {"type": "string"}}}  # type: ignore[dict-item]  # as above
    found = judge_document(tmp_path, make_document(sent={**sent, "required": ["note", "tags"]}))

    assert found.accusers == ()


REFUSALS: dict[str, dict[str, Any]] = {
    "text": {"404": {"description": "None.", "content": {"text/plain": {}}}},
    "a problem": {
        "4XX": {
            "description": "None.",
            "headers": {"X-Reason": {"required": True, "schema": {"type": "integer"}}},
            "content": {"application/problem+json": {"schema": {"type": "object"}}},
        }
    },
}


@pytest.mark.parametrize("refused", REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_is_as_its_contract_requires(refused: dict[str, Any], tmp_path: Path) -> None:
    """Guards headers and media types of errors."""
    found = judge_document(tmp_path, make_document(refused=refused))

    assert (found.accusers, found.end.trouble) == ((), "")
