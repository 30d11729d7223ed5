"""The worlds of a server, by name and by the credentials that open them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from mockserver.contract.contract import Contract, Credential
from mockserver.contract.operations import Operation
from mockserver.http.credentials import Caller, find_only_field, find_secrets, is_open
from mockserver.parsing.keys import KEY_PREFIX, MADE_KEY, Keyring
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.worlds.world import DEFAULT, Secrets, World

MOST_WORLDS = 5_000
#: How many spellings of the field of a credential are remembered.
_MOST_SPELLINGS = 2 * MOST_WORLDS


class WorldExistsError(Exception):
    """A world of that name exists."""


class TooManyWorldsError(Exception):
    """There are as many worlds as there may be."""


class Worlds:
    """The worlds of this server. The credential that a request shows decides which one it meets.

    Args:
        contract: what says which credentials a request shows.
        kinds: the kinds of records that there are.
        seed: what a world starts from unless its maker says otherwise.
    """

    __slots__ = (
        "_declared",
        "_field",
        "_keyring",
        "_reserved",
        "_seen",
        "_worlds",
        "contract",
        "kinds",
        "seed",
        "stated_keys",
    )

    def __init__(self, contract: Contract, kinds: Mapping[str, Kind], seed: Fixtures) -> None:
        self._worlds: dict[str, World] = {}
        self._reserved: set[str] = set()
        self.contract = contract
        self.kinds = kinds
        self.seed = seed
        self._declared: tuple[Credential, ...] = contract.credentials.value
        self._keyring: Keyring[tuple[World, Caller]] = Keyring()
        self._field = find_only_field(self._declared)
        #: What a value of that field has opened. A dictionary finds it by a hash that is secret,
        #: so that the time which that takes says nothing of the value.
        self._seen: dict[str, tuple[World, Caller]] = {}
        #: The credentials that no mock has made: what fixtures state.
        self.stated_keys: tuple[str, ...] = ()

    @property
    def default(self) -> World:
        """The world of callers whose key opens none."""
        return self._worlds[DEFAULT]

    @property
    def by_name(self) -> Mapping[str, World]:
        """All worlds, in the order in which they were made."""
        return self._worlds

    def __iter__(self) -> Iterator[World]:
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

    def find_caller(
        self,
        headers: Mapping[str, str],
        query: Iterable[tuple[str, str]],
        operation: Operation | None,
    ) -> tuple[World, Caller | None]:
        """Return the world that a request meets, and as whom; None: nobody it knows.

        Args:
            headers: by name in lower case.
            query: the decoded parameters.
            operation: what is called; the contract may leave it open to everybody.
        """
        field = None if self._field is None else headers.get(self._field)
        known = None if field is None else self._seen.get(field)
        if known is not None:
            return known
        shown = find_secrets(self._declared, headers, query)
        for secret in shown:
            found = self._keyring.find(secret)
            if found is not None:
                if field is not None and len(self._seen) < _MOST_SPELLINGS:
                    self._seen[field] = found
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

    def add(self, world: World) -> None:
        """Take in a new world.

        Raises:
            WorldExistsError: there is one of that name.
            TooManyWorldsError: there are `MOST_WORLDS` already.
        """
        self._check_free(world.name)
        self._worlds[world.name] = world
        self._open(world)

    def remove(self, world: World) -> None:
        """Forget a world; its credentials open nothing from now on."""
        del self._worlds[world.name]
        self._close(world)

    def rekey(self, world: World, secrets: Secrets, holders: Mapping[str, str]) -> None:
        """Replace the credentials of the world, and the names of their holders."""
        self._close(world)
        world.secrets, world.holders = secrets, holders
        self._open(world)

    def _open(self, world: World) -> None:
        self._seen.clear()
        for secret, scopes in world.secrets.items():
            caller = Caller(None if scopes is None else frozenset(scopes))
            self._keyring.add(secret, (world, caller))
            if not MADE_KEY.fullmatch(secret):
                self.stated_keys = (*self.stated_keys, secret)

    def _close(self, world: World) -> None:
        self._seen.clear()
        for secret in world.secrets:
            self._keyring.remove(secret)
        self.stated_keys = tuple(key for key in self.stated_keys if key not in world.secrets)

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
