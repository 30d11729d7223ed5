"""The last exchanges of a world, as they were; they are checked when they are read."""

from collections import deque
from collections.abc import Awaitable, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from mockserver.http.messages import Request, Response


class Exchange(Struct, frozen=True):
    """A request and its response.

    *at* is the world's time at its start, in epoch milliseconds; it took *seconds* of real time.
    *faults* are the names of the faults that touched it. *is_authenticated* is whether the
    request's API key is one of the world.
    """

    at: int
    request: Request
    faults: tuple[str, ...]
    is_authenticated: bool
    response: Response
    seconds: float


class Entry(NamedTuple):
    """An exchange and its number, from 1."""

    number: int
    exchange: Exchange


class Extent(NamedTuple):
    """How many exchanges were *recorded* since the last clearing, and how many are *kept*."""

    recorded: int
    kept: int

    @property
    def dropped(self) -> int:
        """How many have given way to newer ones."""
        return self.recorded - self.kept


class Journal(Protocol):
    """A ring: once it holds *capacity* entries, each new one takes the place of the oldest."""

    @property
    def capacity(self) -> int:
        """How many entries are kept."""
        ...

    def record(self, exchange: Exchange) -> int | Awaitable[int]:
        """Keep an exchange and return its number: how many there are then."""
        ...

    async def extent(self) -> Extent:
        """Return how many entries there were and are."""
        ...

    async def entries(self) -> Sequence[Entry]:
        """Return the entries, the oldest first."""
        ...

    async def clear(self) -> None:
        """Forget all entries; the next one is number 1."""
        ...


class MemoryJournal:
    """A journal in this process's memory."""

    __slots__ = ("_exchanges", "_recorded")

    def __init__(self, capacity: int) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=capacity)
        self._recorded = 0

    @property
    def capacity(self) -> int:
        """How many entries are kept."""
        return self._exchanges.maxlen or 0

    def record(self, exchange: Exchange) -> int:
        """Keep an exchange and return its number."""
        self._recorded = number = self._recorded + 1
        self._exchanges.append(exchange)
        return number

    async def extent(self) -> Extent:
        """Return how many entries there were and are."""
        return Extent(self._recorded, len(self._exchanges))

    async def entries(self) -> Sequence[Entry]:
        """Return the entries, the oldest first."""
        first = self._recorded - len(self._exchanges) + 1
        return [Entry(first + n, exchange) for n, exchange in enumerate(self._exchanges)]

    async def clear(self) -> None:
        """Forget all entries; the next one is number 1."""
        self._exchanges.clear()
        self._recorded = 0
