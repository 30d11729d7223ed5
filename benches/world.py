"""The jobs that all servers have: fixtures, and what this mock returns for them."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benches import load, processes
from benches.processes import ROOT, Tree, ask, first_answer, free_port, started
from benches.subject import ANOTHER_LIST, FIRST_ID, JOB_ID, LARGEST, PROJECT, World

KEY = PROJECT.rpartition("/")[2]
#: The world's time in the fixtures, and the next midnight.
NOW = 1_623_913_200_000
MIDNIGHT = 1_623_974_400_000
DAY = 86_400_000
_ENVELOPE = (b'{"data":[', b"]}")


def default(folder: Path, cancellable: int = 0) -> World:
    """Write the default world, with *cancellable* more jobs, which can be cancelled."""
    folder.mkdir()
    for file in (ROOT / "fixtures").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    _write(folder / "cancellable.jsonl", _scheduled(cancellable))
    return _read(folder)


def many(folder: Path, jobs: int) -> World:
    """Write a world of *jobs* jobs, all of one project."""
    folder.mkdir()
    (folder / "world.yaml").write_bytes((ROOT / "fixtures" / "world.yaml").read_bytes())
    _write(folder / "jobs.jsonl", _history(jobs))
    return _read(folder)


def octets(world: World, operation: str) -> int:
    """Return how many octets this mock sends, which the reference sends, too."""
    data = world.pages.get(operation, world.one)
    return len(json.dumps({"data": data}, separators=(",", ":"), ensure_ascii=False).encode())


def _write(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    with file.open("w") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def _scheduled(count: int) -> Iterator[dict[str, Any]]:
    for index in range(count):
        yield {
            "jobId": FIRST_ID + index,
            "project": KEY,
            "referenceId": f"user-{index}@example.com",
            "status": "scheduled",
            "createdAt": NOW - 1,
            "startAt": MIDNIGHT,
        }


def _history(count: int) -> Iterator[dict[str, Any]]:
    """Yield *count* jobs: nearly all have ended, and one in thirty is to start."""
    for number in range(1, count + 1):
        at = NOW - (count - number) * 60_000
        row = {"jobId": number, "project": KEY, "referenceId": f"user-{number}@example.com"}
        if number % 30 == 0:
            yield {**row, "status": "scheduled", "createdAt": at, "startAt": MIDNIGHT}
            continue
        status = "cancelled" if number % 7 == 0 else "completed"
        started_at, ended_at = at - DAY, at - DAY // 2
        moments = {"createdAt": started_at - DAY, "startAt": started_at, "updatedAt": ended_at}
        if status == "cancelled":
            moments["updatedAt"] = started_at - DAY // 2
        yield {**row, "status": status, **moments}


def _read(folder: Path) -> World:
    """Read the project's jobs back from this mock, page by page, into one array."""
    port = free_port()
    file = folder.parent / f"{folder.name}.json"
    command = processes.mock(port, "--seed", str(folder), "--no-access-log", "--journal", "0")
    with started(command, port, folder) as tree, file.open("wb") as array:
        one = first_answer(tree, load.request("GET", f"{PROJECT}/jobs/{JOB_ID}"))["data"]
        edges: list[bytes] = []
        for page in _pages(tree):
            array.write((b"," if edges else b"[") + page)
            edges = [*edges[:1], page]
        array.write(b"]")
    first, last = (tuple(json.loads(b"[" + edge + b"]")) for edge in (edges[0], edges[-1]))
    named = {
        "list 50": first[:50],
        ANOTHER_LIST: first[:50],
        "list 200": first,
        "page 1": first,
        "last page": last,
    }
    return World(folder, file, one, named)


def _pages(tree: Tree) -> Iterator[bytes]:
    """Yield the jobs of each page, without the envelope."""
    start, end = _ENVELOPE
    number = 1
    while True:
        path = f"{PROJECT}/jobs?limit={LARGEST}&page={number}"
        jobs = ask(tree.port, load.request("GET", path))[1].removeprefix(start).removesuffix(end)
        if not jobs:
            return
        yield jobs
        number += 1
