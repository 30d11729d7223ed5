"""What the worlds of a server are made of: stores of jobs, journals, and a time for the clocks."""

from collections.abc import Callable
from typing import Protocol

from msgspec import structs

from mockserver.domain.lifecycle import Lifecycle
from mockserver.store.interface import Observe, SteerableStore
from mockserver.store.memory import MemoryStore
from mockserver.store.seed import Seed
from mockserver.worlds.journal import Journal, MemoryJournal
from mockserver.worlds.slices import slices

_JOBS_AT_ONCE = 500


class Backing(Protocol):
    """Makes the parts of worlds, all of which are kept in one place."""

    @property
    def seconds(self) -> Callable[[], float]:
        """Real time in seconds, from any origin, for the clocks of worlds."""
        ...

    async def store(
        self, world: str, seed: Seed, lifecycle: Lifecycle, observe: Observe
    ) -> SteerableStore:
        """Return the jobs of *world*, which are those of *seed* from now on."""
        ...

    def journal(self, world: str) -> Journal:
        """Return the journal of *world*."""
        ...

    async def forget(self, world: str) -> None:
        """Keep nothing of *world* any longer."""
        ...


class MemoryBacking:
    """Everything is in this process's memory.

    Args:
        active: the states in which a job keeps a second one for its user from being made.
        capacity: how many exchanges each journal remembers.
        monotonic: real time in seconds, from any origin.
    """

    def __init__(
        self, active: tuple[str, ...], capacity: int, monotonic: Callable[[], float]
    ) -> None:
        self._active = active
        self._capacity = capacity
        self.seconds = monotonic

    async def store(
        self, world: str, seed: Seed, lifecycle: Lifecycle, observe: Observe
    ) -> MemoryStore:
        """Return the jobs of *seed*; while a million are taken in, others are answered."""
        del world
        bare = structs.replace(seed, jobs=[])
        store = MemoryStore(bare, lifecycle, self._active, observe)
        async for jobs in slices(seed.jobs, _JOBS_AT_ONCE):
            store.plant(jobs)
        return store

    def journal(self, world: str) -> MemoryJournal:
        """Return an empty journal."""
        del world
        return MemoryJournal(self._capacity)

    async def forget(self, world: str) -> None:
        """Do nothing: what nobody refers to is gone."""
