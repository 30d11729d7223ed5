"""What is measured: the jobs that all servers have, the operations, and the servers."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benches import load
from benches.processes import Tree

Job = dict[str, Any]

PROJECT = "/public/3sWXSsqHgSKnE87YkNJK"
JOB_ID = 3451
LARGEST = 200
#: Cancellable jobs have the numbers from here on.
FIRST_ID = 10_000
#: How many of them each server has.
CANCELLABLE = 960

OPERATIONS = ("get one", "list 50", "list 200", "cancel")
ANOTHER = "get one, each another"
ANOTHER_LIST = "list 50, each another"
PAGES = ("page 1", "last page")
#: The column of what is not measured among many jobs.
MANY = "many jobs"


class World(NamedTuple):
    """The jobs of one project: fixtures, the jobs as a JSON array, and some pages of them."""

    fixtures: Path
    jobs: Path
    one: Job
    pages: Mapping[str, tuple[Job, ...]]


class Remark(NamedTuple):
    """The text of a cell that has no figure, and a footnote."""

    word: str
    text: str


Prepare = Callable[[Path, World, int], list[str]]
"""Writes a configuration into a folder of its own; returns the command for a port."""

Ask = Callable[[int], bytes]
"""Returns a request; its number picks the job where each request needs another one."""


class Subject(NamedTuple):
    """A server: how it is started, and how it is asked; an operation that it lacks is absent.

    *remarks* stand by column. *renewal* is the request that makes all jobs cancellable again,
    *database* what works for the server besides, and *keeps* whether jobs outlast its end.
    """

    name: str
    prepare: Prepare
    asks: Mapping[str, Ask]
    remarks: Mapping[str, Remark] = {}
    renewal: bytes = b""
    database: Tree | None = None
    keeps: bool = False


def always(request: bytes) -> Ask:
    """Return a call that is the same each time."""
    return lambda _: request


def reads() -> dict[str, Ask]:
    """Return the reads as the jobs API has them."""
    return {
        "get one": always(load.request("GET", f"{PROJECT}/jobs/{JOB_ID}")),
        "list 50": always(load.request("GET", f"{PROJECT}/jobs?limit=50&page=1")),
        "list 200": always(load.request("GET", f"{PROJECT}/jobs?limit={LARGEST}&page=1")),
    }


def jobs_in(body: Any) -> Any:
    """Return the job or jobs in a body, without what a peer adds: an envelope, another id."""
    inner = body["data"] if isinstance(body, dict) and "data" in body else body
    if isinstance(inner, list):
        return [jobs_in(job) for job in inner]
    return {key: value for key, value in inner.items() if key != "id"}


def complaint(operation: str, body: Any, world: World) -> str:
    """Return what is wrong with the response to an operation, or nothing."""
    found = jobs_in(body)
    if operation == "cancel":
        return "" if found.get("status") == "cancelled" else f"not cancelled: {found}"
    if operation == ANOTHER:
        return "" if found.get("status") == "scheduled" else f"not scheduled: {found}"
    expected = world.one if operation == "get one" else list(world.pages[operation])
    return "" if found == expected else f"expected {str(expected)[:300]}, got {str(found)[:300]}"
