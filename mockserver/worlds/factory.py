"""The factory of worlds: each gets a seed, and a clock, a store and keys of its own."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from msgspec import structs

from mockserver.domain.lifecycle import Lifecycle
from mockserver.domain.tenancy import Organization
from mockserver.domain.timestamp import format_timestamp
from mockserver.faults.active import Faults
from mockserver.faults.rule import FaultRule
from mockserver.http.cache import ResponseCache
from mockserver.store.seed import Seed
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.persistence import Persistence
from mockserver.worlds.world import DEFAULT, World, Worlds


class EarlyError(ValueError):
    """A world's clock would start before what has happened in its seed."""


class WorldFactory:
    """Creates worlds, and resets them.

    Args:
        worlds: those of this server; their seed decides when a clock starts.
        persistence: keeps what worlds consist of.
        lifecycle_of: returns how jobs move in a world with the deviations of these names.
        now: None for the seed's own, ``real`` for this machine's time, or epoch milliseconds.
        speed: of each clock, in world seconds per real second.
        wall: real time in seconds since 1970.
        new_key: returns an API key that cannot be guessed.
        faults: in force in each world from the start.
        deviations: the names of the deviations of each world from the start.
    """

    def __init__(  # noqa: PLR0913 -- made once, by app.py
        self,
        worlds: Worlds,
        persistence: Persistence,
        lifecycle_of: Callable[[tuple[str, ...]], Lifecycle],
        *,
        now: int | Literal["real"] | None,
        speed: float,
        wall: Callable[[], float],
        new_key: Callable[[], str],
        faults: Sequence[FaultRule] = (),
        deviations: tuple[str, ...] = (),
    ) -> None:
        self._worlds = worlds
        self._persistence = persistence
        self._lifecycle_of = lifecycle_of
        self._now = now
        self._speed = speed
        self._wall = wall
        self._new_key = new_key
        self._faults = faults
        self._deviations = deviations

    async def create(self, name: str, seed: Seed, organizations: tuple[Organization, ...]) -> World:
        """Return a new world.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        self.start_of(seed)
        store, journal = await self._persistence.create(name, seed, self._lifecycle_of(()))
        world = World(
            name,
            seed,
            clock=self._clock(seed),
            store=store,
            organizations=organizations,
            journal=journal,
        )
        await self._apply_settings(world)
        return world

    async def create_default(self) -> World:
        """Return a new default world.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        seed = self._worlds.seed
        return await self.create(DEFAULT, seed, seed.organizations)

    async def restart(self, world: World, seed: Seed) -> None:
        """Reset *world* to *seed*; nothing is left of what was done to it.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        self.start_of(seed)
        store, journal = await self._persistence.create(world.name, seed, self._lifecycle_of(()))
        # Only now, and without an await between, so that no request meets a half-reset world.
        world.clock, world.seed = self._clock(seed), seed
        world.store, world.journal = store, journal
        world.response_cache = ResponseCache()
        await self._apply_settings(world)

    async def reload(self, seed: Seed) -> None:
        """Reset the default world to *seed*, which new worlds then start from as well.

        Raises:
            EarlyError: their clock would start before its now.
        """
        worlds = self._worlds
        before, worlds.seed = worlds.seed, seed
        try:
            await self.restart(worlds.default, seed)
        except EarlyError:
            worlds.seed = before
            raise
        worlds.rekey(worlds.default, seed.organizations)

    async def set_deviations(self, world: World, names: tuple[str, ...]) -> None:
        """Set the deviations of *world* to those of these *names*."""
        if names or world.deviations:
            await world.store.use_lifecycle(self._lifecycle_of(names), world.clock.now())
        world.deviations = names

    def issue_keys(
        self, organizations: Iterable[Organization], known: Iterable[Organization] = ()
    ) -> tuple[Organization, ...]:
        """Return *organizations*, each with a new key, or that of the *known* one of its name."""
        keys = {organization.name: organization.api_key for organization in known}
        return tuple(
            structs.replace(o, api_key=keys.get(o.name) or self._new_key()) for o in organizations
        )

    def start_of(self, seed: Seed) -> int:
        """Return when the clock of a world of *seed* starts, in epoch milliseconds.

        Raises:
            EarlyError: it lies before the seed's own now.
        """
        if self._now is None or (self._now != "real" and seed.now != self._worlds.seed.now):
            return seed.now
        start = int(self._wall() * 1000) if self._now == "real" else self._now
        if start < seed.now:
            raise EarlyError(
                f"the clock cannot start at {format_timestamp(start)}, "
                f"before the fixtures' own now, {format_timestamp(seed.now)}"
            )
        return start

    def _clock(self, seed: Seed) -> WorldClock:
        return WorldClock(self.start_of(seed), self._speed, self._persistence.seconds)

    async def _apply_settings(self, world: World) -> None:
        await self.set_deviations(world, self._deviations)
        world.faults = Faults()
        for rule in self._faults:
            world.faults.add(rule)
