"""Everything that happens, published to subscribers; without any, it costs nothing."""

from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from mockserver.records.record import Record
from mockserver.worlds.changes import ChangeLog

MOST_WAITING = 10_000


class Event(NamedTuple):
    """Something that has happened: its number, its kind, the world it happened in, and more."""

    number: int
    kind: str
    world: str
    data: Mapping[str, Any]


def describe_change(
    resource: str, before: Record | None, after: Record | None
) -> Mapping[str, Any]:
    """Return what those who listen are told of a record: made (before: None), changed or gone."""
    shown = after if after is not None else before
    return {
        "resource": resource,
        "record": None if shown is None else msgspec.json.decode(shown.text),
        "from": None if before is None else before.state,
        "to": None if after is None else after.state,
    }


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
