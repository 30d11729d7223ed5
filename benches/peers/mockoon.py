"""Mockoon's command line: a data bucket of jobs behind a CRUD route."""

import json
from pathlib import Path
from typing import Any

from benches import load
from benches.peers import install
from benches.peers.peer import PROJECT, Peer, World, reads
from benches.request_speed import FIRST_ID

BUCKET = "jobs"


def environment(world: World) -> dict[str, Any]:
    """Return a Mockoon environment that serves the jobs of the world; --repair completes it."""
    response = {
        "uuid": "response-jobs",
        "statusCode": 200,
        "bodyType": "DATABUCKET",
        "databucketID": BUCKET,
        "crudKey": "jobId",
        "default": True,
    }
    route = {
        "uuid": "route-jobs",
        "type": "crud",
        "endpoint": f"{PROJECT}/jobs".removeprefix("/"),
        "responses": [response],
    }
    bucket = {"uuid": "bucket-jobs", "id": BUCKET, "name": BUCKET, "value": json.dumps(world.jobs)}
    return {
        "uuid": "environment-jobs",
        "lastMigration": 33,
        "name": BUCKET,
        "hostname": "127.0.0.1",
        "routes": [route],
        "rootChildren": [{"type": "route", "uuid": "route-jobs"}],
        "headers": [{"key": "Content-Type", "value": "application/json"}],
        "data": [bucket],
    }


def mockoon() -> Peer:
    """Return Mockoon with its log file, its admin API and its transactions off."""

    def prepare(folder: Path, world: World, port: int) -> list[str]:
        file = folder / "environment.json"
        file.write_text(json.dumps(environment(world)))
        options = ("--disable-log-to-file", "--disable-admin-api", "--max-transaction-logs", "0")
        where = ("--data", str(file), "--hostname", "127.0.0.1", "--port", str(port))
        return [*install.node("@mockoon/cli/bin/run.js"), "start", "--repair", *where, *options]

    def cancel(number: int) -> bytes:
        path = f"{PROJECT}/jobs/{FIRST_ID + number}"
        return load.request("PATCH", path, body='{"status": "cancelled"}')

    name = f"Mockoon CLI {install.wanted('@mockoon/cli')}"
    return Peer(name, prepare, {**reads(), "cancel": cancel})
