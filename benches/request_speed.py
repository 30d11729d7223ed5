"""CPU per request of the mock, relative to a raw aiohttp handler that returns as many octets.

Usage: ``python benches/request_speed.py [ROUNDS]``. Reference and mock take turns, round by round,
so that whatever else the machine does meets both. A ratio over 1 means that the mock needs less.
"""

import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benches import load, servers

PROJECT = "/public/3sWXSsqHgSKnE87YkNJK"
CONNECTIONS = 32
REQUESTS = 4_000
CANCELS = 60_000
FIRST_ID = 10_000


class Case(NamedTuple):
    """What is measured: the mock's options, the requests of a round, and the target ratio."""

    name: str
    options: tuple[str, ...]
    requests: Callable[[int], list[bytes]]
    target: float


def same(path: str) -> Callable[[int], list[bytes]]:
    """Return the requests of a client that asks for one thing over and over."""
    return lambda _: [load.request("GET", PROJECT + path)] * REQUESTS


def distinct(round_number: int) -> list[bytes]:
    """Return reads of jobs that nobody has asked for yet."""
    first = FIRST_ID + round_number * REQUESTS
    return [load.request("GET", f"{PROJECT}/jobs/{first + i}") for i in range(REQUESTS)]


def cancels(round_number: int) -> list[bytes]:
    """Return cancels of jobs that nobody has cancelled yet."""
    first = FIRST_ID + round_number * REQUESTS
    return [load.request("DELETE", f"{PROJECT}/jobs/{first + i}") for i in range(REQUESTS)]


def changing(round_number: int) -> list[bytes]:
    """Return lists of 50, with one cancel in twenty requests."""
    first = FIRST_ID + round_number * REQUESTS
    return [
        load.request("DELETE", f"{PROJECT}/jobs/{first + i}")
        if i % 20 == 0
        else load.request("GET", f"{PROJECT}/jobs")
        for i in range(REQUESTS)
    ]


BARE = ("--no-access-log", "--journal", "0")
LOGGED = ("--journal", "0")
JOURNALED = ("--no-access-log",)
CASES = (
    Case("get one", BARE, same("/jobs/3451"), 1.4),
    Case("list 50", BARE, same("/jobs"), 1.4),
    Case("list 200", BARE, same("/jobs?limit=200"), 1.3),
    Case("get one, access log", LOGGED, same("/jobs/3451"), 0.9),
    Case("list 50, access log", LOGGED, same("/jobs"), 0.9),
    Case("get one, journal", JOURNALED, same("/jobs/3451"), 0.0),
    Case("list 50, journal", JOURNALED, same("/jobs"), 0.0),
    Case("get one, log and journal", (), same("/jobs/3451"), 0.0),
    Case("get one, each another", BARE, distinct, 0.0),
    Case("list 50, 5 % cancels", BARE, changing, 0.0),
    Case("cancel", BARE, cancels, 0.8),
)


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    print(f"{'':26}{'octets':>8}{'raw us':>9}{'mock us':>9}{'ratio':>8}{'target':>8}   rounds")
    with tempfile.TemporaryDirectory() as folder:
        write_world(Path(folder))
        for case in CASES:
            raw, mock, octets = measured(case, folder, rounds)
            ratios = sorted(r / m for r, m in zip(raw, mock, strict=True))
            target = f"{case.target:.2f}" if case.target else "-"
            print(
                f"{case.name:26}{octets:8}{statistics.median(raw):9.1f}"
                f"{statistics.median(mock):9.1f}{statistics.median(ratios):8.2f}{target:>8}"
                f"   {ratios[0]:.2f}-{ratios[-1]:.2f}",
                flush=True,
            )


def measured(case: Case, seed: str, rounds: int) -> tuple[list[float], list[float], int]:
    """Return the microseconds per request of each round, reference and mock, and the octets."""
    constant = [load.request("GET", "/constant")] * REQUESTS
    sample = load.request("GET", f"{PROJECT}/jobs/3451")
    with ExitStack() as stack:
        mock = stack.enter_context(servers.running(servers.mock("--seed", seed, *case.options)))
        probe = case.requests(rounds)[1 if case.name.startswith("list 50, 5") else 0]
        octets = warmed(mock.port, [probe if probe.startswith(b"GET") else sample] * REQUESTS)
        raw = stack.enter_context(servers.running(servers.raw(octets)))
        warmed(raw.port, constant)
        clients = stack.enter_context(load.connections(mock.port, CONNECTIONS))
        raw_clients = stack.enter_context(load.connections(raw.port, CONNECTIONS))
        raw_us: list[float] = []
        mock_us: list[float] = []
        for number in range(rounds):
            for server, opened, requests, into in (
                (raw, raw_clients, constant, raw_us),
                (mock, clients, case.requests(number), mock_us),
            ):
                before = server.cpu_seconds()
                load.send(opened, requests)
                into.append((server.cpu_seconds() - before) / REQUESTS * 1e6)
    return raw_us, mock_us, octets


def warmed(port: int, requests: list[bytes]) -> int:
    """Send *requests* over connections that are then closed; return the octets of an answer.

    While its very first connections are open, a raw server pays for two page faults a request,
    and would look some 15 us worse than it is.
    """
    with load.connections(port, CONNECTIONS) as opened:
        load.send(opened, requests)
        opened[0].sendall(requests[0])
        return len(load.answer(opened[0]).partition(b"\r\n\r\n")[2])


def write_world(folder: Path, cancels: int = CANCELS) -> None:
    """Write the default world, with *cancels* more jobs that can be cancelled."""
    for file in (Path(__file__).parent.parent / "fixtures").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    lines = [json.dumps(row) + "\n" for row in cancellable(cancels)]
    (folder / "cancellable.jsonl").write_text("".join(lines))


def cancellable(count: int) -> Iterator[dict[str, object]]:
    """Yield *count* scheduled jobs."""
    for index in range(count):
        yield {
            "jobId": FIRST_ID + index,
            "project": PROJECT.rpartition("/")[2],
            "referenceId": f"user-{index}@example.com",
            "status": "scheduled",
            "createdAt": 1623912955277,
            "startAt": 1623954600000,
        }


if __name__ == "__main__":
    main()
