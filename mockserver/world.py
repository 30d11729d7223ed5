"""A world: one isolated copy of everything that a client can see."""

from mockserver.clock import WorldClock
from mockserver.domain.tenancy import Keyring
from mockserver.remembered import Remembered
from mockserver.store.interface import Store


class World:
    """A clock, the jobs, and the keys that open them."""

    __slots__ = ("clock", "keyring", "remembered", "store")

    def __init__(self, clock: WorldClock, store: Store, keyring: Keyring) -> None:
        self.clock = clock
        self.store = store
        self.keyring = keyring
        self.remembered = Remembered()


class Worlds:
    """The worlds of this server. A request's API key decides which one it sees."""

    __slots__ = ("default",)

    def __init__(self, default: World) -> None:
        self.default = default
