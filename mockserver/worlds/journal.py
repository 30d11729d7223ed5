"""The last exchanges of a world. Whether they keep the contract is checked when they are read."""

from collections import deque
from collections.abc import Awaitable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol

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


def describe_exchange(entry: Entry) -> Mapping[str, Any]:
    """Return what those who listen are told of an exchange."""
    request = entry.exchange.request
    return {
        "method": request.method,
        "path": request.path,
        "entry": entry.number,
        "status": entry.exchange.response.status,
        "faults": entry.exchange.faults,
        "operation": request.operation,
    }


class Extent(NamedTuple):
    """How many exchanges were *recorded* since the last clearing, and how many are *kept*."""

    recorded: int
    kept: int

    @property
    def dropped(self) -> int:
        """How many were replaced by newer ones."""
        return self.recorded - self.kept


class Journal(Protocol):
    """A ring: once it holds *capacity* entries, each new one takes the place of the oldest."""

    @property
    def capacity(self) -> int:
        """How many entries are kept."""
        ...

    def record(self, exchange: Exchange) -> int | Awaitable[int]:
        """Add an exchange and return its number, from 1."""
        ...

    async def extent(self) -> Extent:
        """Return how many entries there were and are."""
        ...

    async def entries(self, after: int = 0) -> Sequence[Entry]:
        """Return the entries with a number above *after*, the oldest first."""
        ...

    async def clear(self) -> None:
        """Delete all entries; the next one is number 1."""
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
        """Add an exchange and return its number."""
        self._recorded = number = self._recorded + 1
        self._exchanges.append(exchange)
        return number

    async def extent(self) -> Extent:
        """Return how many entries there were and are."""
        return Extent(self._recorded, len(self._exchanges))

    async def entries(self, after: int = 0) -> Sequence[Entry]:
        """Return the entries with a number above *after*, the oldest first."""
        first = self._recorded - len(self._exchanges) + 1
        left_out = max(0, after - first + 1)
        kept = islice(self._exchanges, left_out, None)
        return [Entry(first + n, exchange) for n, exchange in enumerate(kept, left_out)]

    async def clear(self) -> None:
        """Delete all entries; the next one is number 1."""
        self._exchanges.clear()
        self._recorded = 0
