"""A server before it is bound to a port."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

from mockserver.app.announcement import describe_contract
from mockserver.control.services import Services
from mockserver.http.listener import Listener
from mockserver.http.log import AccessLog
from mockserver.http.metrics import OwnRows, Rows
from mockserver.parsing.fingerprint import fingerprint
from mockserver.parsing.keys import KEY_PREFIX
from mockserver.records.fixtures.reader import Basis
from mockserver.resources import shipped
from mockserver.settings import Settings
from mockserver.validation.violation import Violation
from mockserver.worlds.world import DEFAULT


class UnservedError(ValueError):
    """An option has no meaning for this contract; the message says what to do instead."""


class Outside(NamedTuple):
    """What a server takes from its surroundings.

    *wall* is real time in seconds since 1970, *monotonic* in seconds from any origin; *write*
    takes the lines of the log. *report* is given each violation of the contract when
    exchanges are validated; without one, they are logged. *new_key* returns an API key that
    cannot be guessed; the log redacts it by its prefix. *open_rows* returns where requests are
    counted.
    """

    wall: Callable[[], float]
    monotonic: Callable[[], float]
    write: Callable[[str], object]
    report: Callable[[Violation], object] | None = None
    new_key: Callable[[], str] = lambda: KEY_PREFIX + secrets.token_hex(16)
    open_rows: Callable[[], Rows] = OwnRows


class Listeners(NamedTuple):
    """What requests meet: *admin* listens on a port of its own where the settings ask for that."""

    listener: Listener
    admin: Listener | None
    log: AccessLog


class Mock:
    """A server that has not yet been bound to a port.

    *basis* is what its fixtures are read for.
    """

    def __init__(
        self, settings: Settings, listeners: Listeners, services: Services, basis: Basis
    ) -> None:
        self.settings = settings
        self.listener = listeners.listener
        self.admin = listeners.admin
        self.log = listeners.log
        self.worlds = services.worlds
        self._services = services
        self._basis = basis
        self._source = settings.seed or services.profile.fixtures
        #: Counted before a database takes the records over.
        self._counts = {name: len(of) for name, of in services.worlds.seed.records.items()}
        #: The fingerprint of the fixtures that were read.
        self.seen = self.fingerprint()

    def open(self) -> AbstractAsyncContextManager[None]:
        """Open the state for as long as the context is open.

        Raises:
            StoreRefusedError: the state cannot be used.
        """
        return self._services.persistence.open(self._services.factory.create_default)

    def describe(self, origin: str) -> Iterator[str]:
        """Yield what a user is told of it once it listens at *origin*: keys, a call to copy."""
        address, own = origin + self.base_path, self._services.profile.describe
        yield from (f"warning: {told}" for told in self._services.api.contract.warnings)
        if own is not None:
            yield from own(self.worlds.default, address)
            return
        contract = self._services.api.contract
        yield from describe_contract(contract, self.worlds.seed, self._counts, address)
        said = shipped.describe(self.settings.spec, self.settings.overlays)
        yield f"mockserver explain {said} tells each fact and its reason"

    @property
    def base_path(self) -> str:
        """The path below which a client finds the API."""
        return self._services.api.base_path

    @property
    def summary(self) -> str:
        """Where the state is kept and what was found there; empty if there is nothing to say."""
        return self._services.persistence.summary

    def fingerprint(self) -> object:
        """Return what tells the fixtures, as they are now, from others."""
        return None if self._source is None else fingerprint(self._source)

    async def reload(self) -> str:
        """Let the default world begin from the fixtures as they are now; return what was read.

        Raises:
            InvalidSourceError: they are wrong; nothing has changed.
            EarlyError: the clock would start before their now; nothing has changed.
        """
        if self._source is None:
            return "nothing: the records are generated"
        from mockserver.records.fixtures.background import load_fixtures

        seed = await load_fixtures([self._source], self._basis)
        async with self._services.persistence.change(DEFAULT):
            await self._services.factory.reload(seed)
        return f"{sum(map(len, seed.records.values())):,} {self._services.profile.noun}"
