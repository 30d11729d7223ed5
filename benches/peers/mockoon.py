"""Mockoon's command line: a data bucket of jobs behind a CRUD route."""

import json
from pathlib import Path
from typing import Any

from benches import load
from benches.peers import install
from benches.peers.json_server import CHANGED
from benches.subject import CANCELLABLE, FIRST_ID, LARGEST, PROJECT, Subject, World, always, reads

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
    jobs = world.jobs.read_text()
    bucket = {"uuid": "bucket-jobs", "id": BUCKET, "name": BUCKET, "value": jobs}
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


def mockoon(last: int) -> Subject:
    """Return Mockoon without log file, admin API and transactions."""

    def prepare(folder: Path, world: World, port: int) -> list[str]:
        file = folder / "environment.json"
        file.write_text(json.dumps(environment(world)))
        options = ("--disable-log-to-file", "--disable-admin-api", "--max-transaction-logs", "0")
        where = ("--data", str(file), "--hostname", "127.0.0.1", "--port", str(port))
        return [*install.node("@mockoon/cli/bin/run.js"), "start", "--repair", *where, *options]

    def cancel(number: int) -> bytes:
        path = f"{PROJECT}/jobs/{FIRST_ID + number % CANCELLABLE}"
        return load.request("PATCH", path, body='{"status": "cancelled"}')

    def page(wanted: int) -> bytes:
        return load.request("GET", f"{PROJECT}/jobs?limit={LARGEST}&page={wanted}")

    asks = {"cancel": cancel, "page 1": always(page(1)), "last page": always(page(last))}
    name = f"Mockoon CLI {install.wanted('@mockoon/cli')}"
    return Subject(name, prepare, {**reads(), **asks}, {"cancel": CHANGED})
