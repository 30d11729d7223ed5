"""The cost of steering: worlds, snapshots, due moves, the journal, a test with the plugin.

Usage: ``python -m benches.steering [ROUNDS]``. Milliseconds are CPU time of this process or of the
server's, medians of the rounds; the journal is a ratio of servers that take turns.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec
from msgspec import structs

from benches import load, ours, world
from benches.subject import reads
from benches.table import turns
from mockserver.client import Client
from mockserver.contract.reader import load as load_contract
from mockserver.profiles.jobs.profile import PROFILE
from mockserver.records.kind import Kind
from mockserver.records.progress import Pace
from mockserver.records.record import Planned
from mockserver.resources import files
from mockserver.store.memory import MemoryRecords
from mockserver.testing.mock import JobsMock, lend_world
from mockserver.testing.server import RunningMock, run_mock

GET = reads()["get one"](0)
CONNECTIONS = 32
REQUESTS = 4_000
DUE_JOBS = 50_000


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    print(f"{'':36}{'median':>10}{'target':>12}")
    with run_mock() as server:
        worlds(server.client, rounds * 5)
        told("plugin, per test", median(rounds * 5, lambda: a_test(server)), "<= 10 ms")
    told("100,000 due moves", median(rounds, due_moves(rounds)), "<= 1000 ms")
    journal(rounds)


def worlds(client: Client, rounds: int) -> None:
    """Measure the calls that concern whole worlds, over HTTP."""
    made = []
    told(
        "world from the default fixtures",
        median(rounds, lambda: made.append(client.create_world())),
        "<= 5 ms",
    )
    world = made[0]
    told("reset", median(rounds, world.reset), "<= 5 ms")
    told("snapshot", median(rounds, lambda: msgspec.json.encode(world.snapshot())), "<= 20 ms")
    taken = world.snapshot()
    told("restore", median(rounds, lambda: world.restore(taken)), "-")
    for other in made:
        other.delete()


def a_test(server: RunningMock) -> None:
    """Do what the plugin does around a test."""
    with lend_world(server, files.fixtures(), JobsMock):
        pass


def due_moves(rounds: int) -> Callable[[], object]:
    """Return a function that makes the 100,000 moves that are due in a store."""
    contract = load_contract(files.contract(), PROFILE.overlays)
    kind = Kind(contract.resources[0], contract.operations, has_one_sequence=True)
    plan = (Planned("completed", after=1_000, members={"/errors": None}),)
    made = []
    for number in range(1, DUE_JOBS + 1):
        members = {"jobId": number, "referenceId": f"u{number}", "startAt": number}
        record = kind.begin(members, ("p",), 0)
        made.append(structs.replace(record, plan=plan))
    paces = {kind.name: Pace(None)}
    stores = [MemoryRecords([kind], {kind.name: made}, paces) for _ in range(rounds)]
    return lambda: stores.pop().revision(10_000_000)


def journal(rounds: int) -> None:
    """Measure reads with the journal on and off, in turns, each now first and now second.

    The difference is small and the machine noisy, so there are many short rounds, and the medians
    of both are compared.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        served = world.default(folder / "world")
        subjects = [ours.mock(ours.memory(), 1, options) for options in (ours.BARE, ours.JOURNALED)]
        started = [turns.opened(each, served, folder, stack).tree for each in subjects]
        clients = [stack.enter_context(load.connections(s.port, CONNECTIONS)) for s in started]
        used: list[list[float]] = [[], []]
        for number in range(rounds * 6):
            for index in (0, 1) if number % 2 else (1, 0):
                before = started[index].cpu_seconds()
                load.send(clients[index], [GET] * (REQUESTS // 2))
                used[index].append(started[index].cpu_seconds() - before)
    off, on = (statistics.median(one[2:]) for one in used)
    lowest = min(used[0]) / min(used[1])
    print(
        f"{'get one, journal on / off':36}{off / on:9.2f}x{'>= 0.9x':>12}"
        f"   {lowest:.2f} by the lowest rounds"
    )


def median(rounds: int, act: Callable[[], object]) -> float:
    """Return the median of the milliseconds of CPU that *act* takes."""
    seconds = []
    for _ in range(rounds):
        began = time.process_time()
        act()
        seconds.append(time.process_time() - began)
    return statistics.median(seconds) * 1000


def told(name: str, milliseconds: float, target: str) -> None:
    """Print a row."""
    print(f"{name:36}{milliseconds:7.2f} ms{target:>12}", flush=True)


if __name__ == "__main__":
    main()
