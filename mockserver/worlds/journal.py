"""The last exchanges of a world, as they were; what can be said about them is said when asked."""

from collections import deque
from collections.abc import Awaitable, Sequence
from typing import NamedTuple, Protocol

from mockserver.http.messages import Request, Response


class Entry(NamedTuple):
    """One exchange.

    *at* is the world's time at its start, in epoch milliseconds; it took *seconds* of real time.
    Numbers count from 1.
    """

    number: int
    at: int
    request: Request
    response: Response
    seconds: float


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

    def record(
        self, at: int, request: Request, response: Response, seconds: float
    ) -> int | Awaitable[int]:
        """Keep an exchange and return its number: how many there are then."""
        ...

    async def extent(self) -> Extent:
        """Return how many entries there were and are."""
        ...

    async def entries(self) -> Sequence[Entry]:
        """Return the entries, the oldest first."""
        ...

    async def clear(self) -> None:
        """Forget all entries and count from 1 again."""
        ...


class MemoryJournal:
    """A journal in this process's memory."""

    __slots__ = ("_entries", "_recorded")

    def __init__(self, capacity: int) -> None:
        # Plain tuples: the plain path makes one for each request, and they may never be read.
        self._entries: deque[tuple[int, Request, Response, float]] = deque(maxlen=capacity)
        self._recorded = 0

    @property
    def capacity(self) -> int:
        """How many entries are kept."""
        return self._entries.maxlen or 0

    def record(self, at: int, request: Request, response: Response, seconds: float) -> int:
        """Keep an exchange and return its number."""
        self._recorded = number = self._recorded + 1
        self._entries.append((at, request, response, seconds))
        return number

    async def extent(self) -> Extent:
        """Return how many entries there were and are."""
        return Extent(self._recorded, len(self._entries))

    async def entries(self) -> Sequence[Entry]:
        """Return the entries, the oldest first."""
        first = self._recorded - len(self._entries) + 1
        return [Entry(first + n, *entry) for n, entry in enumerate(self._entries)]

    async def clear(self) -> None:
        """Forget all entries and count from 1 again."""
        self._entries.clear()
        self._recorded = 0
