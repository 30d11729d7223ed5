"""json-server, the release and the beta: a file of jobs behind REST routes."""

import json
from pathlib import Path

from benches import load
from benches.peers import install
from benches.peers.peer import JOB_ID, Ask, Peer, World, always
from benches.request_speed import FIRST_ID


def cancel(number: int) -> bytes:
    """Return the nearest thing to a cancel: a PATCH that sets the status."""
    return load.request("PATCH", f"/jobs/{FIRST_ID + number}", body='{"status": "cancelled"}')


def asks(limit: str) -> dict[str, Ask]:
    """Return the asks; the beta names the limit otherwise than the release."""
    return {
        "get one": always(load.request("GET", f"/jobs/{JOB_ID}")),
        "list 50": always(load.request("GET", f"/jobs?_page=1&{limit}=50")),
        "list 200": always(load.request("GET", f"/jobs?_page=1&{limit}=200")),
        "cancel": cancel,
    }


def release() -> Peer:
    """Return what npm calls the latest, its request log off."""

    def prepare(folder: Path, world: World, port: int) -> list[str]:
        (folder / "db.json").write_text(json.dumps({"jobs": world.jobs}))
        options = ("--host", "127.0.0.1", "--port", str(port), "--id", "jobId", "--quiet")
        command = install.node("json-server/lib/cli/bin.js")
        return [*command, *options, str(folder / "db.json")]

    return Peer(f"json-server {install.wanted('json-server')}", prepare, asks("_limit"))


def beta() -> Peer:
    """Return the beta, which has no request log and wants each job to have an id."""

    def prepare(folder: Path, world: World, port: int) -> list[str]:
        rows = [{"id": str(job["jobId"]), **job} for job in world.jobs]
        (folder / "db.json").write_text(json.dumps({"jobs": rows}))
        options = ("--host", "127.0.0.1", "--port", str(port))
        command = install.node("json-server-beta/lib/bin.js")
        return [*command, *options, str(folder / "db.json")]

    return Peer(f"json-server {install.wanted('json-server-beta')}", prepare, asks("_per_page"))
