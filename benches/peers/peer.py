"""What is measured: the jobs that all serve, the operations, and what makes a server a peer."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benches import load

Job = dict[str, Any]

PROJECT = "/public/3sWXSsqHgSKnE87YkNJK"
JOB_ID = 3451
OPERATIONS = ("get one", "list 50", "list 200", "cancel")


class World(NamedTuple):
    """The jobs of one project, newest first, and the folder of fixtures that holds them."""

    fixtures: Path
    jobs: tuple[Job, ...]
    pages: Mapping[str, tuple[Job, ...]]

    def one(self) -> Job:
        """Return the job that is read."""
        return next(job for job in self.jobs if job["jobId"] == JOB_ID)


Prepare = Callable[[Path, World, int], list[str]]
"""Writes a peer's configuration into a folder of its own; returns the command for a port."""

Ask = Callable[[int], bytes]
"""Returns a request; its number picks the job where each request needs another one."""


class Peer(NamedTuple):
    """A server: how it is started, and how it is asked; an operation that it lacks is absent."""

    name: str
    prepare: Prepare
    asks: Mapping[str, Ask]


def always(request: bytes) -> Ask:
    """Return an ask that is the same each time."""
    return lambda _: request


def reads() -> dict[str, Ask]:
    """Return the reads as the jobs API has them."""
    return {
        "get one": always(load.request("GET", f"{PROJECT}/jobs/{JOB_ID}")),
        "list 50": always(load.request("GET", f"{PROJECT}/jobs?limit=50&page=1")),
        "list 200": always(load.request("GET", f"{PROJECT}/jobs?limit=200&page=1")),
    }


def jobs_in(body: Any) -> Any:
    """Return the job or jobs in a body, whatever a peer adds: an envelope, an id of its own."""
    inner = body["data"] if isinstance(body, dict) and "data" in body else body
    if isinstance(inner, list):
        return [jobs_in(job) for job in inner]
    return {key: value for key, value in inner.items() if key != "id"}


def complaint(operation: str, body: Any, world: World) -> str:
    """Return what is wrong with the answer to an operation, or nothing."""
    found = jobs_in(body)
    if operation == "cancel":
        return "" if found.get("status") == "cancelled" else f"not cancelled: {found}"
    expected = world.one() if operation == "get one" else list(world.pages[operation])
    return "" if found == expected else f"expected {str(expected)[:300]}, got {str(found)[:300]}"
