"""How the state of a server is kept: the interface, and the implementation in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Protocol
from weakref import WeakValueDictionary

from mockserver.faults.active import Faults
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.record import Record
from mockserver.store.memory import MemoryRecords
from mockserver.store.records import Records
from mockserver.store.table import sort_as_made
from mockserver.worlds.changes import Change
from mockserver.worlds.cooperative import iterate_in_slices
from mockserver.worlds.events import Events, describe_change
from mockserver.worlds.journal import Journal, MemoryJournal
from mockserver.worlds.registry import Worlds
from mockserver.worlds.world import World

_AT_ONCE = 500


class Watch(Protocol):
    """Tells of changes of worlds that may be known without reading them."""

    def revision(self, world: str) -> Hashable:
        """Return what differs after each change of the world's records; None: nobody knows."""
        ...

    async def wait(self) -> None:
        """Wait until something has changed, or may have by itself."""
        ...


class Persistence(Protocol):
    """The state of this server; it may be that of other servers, too."""

    @property
    def summary(self) -> str:
        """Where the state is kept and what was found there; empty if there is nothing to say."""
        ...

    @property
    def seconds(self) -> Callable[[], float]:
        """Real time in seconds, from any origin, for the clocks of worlds."""
        ...

    @property
    def watch(self) -> Callable[[], AbstractAsyncContextManager["Watch"]] | None:
        """A function that lets a context hear of changes by any server.

        None where no other server can have the same state.
        """
        ...

    async def refresh(self) -> None:
        """Take over what other servers have changed.

        Raises:
            StoreUnavailableError: that cannot be known at the moment.
        """
        ...

    def change(self, world: str | None) -> AbstractAsyncContextManager[None]:
        """Let the context change the world of that name, or create one, and no other do so.

        What it has changed holds on all servers once it is left, and nothing of it if it is left by
        an exception.

        Raises:
            StoreUnavailableError: the state cannot be reached; nothing has changed.
        """
        ...

    def count_faults(self, world: World) -> AbstractAsyncContextManager[Faults]:
        """Let the context count calls for the faults of *world*, which it is given.

        Raises:
            StoreUnavailableError: the counts cannot be reached.
        """
        ...

    async def remove(self, world: World) -> None:
        """Remove *world*, one of this server's, and all that is kept of it."""
        ...

    def open(self, create: Callable[[], Awaitable[World]]) -> AbstractAsyncContextManager[None]:
        """Open the state for as long as the context is open.

        Args:
            create: returns the default world of a state that is empty.

        Raises:
            StoreRefusedError: the state cannot be used.
        """
        ...

    async def create(
        self, world: str, seed: Fixtures, lifecycles: Mapping[str, Lifecycle], begins: int
    ) -> tuple[Records, Journal]:
        """Return the records of *world*, which are those of *seed* now, and an empty journal.

        If there is a world of that name, its records and its journal are replaced.

        Args:
            world: the name of the world.
            seed: what it starts from.
            lifecycles: how its records move, by the names of their kinds.
            begins: the moment at which what the seed says holds, in epoch milliseconds.

        Raises:
            KeyTakenError: two records of one scope have the same key.
        """
        ...


class MemoryPersistence:
    """The records are in this process's memory, and end with it.

    Args:
        worlds: those of this server.
        events: where each change of a record is published.
        capacity: how many exchanges each journal keeps.
        monotonic: real time in seconds, from any origin.
    """

    watch = None
    summary = ""

    def __init__(
        self,
        worlds: Worlds,
        events: Events,
        *,
        capacity: int,
        monotonic: Callable[[], float],
    ) -> None:
        self._worlds = worlds
        self.seconds = monotonic
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._kinds = worlds.kinds
        self._events = events
        self._capacity = capacity

    @asynccontextmanager
    async def open(self, create: Callable[[], Awaitable[World]]) -> AsyncIterator[None]:
        """Create the default world."""
        self._worlds.add(await create())
        yield

    async def create(
        self, world: str, seed: Fixtures, lifecycles: Mapping[str, Lifecycle], begins: int
    ) -> tuple[MemoryRecords, MemoryJournal]:
        """Return the records of *seed* and an empty journal; other tasks run meanwhile."""
        records = MemoryRecords(
            list(self._kinds.values()),
            paces={name: seed.pace_of(name) for name in self._kinds},
            observe=publish_records(self._events, world),
            lifecycles=lifecycles,
        )
        for name, of_kind in seed.records.items():
            made = tuple(sort_as_made(self._kinds[name], of_kind))
            async for some in iterate_in_slices(made, _AT_ONCE):
                records.plant(name, some, begins)
        return records, MemoryJournal(self._capacity)

    async def refresh(self) -> None:
        """Do nothing: there are no other servers."""

    def change(self, world: str | None) -> AbstractAsyncContextManager[None]:
        """Let the operations that change a world wait for each other, and for no other world's."""
        if world is None:
            return nullcontext()
        return self._locks.setdefault(world, asyncio.Lock())

    def count_faults(self, world: World) -> AbstractAsyncContextManager[Faults]:
        """Give the context the faults: nothing interrupts the counting of a call."""
        return nullcontext(world.faults)

    async def remove(self, world: World) -> None:
        """Remove *world*, and what is known of its past."""
        self._worlds.remove(world)
        self._events.changes.forget(world.name)


def publish_records(
    events: Events, world: str
) -> Callable[[Kind, Record | None, Record | None], None]:
    """Return what logs and publishes each change of a record of the *world*."""
    changes = events.changes.begin(world)

    def observe(kind: Kind, before: Record | None, after: Record | None) -> None:
        changes.append(Change(kind.name, before, after))
        if events.subscribers:
            events.publish("record", world, describe_change(kind.name, before, after))

    return observe
