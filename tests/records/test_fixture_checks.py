"""Records that can be there: what their contract says of moments, states and second records."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.contract.reader import load
from mockserver.parsing.sources import InvalidSourceError
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.fixtures.reader import Basis, read_fixtures
from mockserver.records.kind import Kind

NOW = 1_768_478_400_000
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_THING = {
    "type": "object",
    "required": ["id", "state", "made"],
    "properties": {
        "id": {"type": "string"},
        "owner": {"type": ["string", "null"]},
        "state": {"type": "string", "enum": ["waiting", "busy", "done", "failed"]},
        "made": {"type": "string", "format": "date-time"},
        **dict.fromkeys(("due", "began", "ended"), _MOMENT),
    },
    "x-lifecycle": {
        "key": "id",
        "field": "state",
        "initial": "waiting",
        "terminal": ["done", "failed"],
        "stamps": {
            "made": "made",
            "entered": {"busy": "began", "done": "ended", "failed": "ended"},
            "unit": "rfc3339",
        },
        "transitions": [
            {"event": "begin", "by": "server", "from": ["waiting"], "to": "busy",
             "notBefore": "due"},
            {"event": "end", "by": "server", "from": ["busy"], "to": ["done", "failed"]},
        ],
    },
}  # fmt: skip
_JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
_LIST = {
    "application/json": {"schema": {"type": "array", "items": _JSON["application/json"]["schema"]}}
}
API = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "responses": {"200": {"description": "", "content": _LIST}},
            },
            "post": {
                "operationId": "makeThing",
                "x-creates": {"set": {"due": "$now+PT1H"}},
                "x-conflict": {
                    "key": "owner",
                    "given": "$request.body#/owner",
                    "while": ["waiting", "busy"],
                    "status": 409,
                },
                "requestBody": {"content": _JSON},
                "responses": {
                    "201": {"description": "", "content": _JSON},
                    "409": {"description": ""},
                },
            },
        },
        "/things/{id}": {
            "get": {
                "operationId": "readThing",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {"200": {"description": "", "content": _JSON}},
            }
        },
    },
    "components": {"schemas": {"Thing": _THING}},
}
DONE = {
    "id": "a",
    "state": "done",
    "made": "2026-01-15T10:00:00Z",
    "due": "2026-01-15T10:30:00Z",
    "began": "2026-01-15T11:00:00Z",
    "ended": "2026-01-15T11:30:00Z",
}
BUSY = {**DONE, "state": "busy", "ended": None}
WAITING = {**BUSY, "state": "waiting", "began": None, "due": "2026-01-15T13:00:00Z"}


def read(folder: Path, *rows: Mapping[str, Any], **beside: Any) -> Fixtures:
    """Return the fixtures of things that are written as *rows*."""
    api, file = folder / "api.yaml", folder / "fixtures.json"
    api.write_text(yaml.safe_dump(API))
    listed = {"things": [{"members": row} for row in rows]}
    file.write_text(json.dumps({"records": listed, **beside}))
    contract = load(api)
    kinds = tuple(Kind(resource, contract.operations) for resource in contract.resources)
    return read_fixtures([file], Basis(contract, kinds, NOW))


@pytest.mark.parametrize("row", [DONE, {**DONE, "state": "failed"}, BUSY, WAITING])
def test_what_a_server_could_show_is_read(tmp_path: Path, row: Mapping[str, Any]) -> None:
    """Guards records of every state whose moments fit it."""
    (record,) = read(tmp_path, row).records["things"]

    assert record.state == row["state"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({**DONE, "began": "2026-01-15T09:00:00Z"}, "/began: is 2026-01-15T09:00:00Z, before the"),
        ({**DONE, "ended": "2026-01-16T09:00:00Z"}, "/ended: is 2026-01-16T09:00:00Z, later than"),
        ({**DONE, "made": "2026-01-16T00:00:00Z"}, "/made: is 2026-01-16T00:00:00Z, later than"),
        ({**WAITING, "due": "2026-01-15T09:00:00Z"}, "/due: is 2026-01-15T09:00:00Z, before the"),
        ({**DONE, "ended": None}, "/ended: a record that is done has moved; write when"),
        ({**DONE, "began": "2026-01-15T11:45:00Z"}, "/began: the record became busy after it"),
        ({**BUSY, "ended": DONE["ended"]}, "/ended: a record that is busy has not ended"),
        ({**BUSY, "due": "2026-01-15T11:30:00Z"}, "/began: a record is not busy before due ("),
    ],
)
def test_what_no_server_could_show_is_refused(
    tmp_path: Path, row: Mapping[str, Any], told: str
) -> None:
    """Guards each contradiction between moments, the state, and the moment of the world."""
    with pytest.raises(InvalidSourceError) as refused:
        read(tmp_path, row)
    (problem, *_) = refused.value.diagnostics

    assert told in f"{problem.pointer.removeprefix('/records/things/0/members')}: {problem.message}"


def test_a_second_active_record_is_refused(tmp_path: Path) -> None:
    """Guards ``x-conflict``: of one owner there is one that has not ended, and any number else."""
    mine = {"owner": "me"}
    read(tmp_path, {**DONE, **mine}, {**DONE, **mine, "id": "b"}, {**BUSY, **mine, "id": "c"})
    with pytest.raises(InvalidSourceError, match="the API refuses a second one"):
        read(tmp_path, {**BUSY, **mine}, {**WAITING, **mine, "id": "b"})


def test_what_should_have_moved_is_refused_where_moments_are_known(tmp_path: Path) -> None:
    """Guards ``pace: null``: no move waits for a pace, so that none can be late."""
    late = {**WAITING, "due": "2026-01-15T11:00:00Z"}

    assert read(tmp_path, late).default_pace is not None
    assert read(tmp_path, BUSY, pace=None).default_pace is None
    with pytest.raises(InvalidSourceError, match="is busy since 2026-01-15T11:00:00Z, before the"):
        read(tmp_path, late, pace=None)
