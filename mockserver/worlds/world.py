"""A world: one isolated copy of everything that a client can see."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

from mockserver.faults.active import Faults
from mockserver.faults.rule import Scenario
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
    def api_keys(self) -> tuple[str, ...]:
        """The API keys that open it."""
        return ()

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios of its fixtures."""
        return ()


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
