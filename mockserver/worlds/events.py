"""Everything that happens, published to subscribers; without any, it costs nothing."""

from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

from mockserver.worlds.changes import ChangeLog

MOST_WAITING = 10_000


class Event(NamedTuple):
    """Something that has happened: its number, its kind, the world it happened in, and more."""

    number: int
    kind: str
    world: str
    data: Mapping[str, Any]


class Events:
    """Hands each event to all subscribers, and keeps the *changes* of records.

    A subscriber is a bounded queue: one that is not emptied in time loses its oldest events, which
    shows as a gap in the numbers.
    """

    __slots__ = ("_number", "changes", "subscribers")

    def __init__(self) -> None:
        self._number = 0
        self.changes = ChangeLog()
        self.subscribers: list[deque[Event]] = []

    def publish(self, kind: str, world: str, data: Mapping[str, Any]) -> None:
        """Hand an event to all subscribers."""
        if self.subscribers:
            self._number += 1
            event = Event(self._number, kind, world, data)
            for waiting in self.subscribers:
                waiting.append(event)

    def subscribe(self) -> deque[Event]:
        """Return a queue that receives all events from now on."""
        waiting: deque[Event] = deque(maxlen=MOST_WAITING)
        self.subscribers.append(waiting)
        return waiting

    def unsubscribe(self, waiting: deque[Event]) -> None:
        """Let the queue receive no more."""
        self.subscribers[:] = [other for other in self.subscribers if other is not waiting]
