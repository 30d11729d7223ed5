"""Starts: from the start of a process to its first response, and its memory soon after."""

import compileall
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benches import load, world
from benches.processes import ROOT, first_answer, free_port, started
from benches.subject import Subject, World
from benches.table.turns import Tell

READS = 1_000


class Start(NamedTuple):
    """A start, the memory after 1,000 reads, and a second start if the store keeps the jobs."""

    wall_ms: float
    cpu_ms: float
    resident: float
    again_ms: float = 0.0


def start(subject: Subject, served: World, folder: Path) -> Start:
    """Start a server, wait for its first response, read, end it; again if it keeps the jobs."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    command = subject.prepare(folder, served, port)
    first = _once(subject, command, port, folder)
    if not subject.keeps:
        return first
    return first._replace(again_ms=_once(subject, command, port, folder).wall_ms)


def _once(subject: Subject, command: Sequence[str], port: int, folder: Path) -> Start:
    request = subject.asks["get one"](0)
    began = time.perf_counter()
    with started(command, port, folder) as tree:
        first_answer(tree, request)
        wall, cpu = time.perf_counter() - began, tree.cpu_seconds()
        with load.connections(port, 1) as clients:
            load.send(clients, [request] * READS)
        return Start(wall * 1000, cpu * 1000, tree.resident_mebibytes())


def starts(
    subjects: Iterable[Subject], folder: Path, count: int, tell: Tell
) -> dict[str, list[Start]]:
    """Return *count* starts of each server with the default world; all take turns.

    The mock starts as an installed one does: pip compiles packages, as it did the peers'.
    """
    # Where PYTHONDONTWRITEBYTECODE is set, each start of a checkout would compile all of it.
    compileall.compile_dir(ROOT / "mockserver", quiet=1)
    served = world.default(folder / "default world")
    found: dict[str, list[Start]] = {}
    order = list(subjects)
    for number in range(count):
        tell(f"start, round {number + 1} of {count}")
        for subject in order:
            one = start(subject, served, folder / subject.name)
            found.setdefault(subject.name, []).append(one)
    return found


def medians(found: Mapping[str, Sequence[Start]], name: str) -> Start:
    """Return the medians of a server's starts."""
    own = found[name]
    return Start(
        statistics.median(one.wall_ms for one in own),
        statistics.median(one.cpu_ms for one in own),
        statistics.median(one.resident for one in own),
        statistics.median(one.again_ms for one in own),
    )
