"""What has become of the records of each world, the newest changes only."""

from collections import deque
from collections.abc import Iterator

from msgspec import Struct

from mockserver.records.kind import Kind
from mockserver.records.record import Record

MOST_KEPT = 5_000


class Change(Struct, frozen=True, gc=False):
    """A record that was *before* (None: it was made) and is *after* (None: it is gone)."""

    resource: str
    before: Record | None
    after: Record | None


class ChangeLog:
    """The last `MOST_KEPT` changes of the records of each world, as this server has made them."""

    __slots__ = ("_worlds",)

    def __init__(self) -> None:
        self._worlds: dict[str, deque[Change]] = {}

    def begin(self, world: str) -> deque[Change]:
        """Return an empty log of *world*; what an earlier one held is forgotten."""
        changes: deque[Change] = deque(maxlen=MOST_KEPT)
        self._worlds[world] = changes
        return changes

    def forget(self, world: str) -> None:
        """Forget a world that is gone."""
        self._worlds.pop(world, None)

    def find(self, world: str, kind: Kind, record: Record) -> Iterator[Change]:
        """Yield what has become of one record of *world*, the oldest change first."""
        for change in tuple(self._worlds.get(world, ())):
            known = change.after if change.after is not None else change.before
            if (
                change.resource == kind.name
                and known is not None
                and (known.key, known.scope) == (record.key, record.scope)
            ):
                yield change
