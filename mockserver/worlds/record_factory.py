"""Worlds of records are made here: from a seed, with a clock and credentials of their own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from mockserver.faults.active import Faults
from mockserver.faults.rule import FaultRule
from mockserver.records.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.records.memory import MemoryRecords
from mockserver.records.record import Record
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.events import Events
from mockserver.worlds.journal import MemoryJournal
from mockserver.worlds.records import RecordWorld, RecordWorlds
from mockserver.worlds.world import DEFAULT


class RecordWorldFactory:
    """Makes worlds of records in memory, and lets them begin again.

    Args:
        worlds: those of this server.
        events: where each change of a record is published.
        now: None for the seed's own, ``real`` for this machine's time, or epoch milliseconds.
        speed: of each clock, in world seconds per real second.
        wall: real time in seconds since 1970.
        monotonic: real time in seconds, from any origin.
        capacity: how many exchanges each journal keeps.
        new_key: returns a credential that cannot be guessed.
        faults: in force in each world from the start.
    """

    def __init__(  # noqa: PLR0913 -- made once, by app
        self,
        worlds: RecordWorlds,
        events: Events,
        *,
        now: int | Literal["real"] | None,
        speed: float,
        wall: Callable[[], float],
        monotonic: Callable[[], float],
        capacity: int,
        new_key: Callable[[], str],
        faults: Sequence[FaultRule] = (),
    ) -> None:
        self._worlds = worlds
        self._events = events
        self._now = now
        self._speed = speed
        self._wall = wall
        self._monotonic = monotonic
        self._capacity = capacity
        self._new_key = new_key
        self._faults = faults

    async def create_default(self) -> RecordWorld:
        """Return a new default world, opened by the credentials of its seed."""
        seed = self._worlds.seed
        return self._make(DEFAULT, seed, dict(seed.secrets or {}))

    def create(self, name: str, seed: Fixtures) -> RecordWorld:
        """Return a new world, opened by credentials that only it has.

        There is one for each of the seed, which opens the same, and else one that opens all;
        there is none where the contract declares none, since no request could show it.
        """
        stated: list[tuple[str, ...] | None] = [*(seed.secrets or {}).values()]
        is_free = not self._worlds.contract.credentials.value
        opened = [] if is_free else stated or [None]
        secrets = {self._new_key(): scopes for scopes in opened}
        return self._make(name, seed, secrets)

    def restart(self, world: RecordWorld, seed: Fixtures) -> None:
        """Let *world* begin from *seed*, with nothing left of what was done to it."""
        fresh = self._make(world.name, seed, world.secrets)
        world.seed, world.clock, world.records = seed, fresh.clock, fresh.records
        world.journal, world.faults = fresh.journal, fresh.faults
        world.response_cache = fresh.response_cache

    def _make(
        self, name: str, seed: Fixtures, secrets: Mapping[str, tuple[str, ...] | None]
    ) -> RecordWorld:
        begins = self._start_of(seed)
        kinds = list(self._worlds.kinds.values())
        paces = {kind.name: seed.pace_of(kind.name) for kind in kinds}
        world = RecordWorld(
            name,
            seed,
            clock=WorldClock(begins, self._speed, self._monotonic),
            records=MemoryRecords(
                kinds, seed.records, paces, observe=self._observe(name), begins=begins
            ),
            secrets=secrets,
            journal=MemoryJournal(self._capacity),
        )
        world.faults = Faults()
        for rule in self._faults:
            world.faults.add(rule)
        return world

    def _start_of(self, seed: Fixtures) -> int:
        """Return when the clock of a world of *seed* starts, in epoch milliseconds."""
        if isinstance(self._now, int):
            return self._now
        if self._now == "real" or seed.now is None:
            return int(self._wall() * 1000)
        return seed.now

    def _observe(self, world: str) -> Callable[[Kind, Record | None, Record | None], None]:
        """Return what publishes each change of a record of the *world*."""
        events = self._events

        def observe(kind: Kind, before: Record | None, after: Record | None) -> None:
            if events.subscribers:
                shown = after if after is not None else before
                data: dict[str, Any] = {
                    "resource": kind.name,
                    "record": None if shown is None else msgspec.json.decode(shown.text),
                    "from": None if before is None else before.state,
                    "to": None if after is None else after.state,
                }
                events.publish("record", world, data)

        return observe
