"""The jobs that all servers serve: what this mock answers for a folder of fixtures."""

import json
import sys
from pathlib import Path

from benches import load
from benches.peers.peer import PROJECT, Job, World
from benches.peers.process import first_answer, free_port, started
from benches.request_speed import write_world

LARGEST = 200


def write(folder: Path, cancels: int) -> World:
    """Write fixtures with *cancels* jobs to cancel, and read the project's jobs back, paged."""
    folder.mkdir()
    write_world(folder, cancels)
    port = free_port()
    options = ("--seed", str(folder), "--port", str(port), "--no-access-log")
    jobs: list[Job] = []
    with started([sys.executable, "-m", "mockserver", *options], port, folder):
        while len(jobs) % LARGEST == 0:
            path = f"{PROJECT}/jobs?limit={LARGEST}&page={len(jobs) // LARGEST + 1}"
            page = first_answer(port, load.request("GET", path))["data"]
            if not page:
                break
            jobs += page
    return World(folder, tuple(jobs), {"list 50": tuple(jobs[:50]), "list 200": tuple(jobs[:200])})


def octets(world: World, operation: str) -> int:
    """Return how many octets this mock answers, which is what the reference answers, too."""
    data = world.pages.get(operation, world.one())
    return len(json.dumps({"data": data}, separators=(",", ":")))
