"""What ``mockserver infer --har`` corrects, what it leaves alone, and what it refuses."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.cli import main
from mockserver.contract.draft import draft_overlay
from mockserver.contract.reader import load
from mockserver.parsing.sources import InvalidSourceError
from mockserver.proxy.learning import learn

_RECORD = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "status": {"type": "string", "enum": ["queued", "running", "done", "cancelled"]},
        "created_at": {"type": "string", "format": "date-time"},
    },
}
_BODY = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/R"}}}}}
_LIST = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/R"}},
        "next": {"type": "string"},
    },
}
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


def _describe(folder: Path, *parameters: str) -> Path:
    """Write a description of runs, whose list takes query *parameters*."""
    named = [{"name": n, "in": "query", "schema": {"type": "string"}} for n in parameters]
    listed = {"200": {"content": {"application/json": {"schema": _LIST}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Runs", "version": "1"},
        "paths": {
            "/runs": {
                "get": {"operationId": "listRuns", "parameters": named, "responses": listed},
                "post": {"operationId": "createRun", "responses": {"201": _BODY["200"]}},
            },
            "/runs/{id}": {
                "get": {"operationId": "getRun", "parameters": [_ID], "responses": _BODY}
            },
            "/runs/{id}/cancel": {
                "post": {"operationId": "cancelRun", "parameters": [_ID], "responses": _BODY}
            },
        },
        "components": {"schemas": {"R": _RECORD}},
    }
    path = folder / "runs.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def _run(number: int, status: str) -> dict[str, Any]:
    return {"id": number, "status": status, "created_at": f"2026-01-01T00:00:{number:02}Z"}


def _record(folder: Path, *calls: tuple[str, str, int, Any]) -> Path:
    """Write a HAR of *calls*: method, target, status and body, one a second."""
    entries = [
        {
            "startedDateTime": f"2026-01-02T00:00:{at:02}.000Z",
            "time": 5,
            "request": {"method": method, "url": f"https://api.example.com/v1{target}"},
            "response": {"status": status, "content": {"text": json.dumps(body)}},
        }
        for at, (method, target, status, body) in enumerate(calls)
    ]
    path = folder / "traffic.har"
    path.write_text(json.dumps({"log": {"entries": entries}}))
    return path


def _learn(spec: Path, har: Path) -> tuple[Mapping[str, Any], Mapping[str, Any], list[str]]:
    """Return what the overlay says of the lifecycle and of the pages, and what was told."""
    contract, told = learn(load(spec), har)
    updates: list[dict[str, Any]] = [
        action["update"] for action in yaml.safe_load(draft_overlay(contract))["actions"]
    ]
    merged = {name: value for update in updates for name, value in update.items()}
    return merged["x-lifecycle"], merged["x-pagination"], told


def test_states_and_moves_that_were_seen_are_added(tmp_path: Path) -> None:
    """Guards states, where records begin, which states are left, and who moves them."""
    har = _record(
        tmp_path,
        ("POST", "/runs", 201, _run(1, "running")),
        ("GET", "/runs/1", 200, _run(1, "done")),
        ("GET", "/runs/1", 200, _run(1, "paused")),
        ("POST", "/runs/1/cancel", 200, _run(1, "stopped")),
    )
    lifecycle, _, told = _learn(_describe(tmp_path, "page"), har)
    moves = [(m["by"], m["from"], m["to"]) for m in lifecycle["transitions"]]

    assert lifecycle["states"][-2:] == ["paused", "stopped"]
    assert lifecycle["initial"] == ["running"]
    assert "done" not in lifecycle["terminal"]
    assert ("server", ["done"], "paused") in moves
    assert ("cancelRun", ["paused"], "stopped") in moves
    assert told == []


def test_refusals_that_were_seen_are_added(tmp_path: Path) -> None:
    """Guards that a state in which a call was refused is none from which it moves a record."""
    har = _record(
        tmp_path,
        ("GET", "/runs/1", 200, _run(1, "running")),
        ("POST", "/runs/1/cancel", 422, {"message": "too late"}),
    )
    lifecycle, _, _ = _learn(_describe(tmp_path, "page"), har)
    (cancel,) = [move for move in lifecycle["transitions"] if move["by"] == "cancelRun"]

    assert "running" not in cancel["from"]
    assert cancel["otherwise"]["running"] == 422


def _pages(second: str, **members: Any) -> Sequence[tuple[str, str, int, Any]]:
    first = {"items": [_run(1, "done"), _run(2, "done")], **members}
    other = {"items": [_run(3, "done"), _run(4, "done")]}
    return ("GET", "/runs", 200, first), ("GET", f"/runs?{second}", 200, other)


@pytest.mark.parametrize(
    ("parameter", "calls", "expected"),
    [
        ("page", _pages("page=2"), {"style": "page"}),
        ("offset", _pages("offset=2"), {"style": "offset"}),
        ("page", _pages("page=2"), {"order": {"by": "/created_at", "direction": "ascending"}}),
        (
            "page",
            _pages("page=tok-1", next="tok-1"),
            {
                "style": "cursor",
                "cursor": {"parameter": "page", "in": "query", "is": "token"},
                "next": "/next",
            },
        ),
        (
            "after",
            _pages("after=2"),
            {"style": "cursor", "cursor": {"parameter": "after", "in": "query", "is": "key"}},
        ),
        ("where", _pages("where=2"), {"style": "cursor"}),
    ],
    ids=["page", "offset", "order", "token", "key", "a name that says nothing"],
)
def test_what_led_to_the_next_page_counts(
    tmp_path: Path, parameter: str, calls: Any, expected: Mapping[str, Any]
) -> None:
    """Guards the style of pages, their cursor and their order, whatever their names suggest."""
    _, pages, _ = _learn(_describe(tmp_path, parameter, "limit"), _record(tmp_path, *calls))

    assert {name: pages.get(name) for name in expected} == expected


def test_how_many_records_a_page_holds_is_learned(tmp_path: Path) -> None:
    """Guards the default of the limit, where pages that name none are followed by another."""
    har = _record(tmp_path, *_pages("page=2"))
    _, pages, _ = _learn(_describe(tmp_path, "page", "limit"), har)

    assert pages["limit"]["default"] == 2


def test_what_is_declared_stays_and_is_told(tmp_path: Path) -> None:
    """Guards that traffic never changes what a person has declared."""
    spec = _describe(tmp_path, "page", "limit")
    document = yaml.safe_load(spec.read_text())
    document["components"]["schemas"]["R"]["x-lifecycle"] = {
        "field": "status",
        "initial": "queued",
        "transitions": [{"event": "start", "by": "server", "from": ["queued"], "to": "running"}],
    }
    spec.write_text(yaml.safe_dump(document))
    har = _record(
        tmp_path,
        ("GET", "/runs/1", 200, _run(1, "running")),
        ("GET", "/runs/1", 200, _run(1, "paused")),
    )
    _, told = learn(load(spec), har)

    assert "runs: states are declared, but paused was seen in traffic.har" in told
    assert any("running to paused by the server was seen once" in line for line in told)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no json", "is not a HAR"),
        (b'{"log": {}}', "is not a HAR"),
        (b'{"log": {"entries": [{}]}}', "is not a HAR"),
        (b"\xff\xfe", "is not a HAR"),
        (b'{"log": {"entries": []}}', "has no exchange with records of Runs"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, content: bytes | None, told: str) -> None:
    """Guards a HAR that is none, one of another API, and one that is not there."""
    har = tmp_path / "t.har"
    if content is not None:
        har.write_bytes(content)

    with pytest.raises(InvalidSourceError, match=told):
        learn(load(_describe(tmp_path, "page")), har)


def test_the_command_writes_the_corrected_overlay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards the command line: the overlay says what was seen, where, and how often."""
    har = _record(tmp_path, *_pages("page=2"))
    status = main(["infer", str(_describe(tmp_path, "page", "limit")), "--har", str(har)])
    written = capsys.readouterr().out

    assert status == 0
    assert "pages without limit held 2 records" in written
    assert "in traffic.har" in written
