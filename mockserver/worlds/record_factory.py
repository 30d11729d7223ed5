"""Worlds of records are made here: from a seed, with a clock and credentials of their own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from mockserver.domain.timestamp import format_timestamp
from mockserver.faults.active import Faults
from mockserver.faults.rule import FaultRule
from mockserver.http.cache import ResponseCache
from mockserver.records.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.memory import MemoryRecords
from mockserver.records.record import Record
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.events import Events
from mockserver.worlds.factory import EarlyError
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
        lifecycles_of: returns how records move in a world with the deviations of these names.
        deviations: the names of the deviations of each world from the start.
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
        lifecycles_of: Callable[[tuple[str, ...]], Mapping[str, Lifecycle]] = lambda _: {},
        deviations: tuple[str, ...] = (),
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
        self._lifecycles_of = lifecycles_of
        self._deviations = deviations

    async def create_default(self) -> RecordWorld:
        """Return a new default world, opened by the credentials of its seed.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        seed = self._worlds.seed
        return await self.create(DEFAULT, seed, seed.secrets or {})

    async def create(
        self,
        name: str,
        seed: Fixtures,
        secrets: Mapping[str, tuple[str, ...] | None] | None = None,
    ) -> RecordWorld:
        """Return a new world, opened by *secrets*, or else by credentials that only it has.

        There is one for each of the seed, which opens the same, and else one that opens all;
        there is none where the contract declares none, since no request could show it.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        if secrets is not None:
            return await self._make(name, seed, secrets, seed.holders)
        return await self._make(name, seed, *self.issue_secrets(seed))

    def issue_secrets(
        self, seed: Fixtures, world: RecordWorld | None = None
    ) -> tuple[dict[str, tuple[str, ...] | None], dict[str, str]]:
        """Return new credentials for those that *seed* states, and who holds them.

        Those that a *world* has for the same holder, or that open the same, stay what they are.
        """
        if not self._worlds.contract.credentials.value:
            return {}, {}
        known = dict(world.secrets) if world is not None else {}
        holders = world.holders if world is not None else {}
        secrets: dict[str, tuple[str, ...] | None] = {}
        names: dict[str, str] = {}
        stated: Mapping[str, tuple[str, ...] | None] = seed.secrets or {"": None}
        for stated_secret, scopes in stated.items():
            name = seed.holders.get(stated_secret)
            same = (s for s in known if (holders.get(s) == name if name else known[s] == scopes))
            secret = next(same, None) or self._new_key()
            known.pop(secret, None)
            secrets[secret] = scopes
            if name is not None:
                names[secret] = name
        return secrets, names

    async def restart(self, world: RecordWorld, seed: Fixtures) -> None:
        """Let *world* begin from *seed*, with nothing left of what was done to it.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        fresh = await self._make(world.name, seed, world.secrets, world.holders)
        world.seed, world.clock, world.records = seed, fresh.clock, fresh.records
        world.journal, world.faults = fresh.journal, fresh.faults
        world.response_cache = fresh.response_cache
        world.deviations = fresh.deviations

    async def set_deviations(self, world: RecordWorld, names: tuple[str, ...]) -> None:
        """Set the deviations of *world* to those of these *names*."""
        if names or world.deviations:
            await world.records.use_lifecycles(self._lifecycles_of(names), world.clock.now())
            world.response_cache = ResponseCache()
        world.deviations = names

    async def _make(
        self,
        name: str,
        seed: Fixtures,
        secrets: Mapping[str, tuple[str, ...] | None],
        holders: Mapping[str, str],
    ) -> RecordWorld:
        begins = self.start_of(seed)
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
            holders=holders,
            journal=MemoryJournal(self._capacity),
        )
        await self.set_deviations(world, self._deviations)
        world.faults = Faults()
        for rule in self._faults:
            world.faults.add(rule)
        return world

    def start_of(self, seed: Fixtures) -> int:
        """Return when the clock of a world of *seed* starts, in epoch milliseconds.

        Raises:
            EarlyError: it lies before the seed's own now.
        """
        own = seed.now
        if own is not None and (
            self._now is None or (self._now != "real" and own != self._worlds.seed.now)
        ):
            return own
        start = self._now if isinstance(self._now, int) else int(self._wall() * 1000)
        if own is not None and start < own:
            raise EarlyError(
                f"the clock cannot start at {format_timestamp(start)}, "
                f"before the fixtures' own now, {format_timestamp(own)}"
            )
        return start

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
