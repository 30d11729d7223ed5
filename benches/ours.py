"""The reference, and this mock with each of its stores."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benches import load, processes
from benches.processes import Tree
from benches.subject import (
    ANOTHER,
    ANOTHER_LIST,
    FIRST_ID,
    LARGEST,
    OPERATIONS,
    PAGES,
    PROJECT,
    Ask,
    Subject,
    World,
    always,
    reads,
)
from tests.postgres import Postgres

RAW = "raw aiohttp"
MEMORY = "this mock, memory"
SQLITE = "this mock, SQLite"
POSTGRES = "this mock, PostgreSQL"
#: Neither a log nor a journal.
BARE = ("--no-access-log", "--journal", "0")
JOURNALED = ("--no-access-log",)
RENEWAL = load.request("POST", "/__admin/worlds/default/reset")


class Store(NamedTuple):
    """A kind of store: returns the URL of a new one in a folder; and the server that it needs."""

    name: str
    url: Callable[[Path], str]
    database: Tree | None = None


def memory() -> Store:
    """Return the memory of the mock's own process."""
    return Store(MEMORY, lambda _: "memory")


def sqlite() -> Store:
    """Return files of SQLite."""
    numbers = itertools.count(1)
    return Store(SQLITE, lambda folder: f"sqlite:///{folder}/{next(numbers)}.db")


def postgres(server: Postgres) -> Store:
    """Return databases of *server*."""
    return Store(POSTGRES, lambda _: server.new_database(), Tree(server.pids[0], server.port))


def asks(last: int) -> dict[str, Ask]:
    """Return the calls of the mock; *last* is the number of the last page of many jobs."""

    def numbered(method: str) -> Ask:
        return lambda number: load.request(method, f"{PROJECT}/jobs/{FIRST_ID + number}")

    def page(wanted: int, limit: int) -> Ask:
        # The number makes each request a different one, so that no response is cached.
        path = f"{PROJECT}/jobs?limit={limit}&page={wanted}"
        return lambda number: load.request("GET", f"{path}&n={number}")

    return {
        **reads(),
        ANOTHER: numbered("GET"),
        ANOTHER_LIST: page(1, 50),
        "cancel": numbered("DELETE"),
        PAGES[0]: page(1, LARGEST),
        PAGES[1]: page(last, LARGEST),
    }


def mock(store: Store, last: int, options: tuple[str, ...] = BARE, more: str = "") -> Subject:
    """Return the mock with a store and more options, which *more* names."""

    def prepare(folder: Path, world: World, port: int) -> list[str]:
        where = ("--seed", str(world.fixtures), "--store", store.url(folder))
        return processes.mock(port, *where, *options)

    return Subject(
        f"{store.name}{more}",
        prepare,
        asks(last),
        renewal=RENEWAL,
        database=store.database,
        keeps=store.name != MEMORY,
    )


def raw(octets: int) -> Subject:
    """Return the reference, which answers every request with *octets* octets."""

    def prepare(_: Path, __: World, port: int) -> list[str]:
        return processes.raw(octets, port)

    constant = always(load.request("GET", "/constant"))
    return Subject(
        RAW, prepare, dict.fromkeys((*OPERATIONS, ANOTHER, ANOTHER_LIST, *PAGES), constant)
    )
