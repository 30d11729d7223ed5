"""Worlds of records: any API's, with credentials of their own."""

from collections import deque
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from mockserver.contract.contract import Contract, Credential
from mockserver.contract.operations import Operation
from mockserver.faults.rule import Scenario
from mockserver.http.cache import ResponseCache
from mockserver.http.credentials import Caller, find_secrets, is_open
from mockserver.parsing.keys import KEY_PREFIX, MADE_KEY, Keyring
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.store.records import Records
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.journal import Journal
from mockserver.worlds.world import BaseWorld, WorldRegistry

_MOST_SHOWN = 64
#: What is shorter stands in texts by chance.
_SHORTEST = 8


#: What opens a world: each secret, and the scopes that it opens; None: all of them.
Secrets = Mapping[str, tuple[str, ...] | None]


class RecordWorld(BaseWorld):
    """A clock, records, the credentials that open them, and what a test does to all of it.

    *secrets* are its credentials, and *holders* the names of who holds them, as far as the fixtures
    say. *seed* is what it starts from again when it is reset. Its records move by *lifecycles*, by
    the names of their kinds.
    """

    __slots__ = (
        "holders",
        "lifecycles",
        "records",
        "response_cache",
        "secrets",
        "seed",
        "shown",
    )

    def __init__(  # noqa: PLR0913 -- made once, by record_factory.py
        self,
        name: str,
        seed: Fixtures,
        *,
        clock: WorldClock,
        records: Records,
        secrets: Secrets,
        journal: Journal,
        holders: Mapping[str, str] = MappingProxyType({}),
        lifecycles: Mapping[str, Lifecycle] = MappingProxyType({}),
    ) -> None:
        super().__init__(name, clock, journal)
        self.seed = seed
        self.records = records
        self.secrets = secrets
        self.holders = holders
        self.lifecycles = lifecycles
        self.response_cache = ResponseCache()
        #: Credentials that others have opened it by, the last of them, to be redacted.
        self.shown: deque[str] = deque(maxlen=_MOST_SHOWN)

    def remember(self, secrets: Iterable[str]) -> None:
        """Let *secrets*, which are none of its own, be redacted; short ones are not secrets."""
        for secret in secrets:
            if len(secret) >= _SHORTEST and secret not in self.shown:
                self.shown.append(secret)

    async def settle(self) -> None:
        """Make the moves of records that are due by now."""
        await self.records.settle(self.clock.now())

    @property
    def api_keys(self) -> tuple[str, ...]:
        """The credentials that open it."""
        return (*self.secrets, *self.shown)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios of its fixtures."""
        return self.seed.scenarios


class RecordWorlds(WorldRegistry[RecordWorld]):
    """The worlds of this server. The credential that a request shows decides which one it meets.

    Args:
        contract: what says which credentials a request shows.
        kinds: the kinds of records that there are.
        seed: what a world starts from unless its maker says otherwise.
    """

    __slots__ = ("_declared", "_keyring", "contract", "kinds", "seed", "stated_keys")

    def __init__(self, contract: Contract, kinds: Mapping[str, Kind], seed: Fixtures) -> None:
        super().__init__()
        self.contract = contract
        self.kinds = kinds
        self.seed = seed
        self._declared: tuple[Credential, ...] = contract.credentials.value
        self._keyring: Keyring[tuple[RecordWorld, Caller]] = Keyring()
        #: The credentials that no mock has made: what fixtures state.
        self.stated_keys: tuple[str, ...] = ()

    def find_caller(
        self,
        headers: Mapping[str, str],
        query: Iterable[tuple[str, str]],
        operation: Operation | None,
    ) -> tuple[RecordWorld, Caller | None]:
        """Return the world that a request meets, and as whom; None: nobody it knows.

        Args:
            headers: by name in lower case.
            query: the decoded parameters.
            operation: what is called; the contract may leave it open to everybody.
        """
        shown = list(find_secrets(self._declared, headers, query))
        for secret in shown:
            found = self._keyring.find(secret)
            if found is not None:
                return found
        default = self.default
        # A key that a mock has made opens one world only, also after that world is gone.
        strange = [secret for secret in shown if not secret.startswith(KEY_PREFIX)]
        is_free = not self._declared or (operation is not None and is_open(operation))
        if default.seed.secrets is None and strange:
            default.remember(strange)
            return default, Caller()
        if is_free and not shown:
            return default, Caller()
        return default, None

    def add(self, world: RecordWorld) -> None:
        """Take in a new world.

        Raises:
            WorldExistsError: there is one of that name.
            TooManyWorldsError: there are `MOST_WORLDS` already.
        """
        super().add(world)
        self._open(world)

    def remove(self, world: RecordWorld) -> None:
        """Forget a world; its credentials open nothing from now on."""
        super().remove(world)
        self._close(world)

    def rekey(self, world: RecordWorld, secrets: Secrets, holders: Mapping[str, str]) -> None:
        """Replace the credentials of the world, and the names of their holders."""
        self._close(world)
        world.secrets, world.holders = secrets, holders
        self._open(world)

    def _open(self, world: RecordWorld) -> None:
        for secret, scopes in world.secrets.items():
            caller = Caller(None if scopes is None else frozenset(scopes))
            self._keyring.add(secret, (world, caller))
            if not MADE_KEY.fullmatch(secret):
                self.stated_keys = (*self.stated_keys, secret)

    def _close(self, world: RecordWorld) -> None:
        for secret in world.secrets:
            self._keyring.remove(secret)
        self.stated_keys = tuple(key for key in self.stated_keys if key not in world.secrets)
