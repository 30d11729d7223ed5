"""The factory of worlds: each gets a seed, a clock, records, and credentials of its own."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from mockserver.faults.active import Faults
from mockserver.faults.rule import FaultRule
from mockserver.http.cache import ResponseCache
from mockserver.parsing.timestamp import format_timestamp
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.lifecycle import Lifecycle
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.persistence import Persistence
from mockserver.worlds.registry import Worlds
from mockserver.worlds.world import DEFAULT, Secrets, World


class EarlyError(ValueError):
    """A world's clock would start before what has happened in its seed."""


class Credentials(NamedTuple):
    """What opens a world: *secrets* with what each opens, and the names of their *holders*."""

    secrets: Secrets
    holders: Mapping[str, str]


class WorldFactory:
    """Creates worlds of records, and resets them.

    Args:
        worlds: those of this server; their seed decides when a clock starts.
        persistence: keeps what worlds consist of.
        lifecycles_of: returns how records move in a world with the deviations of these names, by
            the names of their kinds.
        now: None for the seed's own, ``real`` for this machine's time, or epoch milliseconds.
        speed: of each clock, in world seconds per real second.
        wall: real time in seconds since 1970.
        new_key: returns a credential that cannot be guessed.
        faults: in force in each world from the start.
        deviations: the names of the deviations of each world from the start.
    """

    def __init__(  # noqa: PLR0913 -- made once, by app
        self,
        worlds: Worlds,
        persistence: Persistence,
        lifecycles_of: Callable[[tuple[str, ...]], Mapping[str, Lifecycle]],
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
        self._lifecycles_of = lifecycles_of
        self._now = now
        self._speed = speed
        self._wall = wall
        self._new_key = new_key
        self._faults = faults
        self._deviations = deviations

    async def create_default(self) -> World:
        """Return a new default world, opened by the credentials of its seed.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        seed = self._worlds.seed
        return await self.create(DEFAULT, seed, seed.secrets or {}, seed.holders)

    async def create(
        self,
        name: str,
        seed: Fixtures,
        secrets: Secrets | None = None,
        holders: Mapping[str, str] = MappingProxyType({}),
    ) -> World:
        """Return a new world, opened by *secrets* of these *holders*; None: by new ones.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        start = self.start_of(seed)
        lifecycles = self._lifecycles_of(())
        records, journal = await self._persistence.create(
            name, seed, lifecycles, _find_beginning(seed, start)
        )
        if secrets is None:
            secrets, holders = self.issue_credentials(seed)
        world = World(
            name,
            seed,
            clock=WorldClock(start, self._speed, self._persistence.seconds),
            records=records,
            secrets=secrets,
            holders=holders,
            journal=journal,
            lifecycles=lifecycles,
        )
        await self._apply_settings(world)
        return world

    def issue_credentials(self, seed: Fixtures, world: World | None = None) -> Credentials:
        """Return new credentials that open what those of *seed* open.

        There is one that opens all where the seed has none, and none where the contract declares
        none, since no request could show it. Those that a *world* has for the same holder, or
        without a holder for the same scopes, stay what they are.
        """
        if not self._worlds.contract.credentials.value:
            return Credentials({}, {})
        if not seed.secrets:
            is_kept = world is not None and None in (*world.secrets.values(), world.seed.secrets)
            if world is not None and is_kept:
                return Credentials(world.secrets, world.holders)
            return Credentials({self._new_key(): None}, {})
        names = {secret: seed.holders.get(secret) for secret in seed.secrets}
        kept: dict[str | tuple[str, ...] | None, str] = {}
        if world is not None:
            kept = {world.holders.get(s, scopes): s for s, scopes in world.secrets.items()}
        issued = {
            secret: kept.pop(name or scopes, "") or self._new_key()
            for secret, scopes in seed.secrets.items()
            for name in [names[secret]]
        }
        return Credentials(
            {issued[secret]: scopes for secret, scopes in seed.secrets.items()},
            {issued[secret]: name for secret, name in names.items() if name is not None},
        )

    async def restart(self, world: World, seed: Fixtures) -> None:
        """Reset *world* to *seed*; nothing is left of what was done to it.

        Raises:
            EarlyError: its clock would start before its seed's now.
        """
        start = self.start_of(seed)
        lifecycles = self._lifecycles_of(())
        records, journal = await self._persistence.create(
            world.name, seed, lifecycles, _find_beginning(seed, start)
        )
        # Only now, and without an await between, so that no request meets a half-reset world.
        world.clock = WorldClock(start, self._speed, self._persistence.seconds)
        world.seed, world.records, world.journal = seed, records, journal
        world.lifecycles = lifecycles
        world.made = 0
        world.response_cache = ResponseCache()
        await self._apply_settings(world)

    async def reload(self, seed: Fixtures) -> None:
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
        worlds.rekey(worlds.default, seed.secrets or {}, seed.holders)

    async def set_deviations(self, world: World, names: tuple[str, ...]) -> None:
        """Set the deviations of *world* to those of these *names*."""
        if names or world.deviations:
            lifecycles = self._lifecycles_of(names)
            await world.records.use_lifecycles(lifecycles, world.clock.now())
            world.lifecycles = lifecycles
            world.response_cache = ResponseCache()
        world.deviations = names

    def start_of(self, seed: Fixtures) -> int:
        """Return when the clock of a world of *seed* starts, in epoch milliseconds.

        Raises:
            EarlyError: it lies before the seed's own now.
        """
        if self._now is None or (self._now != "real" and seed.now != self._worlds.seed.now):
            start = seed.now
        else:
            start = None if self._now == "real" else self._now
        if start is None:
            start = int(self._wall() * 1000)
        if seed.now is not None and start < seed.now:
            raise EarlyError(
                f"the clock cannot start at {format_timestamp(start)}, "
                f"before the fixtures' own now, {format_timestamp(seed.now)}"
            )
        return start

    async def _apply_settings(self, world: World) -> None:
        await self.set_deviations(world, self._deviations)
        world.faults = Faults()
        for rule in self._faults:
            world.faults.add(rule)


def _find_beginning(seed: Fixtures, start: int) -> int:
    """Return when what *seed* says holds; what is due between then and *start* happens."""
    return start if seed.now is None else seed.now
