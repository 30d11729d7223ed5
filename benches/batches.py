"""Another contract beside the jobs API, whose lists page by cursor: OpenAI's batches."""

import json
from pathlib import Path
from typing import NamedTuple

from benches import load, processes
from benches.ours import BARE, Store
from benches.processes import first_answer, free_port, started
from benches.subject import ANOTHER, ANOTHER_LIST, Ask, Subject, World, always

OPERATIONS = ("get one", ANOTHER, "list 50", ANOTHER_LIST)
_LIST = "/v1/batches"
_PAGE = f"{_LIST}?limit=50"
#: Every mock makes the same records, which never move.
_STILL = ("--api", "openai-batches", "--now", "2026-01-01T00:00:00Z", "--speed", "0")


class Batches(NamedTuple):
    """How many *records* there are, the *keys* of some of them, and the octets of responses."""

    records: int
    keys: tuple[str, ...]
    octets: dict[str, int]


def read(folder: Path, records: int) -> Batches:
    """Return what a mock of so many *records* responds with."""
    folder.mkdir()
    port = free_port()
    with started(_command(port, records, *BARE), port, folder) as tree:
        page = first_answer(tree, load.request("GET", _PAGE))
        keys = tuple(record["id"] for record in page["data"])
        one = first_answer(tree, load.request("GET", f"{_LIST}/{keys[0]}"))
    sizes = (_measure(one), _measure(one), _measure(page), _measure(page))
    return Batches(records, keys, dict(zip(OPERATIONS, sizes, strict=True)))


def mock(store: Store, served: Batches) -> Subject:
    """Return the mock with a store."""

    def prepare(folder: Path, _: World, port: int) -> list[str]:
        return _command(port, served.records, "--store", store.url(folder), *BARE)

    def ask(path: str) -> Ask:
        # The number makes each request a different one, so that no response is cached.
        return lambda number: load.request("GET", f"{path.format(_pick(served, number))}n={number}")

    asks = {
        "get one": always(load.request("GET", f"{_LIST}/{served.keys[0]}")),
        ANOTHER: ask(f"{_LIST}/{{}}?"),
        "list 50": always(load.request("GET", _PAGE)),
        ANOTHER_LIST: ask(f"{_PAGE}&after={{}}&"),
    }
    return Subject(f"{store.name}, OpenAI's batches", prepare, asks, database=store.database)


def _command(port: int, records: int, *options: str) -> list[str]:
    return processes.mock(port, *_STILL, "--records", str(records), *options)


def _pick(served: Batches, number: int) -> str:
    return served.keys[number % len(served.keys)]


def _measure(body: object) -> int:
    return len(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode())
