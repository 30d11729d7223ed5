"""A server before it is bound to a port: what all have in common, whatever they serve."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

from mockserver.domain.tenancy import KEY_PREFIX
from mockserver.http.listener import Listener
from mockserver.http.log import AccessLog
from mockserver.settings import Settings
from mockserver.validation.violation import Violation


class UnservedError(ValueError):
    """An option has no meaning for this contract; the message says what to do instead."""


class Outside(NamedTuple):
    """What a server takes from its surroundings.

    *wall* is real time in seconds since 1970, *monotonic* in seconds from any origin; *write*
    takes the lines of the log. *report* is given each violation of the contract when
    exchanges are validated; without one, they are logged. *new_key* returns an API key that
    cannot be guessed; the log redacts it by its prefix.
    """

    wall: Callable[[], float]
    monotonic: Callable[[], float]
    write: Callable[[str], object]
    report: Callable[[Violation], object] | None = None
    new_key: Callable[[], str] = lambda: KEY_PREFIX + secrets.token_hex(16)


class Listeners(NamedTuple):
    """What requests meet: *admin* listens on a port of its own where the settings ask for that."""

    listener: Listener
    admin: Listener | None
    log: AccessLog


class Mock(ABC):
    """A server that has not yet been bound to a port."""

    def __init__(self, settings: Settings, listeners: Listeners) -> None:
        self.settings = settings
        self.listener = listeners.listener
        self.admin = listeners.admin
        self.log = listeners.log

    @abstractmethod
    def open(self) -> AbstractAsyncContextManager[None]:
        """Open the state for as long as the context is open.

        Raises:
            StoreRefusedError: the state cannot be used.
        """

    @abstractmethod
    def describe(self, origin: str) -> Iterator[str]:
        """Yield what a user is told of it once it listens at *origin*: keys, a call to copy."""

    @property
    def base_path(self) -> str:
        """The path below which a client finds the API."""
        return self.settings.base_path

    @property
    def summary(self) -> str:
        """Where the state is kept and what was found there; empty if there is nothing to say."""
        return ""

    @abstractmethod
    def fingerprint(self) -> object:
        """Return what tells the fixtures, as they are now, from others."""

    @property
    @abstractmethod
    def seen(self) -> object:
        """The fingerprint of the fixtures that were read."""

    @abstractmethod
    async def reload(self) -> str:
        """Let the default world begin from the fixtures as they are now; return what was read.

        Raises:
            InvalidSourceError: they are wrong; nothing has changed.
            EarlyError: the clock would start before their now; nothing has changed.
        """
