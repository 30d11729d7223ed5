"""Worlds are made here: from a seed, with a clock, a store and keys of their own."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from msgspec import structs

from mockserver.clock import WorldClock
from mockserver.contract.document import Document
from mockserver.domain.fault import FaultRule
from mockserver.domain.job import Job
from mockserver.domain.lifecycle import Lifecycle
from mockserver.domain.moment import format_moment
from mockserver.domain.seed import Seed
from mockserver.domain.tenancy import Organization
from mockserver.events import Events
from mockserver.faults.force import Faults
from mockserver.journal import Journal
from mockserver.operations.representation import shown
from mockserver.remembered import Remembered
from mockserver.seeding.reader import living_states
from mockserver.store.memory import MemoryStore
from mockserver.world import World, Worlds

if TYPE_CHECKING:
    from mockserver.deviations.deviation import Deviation


class EarlyError(ValueError):
    """A world's clock would start before what has happened in its seed."""


class Founder:
    """Makes worlds, and lets them begin again.

    Args:
        document: the contract.
        seed: what a world starts from unless it is told otherwise.
        now: None for the seed's own, ``real`` for this machine's time, or epoch milliseconds.
        speed: of each clock, in world seconds per real second.
        wall: real time in seconds since 1970.
        monotonic: real time in seconds, from any origin.
        new_key: returns an API key that nobody can guess.
        journal: how many exchanges each world remembers.
        faults: in force in each world from the start.
        deviations: of each world from the start.
    """

    def __init__(  # noqa: PLR0913 -- made once, by app.py
        self,
        document: Document,
        seed: Seed,
        *,
        now: int | Literal["real"] | None,
        speed: float,
        wall: Callable[[], float],
        monotonic: Callable[[], float],
        new_key: Callable[[], str],
        journal: int,
        faults: Sequence[FaultRule] = (),
        deviations: "tuple[Deviation, ...]" = (),
    ) -> None:
        self.document = document
        self.seed = seed
        self.events = Events()
        self._now = now
        self._speed = speed
        self._wall = wall
        self._monotonic = monotonic
        self._new_key = new_key
        self._journal = journal
        self._faults = faults
        self._deviations = deviations

    def found(self, name: str, seed: Seed, organizations: tuple[Organization, ...]) -> World:
        """Return a new world.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        clock = WorldClock(self._start(seed), self._speed, self._monotonic)
        journal = Journal(self._journal)
        store = self._store(name, seed, self.document.lifecycle)
        world = World(
            name, seed, clock=clock, store=store, organizations=organizations, journal=journal
        )
        self._steer(world)
        return world

    def restart(self, world: World, seed: Seed) -> None:
        """Let *world* begin from *seed*, with nothing left of what was done to it."""
        world.clock = WorldClock(self._start(seed), self._speed, self._monotonic)
        world.seed = seed
        world.store = self._store(world.name, seed, self.document.lifecycle)
        world.remembered = Remembered()
        world.journal.clear()
        self._steer(world)

    def deviate(self, world: World, deviations: "tuple[Deviation, ...]") -> None:
        """Let *world* deviate in these ways, and in no others."""
        lifecycle = self.document.lifecycle
        for deviation in deviations:
            if deviation.lifecycle is not None:
                lifecycle = deviation.lifecycle(lifecycle)
        if deviations or world.deviations:
            world.store.follow(lifecycle, world.clock.now())
        world.deviations = deviations

    def keyed(
        self, organizations: Iterable[Organization], known: Iterable[Organization] = ()
    ) -> tuple[Organization, ...]:
        """Return *organizations*, each with a new key, or that of the *known* one of its name."""
        keys = {organization.name: organization.api_key for organization in known}
        return tuple(
            structs.replace(o, api_key=keys.get(o.name) or self._new_key()) for o in organizations
        )

    def reload(self, worlds: Worlds, seed: Seed) -> None:
        """Let the default world, and those made from now on, begin from *seed*.

        Raises:
            EarlyError: their clock would start before its now.
        """
        before, self.seed = self.seed, seed
        try:
            self.restart(worlds.default, seed)
        except EarlyError:
            self.seed = before
            raise
        worlds.rekey(worlds.default, seed.organizations)

    def _start(self, seed: Seed) -> int:
        if self._now is None or (self._now != "real" and seed.now != self.seed.now):
            return seed.now
        start = int(self._wall() * 1000) if self._now == "real" else self._now
        if start < seed.now:
            raise EarlyError(
                f"the clock cannot start at {format_moment(start)}, "
                f"before the fixtures' own now, {format_moment(seed.now)}"
            )
        return start

    def _steer(self, world: World) -> None:
        self.deviate(world, self._deviations)
        world.faults = Faults()
        for rule in self._faults:
            world.faults.add(rule)

    def _store(self, name: str, seed: Seed, lifecycle: Lifecycle) -> MemoryStore:
        events = self.events

        def observe(before: Job | None, after: Job) -> None:
            if events.subscribers:
                data: dict[str, Any] = {"job": shown(after)}
                data["from"] = None if before is None else before.status
                events.publish("job", name, data)

        return MemoryStore(seed, lifecycle, living_states(self.document), observe)
