"""A world: one isolated copy of everything that a client can see."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

from mockserver.domain.tenancy import MADE_KEY, Keyring, Organization, Tenant
from mockserver.faults.active import Faults
from mockserver.faults.rule import Scenario
from mockserver.http.cache import ResponseCache
from mockserver.store.interface import SteerableStore
from mockserver.store.seed import Seed
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.journal import Journal

DEFAULT = "default"
MOST_WORLDS = 5_000


class WorldExistsError(Exception):
    """A world of that name exists."""


class TooManyWorldsError(Exception):
    """There are as many worlds as there may be."""


class BaseWorld(ABC):
    """What every world has, whatever it holds: a clock, faults, a journal, and deviations.

    *deviations* are the names of the ways in which it deviates from the contract.
    """

    __slots__ = ("clock", "deviations", "faults", "journal", "name")

    def __init__(self, name: str, clock: WorldClock, journal: Journal) -> None:
        self.name = name
        self.clock = clock
        self.journal = journal
        self.faults = Faults()
        self.deviations: tuple[str, ...] = ()

    @abstractmethod
    async def settle(self) -> None:
        """Make the moves that are due by now."""

    @property
    def project_keys(self) -> tuple[str, ...]:
        """The keys of all projects, in the order of their organizations."""
        return ()

    @property
    def api_keys(self) -> tuple[str, ...]:
        """The API keys that open it."""
        return ()

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios of its fixtures."""
        return ()


class World(BaseWorld):
    """A clock, the jobs, the keys that open them, and what a test does to all of it.

    *seed* is what it started from and starts from again when it is reset.
    """

    __slots__ = ("organizations", "response_cache", "seed", "store")

    def __init__(  # noqa: PLR0913 -- made once, by factory.py
        self,
        name: str,
        seed: Seed,
        *,
        clock: WorldClock,
        store: SteerableStore,
        organizations: tuple[Organization, ...],
        journal: Journal,
    ) -> None:
        super().__init__(name, clock, journal)
        self.seed = seed
        self.store = store
        self.organizations = organizations
        self.response_cache = ResponseCache()

    async def settle(self) -> None:
        """Make the moves of jobs that are due by now."""
        await self.store.settle(self.clock.now())

    @property
    def project_keys(self) -> tuple[str, ...]:
        """The keys of all projects, in the order of their organizations."""
        return tuple(p.project_key for o in self.organizations for p in o.projects)

    @property
    def api_keys(self) -> tuple[str, ...]:
        """The API keys that open it."""
        return tuple(organization.api_key for organization in self.organizations)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios of its fixtures."""
        return tuple(self.seed.scenarios)


W = TypeVar("W", bound=BaseWorld)


class WorldRegistry(Generic[W]):
    """The worlds of a server, by name; who opens one is decided by those that keep keys."""

    __slots__ = ("_reserved", "_worlds")

    def __init__(self) -> None:
        self._worlds: dict[str, W] = {}
        self._reserved: set[str] = set()

    @property
    def default(self) -> W:
        """The world of callers whose key opens none."""
        return self._worlds[DEFAULT]

    @property
    def by_name(self) -> Mapping[str, W]:
        """All worlds, in the order in which they were made."""
        return self._worlds

    def __iter__(self) -> Iterator[W]:
        """Yield all worlds."""
        return iter(tuple(self._worlds.values()))

    @contextmanager
    def reserve_name(self, name: str | None) -> Iterator[str]:
        """Reserve *name*, or a free one, while its world is being made; the context is given it.

        Raises:
            WorldExistsError: there is one of that name, or will be.
            TooManyWorldsError: there are `MOST_WORLDS` already.
        """
        reserved = name or self._free_name()
        self._check_free(reserved)
        self._reserved.add(reserved)
        try:
            yield reserved
        finally:
            self._reserved.discard(reserved)

    def add(self, world: W) -> None:
        """Take in a new world.

        Raises:
            WorldExistsError: there is one of that name.
            TooManyWorldsError: there are `MOST_WORLDS` already.
        """
        self._check_free(world.name)
        self._worlds[world.name] = world

    def remove(self, world: W) -> None:
        """Forget a world; its keys open nothing from now on."""
        del self._worlds[world.name]

    def _free_name(self) -> str:
        number = len(self._worlds)
        while (name := f"world-{number}") in self._worlds or name in self._reserved:
            number += 1
        return name

    def _check_free(self, name: str) -> None:
        if name in self._worlds or name in self._reserved:
            raise WorldExistsError(name)
        if len(self._worlds) + len(self._reserved) >= MOST_WORLDS:
            raise TooManyWorldsError


class Worlds(WorldRegistry[World]):
    """The worlds of this server. A request's API key decides which one it sees.

    *seed* is what a world starts from unless its maker says otherwise.
    """

    __slots__ = ("_keyring", "seed", "stated_keys")

    def __init__(self, seed: Seed) -> None:
        super().__init__()
        self.seed = seed
        self._keyring: Keyring[tuple[World, Tenant]] = Keyring()
        #: The API keys that no mock has made: what fixtures state.
        self.stated_keys: tuple[str, ...] = ()

    def caller(self, api_key: str) -> tuple[World, Tenant] | None:
        """Return the world that *api_key* opens, and as whom; None if it opens none."""
        return self._keyring.find(api_key)

    def add(self, world: World) -> None:
        """Add a new world.

        Raises:
            WorldExistsError: there is one of that name.
            TooManyWorldsError: there are `MOST_WORLDS` already.
        """
        super().add(world)
        self._open(world, world.organizations)

    def remove(self, world: World) -> None:
        """Remove a world; its keys are then unknown."""
        super().remove(world)
        self._close(world.organizations)

    def rekey(self, world: World, organizations: tuple[Organization, ...]) -> None:
        """Replace the organizations of the world, and their keys."""
        self._close(world.organizations)
        world.organizations = organizations
        self._open(world, organizations)

    def _open(self, world: World, organizations: Iterable[Organization]) -> None:
        for organization in organizations:
            self._keyring.add(organization.api_key, (world, Tenant(organization)))
            if not MADE_KEY.fullmatch(organization.api_key):
                self.stated_keys = (*self.stated_keys, organization.api_key)

    def _close(self, organizations: Iterable[Organization]) -> None:
        for organization in organizations:
            self._keyring.remove(organization.api_key)
            self.stated_keys = tuple(k for k in self.stated_keys if k != organization.api_key)
