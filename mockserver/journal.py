"""The last exchanges of a world, as they were; what can be said about them is said when asked."""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from mockserver.exchange import Answer, Exchange


class Entry(NamedTuple):
    """One exchange.

    *at* is the world's time at its start, in epoch milliseconds; it took *seconds* of real time.
    Numbers count from 1.
    """

    number: int
    at: int
    exchange: Exchange
    answer: Answer
    seconds: float


class Journal:
    """A ring: once it holds *capacity* entries, each new one takes the place of the oldest."""

    __slots__ = ("_entries", "recorded")

    def __init__(self, capacity: int) -> None:
        # Plain tuples: the plain path makes one for each request, and nobody may ever look.
        self._entries: deque[tuple[int, Exchange, Answer, float]] = deque(maxlen=capacity)
        self.recorded = 0

    @property
    def capacity(self) -> int:
        """How many entries are kept."""
        return self._entries.maxlen or 0

    @property
    def dropped(self) -> int:
        """How many entries have given way to newer ones since the journal was last cleared."""
        return self.recorded - len(self._entries)

    def __len__(self) -> int:
        """Return how many entries are there."""
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries, the oldest first."""
        first = self.dropped + 1
        return (Entry(first + n, *entry) for n, entry in enumerate(tuple(self._entries)))

    def record(self, at: int, exchange: Exchange, answer: Answer, seconds: float) -> None:
        """Keep an exchange; its number is how many there are then."""
        self.recorded += 1
        self._entries.append((at, exchange, answer, seconds))

    def clear(self) -> None:
        """Forget all entries and start counting anew."""
        self._entries.clear()
        self.recorded = 0
