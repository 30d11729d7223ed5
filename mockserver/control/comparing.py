"""What has happened in a state that several servers share, found by comparing.

While somebody listens, a server compares what is there with what was there a moment before. The
records of a world, which may be many, are read again only where a `Watch` says that some may have
changed. Of several changes of a record between two looks, one is told.
"""

from collections.abc import AsyncIterator, Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import to_builtins

from mockserver.client import models
from mockserver.control.services import Services
from mockserver.parsing.timestamp import format_timestamp
from mockserver.records.record import Key, Record, Scope
from mockserver.store.records import Records
from mockserver.worlds.events import Event, describe_change
from mockserver.worlds.journal import describe_exchange
from mockserver.worlds.persistence import Watch
from mockserver.worlds.world import World

#: Records by the name of their kind, and by what tells them from others.
_Known = Mapping[str, Mapping[tuple[Scope, Key], Record]]


class _Seen(NamedTuple):
    """A world as it was at the last look."""

    clock: tuple[int, float, float]
    faults: tuple[str, ...]
    deviations: tuple[str, ...]
    recorded: int
    store: Records
    revision: Hashable
    records: _Known


class Comparison:
    """Compares the worlds of *services* with what they were at the last look.

    Args:
        services: those of this server.
        name: the world that is looked at; None: all of them.
        watch: says whether records may have changed; only then are they read.
    """

    def __init__(self, services: Services, name: str | None, watch: Watch) -> None:
        self._services = services
        self._name = name
        self._watch = watch
        self._seen: dict[str, _Seen] = {}
        self._number = 0
        self._is_first = True

    async def look(self) -> Sequence[Event]:
        """Return what has happened since the last look; nothing at the first.

        Raises:
            StoreUnavailableError: the state cannot be reached at the moment.
        """
        await self._services.persistence.refresh()
        if self._is_first:
            self._seen = {world.name: await self._see(world, None) for world in self._list_worlds()}
            self._is_first = False
            return ()
        events: list[Event] = []
        worlds = {world.name: world for world in self._list_worlds()}
        for name in self._seen.keys() - worlds.keys():
            del self._seen[name]
            events.append(self._make(name, "world", {"change": "deleted"}))
        for name, world in worlds.items():
            before = self._seen.get(name)
            self._seen[name] = after = await self._see(world, before)
            if before is None:
                events.append(self._make(name, "world", {"change": "created"}))
            else:
                told = [pair async for pair in self._compare(world, before, after)]
                events += [self._make(name, kind, data) for kind, data in told]
        return events

    def _list_worlds(self) -> Collection[World]:
        worlds = self._services.worlds
        if self._name is None:
            return tuple(worlds)
        return [world for world in worlds if world.name == self._name]

    def _make(self, world: str, kind: str, data: Mapping[str, Any]) -> Event:
        self._number += 1
        return Event(self._number, kind, world, data)

    async def _see(self, world: World, before: _Seen | None) -> _Seen:
        await world.settle()
        now, store = world.clock.now(), world.records
        extent = await world.journal.extent()
        revision = self._watch.revision(world.name)
        is_same = before is not None and before.store is store and before.revision == revision
        known: _Known
        if before is not None and is_same and revision is not None:
            known = before.records
        else:
            known = {
                kind.name: {(r.scope, r.key): r for r in await store.all(kind, now)}
                for kind in self._services.api.kinds.values()
            }
        return _Seen(
            clock=world.clock.state,
            faults=tuple(fault.name for fault in world.faults),
            deviations=world.deviations,
            recorded=extent.recorded,
            store=store,
            revision=revision,
            records=known,
        )

    async def _compare(
        self, world: World, before: _Seen, after: _Seen
    ) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        """Yield the kind and the data of each event, in the order in which they are told."""
        # Fewer than before: the journal was cleared.
        known = before.recorded if after.recorded >= before.recorded else 0
        if after.recorded > known:
            for entry in await world.journal.entries(known):
                # What came after the look is told by the next one.
                if entry.number <= after.recorded:
                    yield "request", describe_exchange(entry)
        if before.clock != after.clock:
            now = world.clock.now()
            state = models.ClockState(format_timestamp(now), now, world.clock.speed)
            yield "clock", to_builtins(state)
        for change in _compare_faults(before.faults, after.faults):
            yield "fault", change
        if before.deviations != after.deviations:
            yield "deviations", {"names": after.deviations}
        for name, records in after.records.items():
            for pair in _compare_records(before.records.get(name, {}), records):
                yield "record", describe_change(name, *pair)


def _compare_faults(before: Sequence[str], after: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    for name in before:
        if name not in after:
            yield {"change": "removed", "fault": name}
    for name in after:
        if name not in before:
            yield {"change": "added", "fault": name}


def _compare_records(
    before: Mapping[tuple[Scope, Key], Record], after: Mapping[tuple[Scope, Key], Record]
) -> Iterator[tuple[Record | None, Record | None]]:
    """Yield each record that is another one than before, as it was and as it is."""
    if before is after:
        return
    for name, record in before.items():
        if name not in after:
            yield record, None
    for name, record in after.items():
        if before.get(name) != record:
            yield before.get(name), record
