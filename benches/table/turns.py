"""Servers taking turns: rounds of each operation, one server after the other within a round."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benches import load
from benches.processes import Tree, ask, first_answer, free_port, started
from benches.subject import CANCELLABLE, Subject, World, complaint

Tell = Callable[[str], None]


class Pace(NamedTuple):
    """How long servers are measured: connections, rounds, size of a round and of a warm-up."""

    connections: int
    rounds: int
    round_seconds: float
    round_requests: int
    warm_seconds: float
    warm_requests: int


class Round(NamedTuple):
    """One server's turn at one operation: CPU of the server and of its database, throughput."""

    cpu_us: float
    database_us: float
    requests_a_second: float


Rounds = Mapping[tuple[str, str], Sequence[Round]]
"""The rounds by server and operation."""


class Running(NamedTuple):
    """A server that has answered, and how long its start took."""

    subject: Subject
    tree: Tree
    seconds: float

    def used(self) -> tuple[float, float]:
        """Return the CPU seconds of the server and of its database."""
        database = self.subject.database
        return self.tree.cpu_seconds(), 0.0 if database is None else database.cpu_seconds()


def opened(
    subject: Subject, world: World, folder: Path, stack: ExitStack, patience: float = 90
) -> Running:
    """Start a server and wait for its first response; the stack ends it."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    command = subject.prepare(folder, world, port)
    began = time.perf_counter()
    with ExitStack() as own:
        tree = own.enter_context(started(command, port, folder))
        first_answer(tree, subject.asks["get one"](0), patience)
        seconds = time.perf_counter() - began
        stack.push(own.pop_all())
    return Running(subject, tree, seconds)


def checked(server: Running, operations: Iterable[str], world: World) -> None:
    """Call each operation once.

    Raises:
        ValueError: a response does not contain the right jobs.
    """
    for operation in operations:
        if operation in server.subject.asks:
            body = first_answer(server.tree, server.subject.asks[operation](0))
            if wrong := complaint(operation, body, world):
                raise ValueError(f"{server.subject.name}, {operation}: {wrong}")


def size(seconds: float, requests: int, pace: Pace) -> int:
    """Return the size of a round, given that so many requests took so many seconds."""
    width = pace.connections
    fitting = int(requests * pace.round_seconds / seconds) // width * width
    return max(width, min(pace.round_requests // width * width, fitting))


class Numbers:
    """The numbers of one server's requests for one operation: each is given once.

    Cancels of a server that can be renewed start again each time, and so does its world.
    """

    def __init__(self, server: Running, operation: str) -> None:
        self._server = server
        self._bounded = operation == "cancel"
        self._renewed = self._bounded and bool(server.subject.renewal)
        self._next = 1

    def most(self, requests: int) -> int:
        """Return how many of *requests* can be made."""
        return min(requests, CANCELLABLE) if self._bounded else requests

    def renew(self) -> None:
        """Make all jobs cancellable again."""
        if self._renewed:
            status, body = ask(self._server.tree.port, self._server.subject.renewal)
            if status != 200:
                raise ValueError(f"{self._server.subject.name}: {status} {body[:300]!r}")
            self._next = 0

    def take(self, count: int) -> range:
        """Return the next *count* numbers."""
        self._next += count
        return range(self._next - count, self._next)


def warmed(server: Running, operation: str, pace: Pace, numbers: Numbers) -> int:
    """Send requests until JIT compilers have worked; return the size of a round."""
    took: list[float] = []
    width = pace.connections
    with load.connections(server.tree.port, width) as clients:
        while len(took) * width < numbers.most(pace.warm_requests) and (
            sum(took) < pace.warm_seconds
        ):
            batch = [server.subject.asks[operation](number) for number in numbers.take(width)]
            began = time.perf_counter()
            load.send(clients, batch)
            took.append(time.perf_counter() - began)
    return numbers.most(size(statistics.median(took[-(len(took) // 2 + 1) :]), width, pace))


def measured(server: Running, requests: Sequence[bytes], width: int) -> Round:
    """Send the requests of one round, over connections that have been used once."""
    # Opened again, since a peer closes a connection that is idle during the turns of the others.
    # The raw server costs less on these than on its first ones, where memory comes and goes.
    with load.connections(server.tree.port, width) as clients:
        load.send(clients, [server.subject.asks["get one"](0)] * width)
        before, began = server.used(), time.perf_counter()
        load.send(clients, requests)
        wall = time.perf_counter() - began
        own, database = (
            (after - earlier) / len(requests) * 1e6
            for after, earlier in zip(server.used(), before, strict=True)
        )
    return Round(own, database, len(requests) / wall)


def rounds(
    servers: Sequence[Running], references: Mapping[str, Running], pace: Pace, tell: Tell
) -> dict[tuple[str, str], list[Round]]:
    """Return the rounds of all operations that *references* has a raw server for.

    Within a round, all operations have their turns, and within an operation all servers.
    """
    found: dict[tuple[str, str], list[Round]] = {}
    turns = [
        (operation, server, Numbers(server, operation))
        for operation, reference in references.items()
        for server in (reference, *servers)
        if operation in server.subject.asks
    ]
    sizes = []
    for operation, server, numbers in turns:
        tell(f"{operation}, warming up {server.subject.name}")
        numbers.renew()
        sizes.append(warmed(server, operation, pace, numbers))
    for number in range(pace.rounds):
        tell(f"round {number + 1} of {pace.rounds}")
        for (operation, server, numbers), requests in zip(turns, sizes, strict=True):
            numbers.renew()
            ask_for = server.subject.asks[operation]
            batch = [ask_for(each) for each in numbers.take(requests)]
            key = (server.subject.name, operation)
            found.setdefault(key, []).append(measured(server, batch, pace.connections))
    return found


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """Return the median of the ratios of each round."""
    return statistics.median(n / d for n, d in zip(numerators, denominators, strict=True))
