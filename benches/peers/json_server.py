"""json-server, the release and the beta: a file of jobs behind REST routes."""

import re
from pathlib import Path

from benches import load
from benches.peers import install
from benches.subject import (
    CANCELLABLE,
    FIRST_ID,
    JOB_ID,
    LARGEST,
    Ask,
    Remark,
    Subject,
    World,
    always,
)

CHANGED = Remark(
    "-", "A `PATCH` that sets the status, of any job and as often as one likes; no lifecycle."
)
WRITTEN = Remark("-", f"{CHANGED.text} json-server writes the whole file at each change.")


def cancel(number: int) -> bytes:
    """Return the nearest thing to a cancel: a PATCH that sets the status."""
    path = f"/jobs/{FIRST_ID + number % CANCELLABLE}"
    return load.request("PATCH", path, body='{"status": "cancelled"}')


def asks(limit: str, last: int) -> dict[str, Ask]:
    """Return the calls; the beta has another name for the limit than the release."""

    def page(number: int, size: int) -> Ask:
        return always(load.request("GET", f"/jobs?_page={number}&{limit}={size}"))

    return {
        "get one": always(load.request("GET", f"/jobs/{JOB_ID}")),
        "list 50": page(1, 50),
        "list 200": page(1, LARGEST),
        "cancel": cancel,
        "page 1": page(1, LARGEST),
        "last page": page(last, LARGEST),
    }


def release(last: int) -> Subject:
    """Return the version that npm calls latest, with its request log off."""

    def prepare(folder: Path, world: World, port: int) -> list[str]:
        (folder / "db.json").write_text(f'{{"jobs":{world.jobs.read_text()}}}')
        options = ("--host", "127.0.0.1", "--port", str(port), "--id", "jobId", "--quiet")
        command = install.node("json-server/lib/cli/bin.js")
        return [*command, *options, str(folder / "db.json")]

    name = f"json-server {install.wanted('json-server')}"
    return Subject(name, prepare, asks("_limit", last), {"cancel": WRITTEN})


def with_ids(jobs: str) -> str:
    """Return an array of jobs, each with an id, which is a string."""
    return re.sub(r'\{"jobId":(\d+)', r'{"id":"\1","jobId":\1', jobs)


def beta(last: int) -> Subject:
    """Return the beta, which has no request log and requires an id in each job."""

    def prepare(folder: Path, world: World, port: int) -> list[str]:
        (folder / "db.json").write_text(f'{{"jobs":{with_ids(world.jobs.read_text())}}}')
        options = ("--host", "127.0.0.1", "--port", str(port))
        command = install.node("json-server-beta/lib/bin.js")
        return [*command, *options, str(folder / "db.json")]

    name = f"json-server {install.wanted('json-server-beta')}"
    return Subject(name, prepare, asks("_per_page", last), {"cancel": WRITTEN})
