"""What sharing promises, and the server that shares with nobody."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Protocol
from weakref import WeakValueDictionary

from mockserver.worlds.factory import WorldFactory
from mockserver.worlds.world import DEFAULT, World, Worlds


class Sharing(Protocol):
    """Keeps the worlds of this server what they are on all servers of the same state.

    *alone* says that there can be no other server; *told* is what a user may want to know.
    """

    @property
    def alone(self) -> bool:
        """Whether nobody else can have a part in these worlds."""
        ...

    @property
    def told(self) -> str:
        """Where the state is kept and what was found there; empty if there is nothing to say."""
        ...

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Open the state for as long as the context is open; fill it if it is empty.

        Raises:
            StoreRefusedError: it cannot be used.
        """
        ...

    async def fresh(self) -> None:
        """Take over what other servers have changed.

        Raises:
            StoreUnavailableError: nobody can tell for the moment.
        """
        ...

    def changing(self, world: str | None) -> AbstractAsyncContextManager[None]:
        """Let the context change the *world* of that name, or make one, while nobody else does.

        What it has changed holds on all servers once it is left, and nothing if it is left by an
        exception.

        Raises:
            StoreUnavailableError: nobody can tell for the moment; nothing has changed.
        """
        ...

    def counting(self, world: World) -> AbstractAsyncContextManager[None]:
        """Let the context count calls for the faults of *world* while nobody else does.

        Raises:
            StoreUnavailableError: nobody can tell for the moment.
        """
        ...


class Alone:
    """A server whose worlds are its own."""

    alone = True
    told = ""

    def __init__(self, factory: WorldFactory, worlds: Worlds) -> None:
        self._founder = factory
        self._worlds = worlds
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def opened(self) -> "_Founding":
        """Found the default world."""
        return _Founding(self._founder, self._worlds)

    async def fresh(self) -> None:
        """Do nothing: nobody else changes anything."""

    def changing(self, world: str | None) -> AbstractAsyncContextManager[None]:
        """Let one operation after the other change a world; those of other worlds go on."""
        if world is None:
            return nullcontext()
        return self._locks.setdefault(world, asyncio.Lock())

    def counting(self, world: World) -> AbstractAsyncContextManager[None]:
        """Do nothing: counting a call is interrupted by no other."""
        del world
        return nullcontext()


class _Founding(AbstractAsyncContextManager[None]):
    def __init__(self, factory: WorldFactory, worlds: Worlds) -> None:
        self._founder = factory
        self._worlds = worlds

    async def __aenter__(self) -> None:
        factory = self._founder
        seed = factory.seed
        self._worlds.add(await factory.found(DEFAULT, seed, seed.organizations))

    async def __aexit__(self, *_: object) -> None:
        """Leave everything as it is."""
