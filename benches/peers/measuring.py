"""All servers taking turns: starts first, then rounds of each operation."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benches import load
from benches.peers.peer import OPERATIONS, Peer, World, complaint
from benches.peers.process import Tree, first_answer, free_port, started

CONNECTIONS = 32
WARM_SECONDS = 4.0
WARM_REQUESTS = 6_000
ROUND_SECONDS = 0.3
ROUND_REQUESTS = 62 * CONNECTIONS
CANCELS_A_ROUND = 96


class Start(NamedTuple):
    """From the start of the process to the first answer."""

    wall_ms: float
    cpu_ms: float


class Round(NamedTuple):
    """One server's turn at one operation."""

    cpu_us: float
    requests_a_second: float


class Running(NamedTuple):
    """A server that has answered."""

    peer: Peer
    tree: Tree


def start(peer: Peer, world: World, folder: Path) -> Start:
    """Start a server, wait for its first answer, check it, and end the server."""
    port = free_port()
    request = peer.asks["get one"](0)
    command = peer.prepare(folder, world, port)
    began = time.perf_counter()
    with started(command, port, folder) as tree:
        first_answer(port, request)
        wall = time.perf_counter() - began
        return Start(wall * 1000, tree.cpu_seconds() * 1000)


def checked(peer: Peer, port: int, world: World) -> None:
    """Ask each operation once.

    Raises:
        ValueError: an answer does not hold the jobs that it should.
    """
    for operation, ask in peer.asks.items():
        if wrong := complaint(operation, first_answer(port, ask(0)), world):
            raise ValueError(f"{peer.name}, {operation}: {wrong}")


def size(seconds: float, requests: int) -> int:
    """Return how many requests make a round, after so many requests took so many seconds."""
    fitting = int(requests * ROUND_SECONDS / seconds) // CONNECTIONS * CONNECTIONS
    return max(CONNECTIONS, min(ROUND_REQUESTS, fitting))


def warmed(server: Running, operation: str) -> int:
    """Ask until a JIT compiler had its chance; return the size of a round."""
    batch = [server.peer.asks[operation](0)] * CONNECTIONS
    took: list[float] = []
    with load.connections(server.tree.port, CONNECTIONS) as clients:
        while len(took) * CONNECTIONS < WARM_REQUESTS and sum(took) < WARM_SECONDS:
            began = time.perf_counter()
            load.send(clients, batch)
            took.append(time.perf_counter() - began)
    return size(statistics.median(took[-len(took) // 2 :]), CONNECTIONS)


def measured(server: Running, requests: Sequence[bytes]) -> Round:
    """Send the requests of one round, over connections that have been used once."""
    # Opened anew, since a peer closes a connection that idles while the others have their turns.
    # The raw server costs less on these than on its first ones, where memory comes and goes.
    with load.connections(server.tree.port, CONNECTIONS) as clients:
        load.send(clients, [server.peer.asks["get one"](0)] * CONNECTIONS)
        cpu, began = server.tree.cpu_seconds(), time.perf_counter()
        load.send(clients, requests)
        wall = time.perf_counter() - began
        used = server.tree.cpu_seconds() - cpu
    return Round(used / len(requests) * 1e6, len(requests) / wall)


def opened(peer: Peer, world: World, folder: Path, stack: ExitStack) -> Running:
    """Start a server and wait for its first answer; the stack ends it."""
    port = free_port()
    tree = stack.enter_context(started(peer.prepare(folder, world, port), port, folder))
    first_answer(port, peer.asks["get one"](0))
    return Running(peer, tree)


def rounds(
    servers: Iterable[Running],
    references: Mapping[str, Running],
    count: int,
    tell: Callable[[str], None],
) -> dict[tuple[str, str], list[Round]]:
    """Return the rounds by server and operation; all servers take turns within each round."""
    found: dict[tuple[str, str], list[Round]] = {}
    for operation in OPERATIONS:
        turns = [s for s in (references[operation], *servers) if operation in s.peer.asks]
        tell(f"{operation}, warming up")
        changes = operation == "cancel"
        sizes = [CANCELS_A_ROUND if changes else warmed(s, operation) for s in turns]
        for number in range(count):
            tell(f"{operation}, round {number + 1} of {count}")
            for server, requests in zip(turns, sizes, strict=True):
                # Job 0 was cancelled by the check: each cancel takes a job of its own.
                first = 1 + number * CANCELS_A_ROUND
                batch = [server.peer.asks[operation](first + i) for i in range(requests)]
                key = (server.peer.name, operation)
                found.setdefault(key, []).append(measured(server, batch))
    return found


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """Return the median of the ratios of each round."""
    return statistics.median(n / d for n, d in zip(numerators, denominators, strict=True))
