"""Worlds are made here: from a seed, with a clock, a store and keys of their own."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from msgspec import structs

from mockserver.contract.document import Document
from mockserver.domain.job import Job
from mockserver.domain.lifecycle import Lifecycle
from mockserver.domain.moment import format_moment
from mockserver.domain.representation import shown
from mockserver.domain.tenancy import Organization
from mockserver.faults.active import Faults
from mockserver.faults.rule import FaultRule
from mockserver.http.cache import ResponseCache
from mockserver.store.interface import Observe, SteerableStore
from mockserver.store.seed import Seed
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.events import Events
from mockserver.worlds.persistence import Backing
from mockserver.worlds.world import World, Worlds

_MOST_LOADS = 2


class EarlyError(ValueError):
    """A world's clock would start before what has happened in its seed."""


class WorldFactory:
    """Makes worlds, and lets them begin again.

    Args:
        document: the contract.
        seed: what a world starts from unless it is told otherwise.
        backing: makes what worlds are made of.
        now: None for the seed's own, ``real`` for this machine's time, or epoch milliseconds.
        speed: of each clock, in world seconds per real second.
        wall: real time in seconds since 1970.
        new_key: returns an API key that nobody can guess.
        faults: in force in each world from the start.
        deviations: the names of those of each world from the start.
        lifecycle_of: returns how jobs move in a world with the deviations of these names.
    """

    def __init__(  # noqa: PLR0913 -- made once, by app.py
        self,
        document: Document,
        seed: Seed,
        backing: Backing,
        *,
        now: int | Literal["real"] | None,
        speed: float,
        wall: Callable[[], float],
        new_key: Callable[[], str],
        lifecycle_of: Callable[[tuple[str, ...]], Lifecycle],
        faults: Sequence[FaultRule] = (),
        deviations: tuple[str, ...] = (),
    ) -> None:
        self.document = document
        self.seed = seed
        self.backing = backing
        self.events = Events()
        #: Large fixtures that are read at once; each may take gigabytes of memory.
        self.loads = asyncio.Semaphore(_MOST_LOADS)
        self.lifecycle_of = lifecycle_of
        self._now = now
        self._speed = speed
        self._wall = wall
        self._new_key = new_key
        self._faults = faults
        self._deviations = deviations

    async def found(self, name: str, seed: Seed, organizations: tuple[Organization, ...]) -> World:
        """Return a new world.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        self.start(seed)
        store = await self._jobs(name, seed)
        world = World(
            name,
            seed,
            clock=self._clock(seed),
            store=store,
            organizations=organizations,
            journal=self.backing.journal(name),
        )
        await self._steer(world)
        return world

    async def restart(self, world: World, seed: Seed) -> None:
        """Let *world* begin from *seed*, with nothing left of what was done to it.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        self.start(seed)
        store = await self._jobs(world.name, seed)
        # All at once, and only now: until then the world is what it was.
        world.clock, world.seed, world.store = self._clock(seed), seed, store
        world.remembered = ResponseCache()
        await world.journal.clear()
        await self._steer(world)

    async def deviate(self, world: World, deviations: tuple[str, ...]) -> None:
        """Let *world* have the deviations of these names, and no others.

        Raises:
            KeyError: there is no deviation of such a name.
        """
        if deviations or world.deviations:
            await world.store.follow(self.lifecycle_of(deviations), world.clock.now())
        world.deviations = deviations

    def keyed(
        self, organizations: Iterable[Organization], known: Iterable[Organization] = ()
    ) -> tuple[Organization, ...]:
        """Return *organizations*, each with a new key, or that of the *known* one of its name."""
        keys = {organization.name: organization.api_key for organization in known}
        return tuple(
            structs.replace(o, api_key=keys.get(o.name) or self._new_key()) for o in organizations
        )

    async def reload(self, worlds: Worlds, seed: Seed) -> None:
        """Let the default world, and those made from now on, begin from *seed*.

        Raises:
            EarlyError: their clock would start before its now.
        """
        before, self.seed = self.seed, seed
        try:
            await self.restart(worlds.default, seed)
        except EarlyError:
            self.seed = before
            raise
        worlds.rekey(worlds.default, seed.organizations)

    def start(self, seed: Seed) -> int:
        """Return the moment at which the clock of a world of *seed* starts, in epoch milliseconds.

        Raises:
            EarlyError: it lies before the seed's own now.
        """
        if self._now is None or (self._now != "real" and seed.now != self.seed.now):
            return seed.now
        start = int(self._wall() * 1000) if self._now == "real" else self._now
        if start < seed.now:
            raise EarlyError(
                f"the clock cannot start at {format_moment(start)}, "
                f"before the fixtures' own now, {format_moment(seed.now)}"
            )
        return start

    def _clock(self, seed: Seed) -> WorldClock:
        return WorldClock(self.start(seed), self._speed, self.backing.seconds)

    async def _steer(self, world: World) -> None:
        await self.deviate(world, self._deviations)
        world.faults = Faults()
        for rule in self._faults:
            world.faults.add(rule)

    async def _jobs(self, name: str, seed: Seed) -> SteerableStore:
        return await self.backing.store(name, seed, self.document.lifecycle, self.observer(name))

    def observer(self, name: str) -> Observe:
        """Return what tells the subscribers of each job of the world *name* that changes."""
        events = self.events

        def observe(before: Job | None, after: Job) -> None:
            if events.subscribers:
                data: dict[str, Any] = {"job": shown(after)}
                data["from"] = None if before is None else before.status
                events.publish("job", name, data)

        return observe
