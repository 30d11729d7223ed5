"""A world: one isolated copy of everything that a client can see."""

from collections import deque
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from mockserver.faults.active import Faults
from mockserver.faults.rule import Scenario
from mockserver.http.cache import ResponseCache
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.store.records import Records
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.journal import Journal

DEFAULT = "default"
_MOST_SHOWN = 64
#: What is shorter stands in texts by chance.
_SHORTEST = 8


#: What opens a world: each secret, and the scopes that it opens; None: all of them.
Secrets = Mapping[str, tuple[str, ...] | None]


class World:
    """A clock, records, the credentials that open them, and what a test does to all of it.

    *secrets* are its credentials, and *holders* the names of who holds them, as far as the fixtures
    say. *seed* is what it starts from again when it is reset. Its records move by *lifecycles*, by
    the names of their kinds. *deviations* are the names of the ways in which it deviates from the
    contract. *made* counts the records up that a test has made since it began.
    """

    __slots__ = (
        "clock",
        "deviations",
        "faults",
        "holders",
        "journal",
        "lifecycles",
        "made",
        "name",
        "records",
        "response_cache",
        "secrets",
        "seed",
        "shown",
    )

    def __init__(  # noqa: PLR0913 -- made once, by factory.py
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
        self.name = name
        self.clock = clock
        self.journal = journal
        self.faults = Faults()
        self.deviations: tuple[str, ...] = ()
        self.seed = seed
        self.records = records
        self.secrets = secrets
        self.holders = holders
        self.lifecycles = lifecycles
        self.made = 0
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

    def adapt(self, kind: Kind) -> Kind:
        """Return *kind* with the lifecycle by which its records move in this world."""
        lifecycle = self.lifecycles.get(kind.name)
        return kind if lifecycle is None else kind.with_lifecycle(lifecycle)

    @property
    def api_keys(self) -> tuple[str, ...]:
        """The credentials that open it."""
        return (*self.secrets, *self.shown)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios of its fixtures."""
        return self.seed.scenarios
