"""No report holds a key of any API, wherever the API takes it and whatever a deployment echoes."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from contracts.cli import main
from contracts.contract.description.reader import read
from contracts.selftest.any_api.world import create_world
from contracts.selftest.messages import Request, Response
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import KEY, OTHER_KEY

KINDS = ("json", "junit", "html", "markdown")
SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
}


def describe(scheme: dict[str, str]) -> dict[str, Any]:
    """Return a document of tasks that are listed, made, read and deleted with a key."""
    text = {"type": "string"}
    record = {"$ref": "#/components/schemas/Task"}
    page = {"type": "object", "properties": {"data": {"type": "array", "items": record}}}
    one, many = (
        {"description": "Well.", "content": {"application/json": {"schema": schema}}}
        for schema in (record, page)
    )
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 10}}
    key = {"name": "id", "in": "path", "required": True, "schema": text}
    states = ["open", "done"]
    move = {"event": "remove", "by": "removeTask", "from": states, "to": None}
    life = {"field": "state", "key": "id", "initial": "open", "transitions": [move]}
    made, gone = {"201": one}, {"204": {"description": "Gone."}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tasks", "version": "1"},
        "security": [{"main": []}],
        "paths": {
            "/tasks": {
                "get": {"operationId": "list", "parameters": [limit], "responses": {"200": many}},
                "post": {"operationId": "make", "responses": made},
            },
            "/tasks/{id}": {
                "parameters": [key],
                "get": {"operationId": "read", "responses": {"200": one}},
                "delete": {"operationId": "removeTask", "responses": gone},
            },
        },
        "components": {
            "securitySchemes": {"main": scheme},
            "schemas": {
                "Task": {
                    "type": "object",
                    "x-lifecycle": life,
                    "properties": {"id": text, "state": {**text, "enum": states}},
                }
            },
        },
    }


def echo(request: Request) -> Response:
    """Answer with all that was sent, where a record has its state and elsewhere."""
    sent = json.dumps([request.path, dict(request.query), dict(request.headers)])
    record = {"id": "1", "state": sent, sent: f"{KEY} {OTHER_KEY}"}
    if request.method == "DELETE":
        return Response(204, None, {"X-Echo": sent})
    if request.method == "POST":
        return Response(201, record, {"X-Echo": sent})
    is_list = request.path.endswith("/tasks")
    return Response(200, {"data": [record]} if is_list else record, {"X-Echo": sent})


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_that_a_run_shows_holds_a_key(
    scheme: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Guards all formats and the terminal, also states that are made of what was sent."""
    spec = tmp_path / "tasks.json"
    spec.write_text(json.dumps(describe(SCHEMES[scheme])))
    with serve_miniature(create_world(read(spec)), Transmission(before=echo)) as url:
        code = main(
            [
                *("check", "--spec", str(spec), "--base-url", url, "--rng", "1"),
                *("--api-key", KEY, "--other-api-key", OTHER_KEY, "--effects", "any"),
                *(word for kind in KINDS for word in (f"--report-{kind}", str(tmp_path / kind))),
            ]
        )
    shown = {kind: (tmp_path / kind).read_text("utf-8") for kind in KINDS}
    shown["terminal"] = "".join(capfd.readouterr())

    assert code == 1
    assert "${CONTRACTS_API_KEY" in shown["json"]
    (tasks,) = json.loads(shown["json"])["resources"]
    assert {one["kind"] for one in tasks["moves"]} >= {"declared", "illegal"}
    for where, text in shown.items():
        for key in (KEY, OTHER_KEY):
            assert key[1:-1].lower() not in text.lower(), where
            assert b64encode(f"{key}:".encode()).decode()[:-4] not in text, where
