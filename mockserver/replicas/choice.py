"""From the settings to what keeps a server's state: its memory, or a database."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec

from mockserver.records.lifecycle import Lifecycle
from mockserver.resources import extras
from mockserver.settings import Settings
from mockserver.store.interface import MEMORY, StoreRefusedError
from mockserver.worlds.events import Events
from mockserver.worlds.persistence import MemoryPersistence, Persistence
from mockserver.worlds.registry import Worlds

#: What each extra of this package installs, by the names of modules.
_NEEDED = {"sqlite": ("sqlalchemy",), "postgres": ("asyncpg", "sqlalchemy")}


def choose_persistence(  # noqa: PLR0913 -- called once, by app
    settings: Settings,
    worlds: Worlds,
    events: Events,
    lifecycles_of: Callable[[tuple[str, ...]], Mapping[str, Lifecycle]],
    *,
    wall: Callable[[], float],
    monotonic: Callable[[], float],
) -> Persistence:
    """Return what keeps the *worlds* of a server with these *settings*, not yet opened.

    Args:
        settings: say where: `Settings.store`.
        worlds: those of the server.
        events: where a server whose state is its own publishes what happens to records.
        lifecycles_of: returns how records move in a world with the deviations of these names, by
            the names of their kinds.
        wall: this machine's time in seconds since 1970.
        monotonic: real time in seconds, from any origin.

    Raises:
        StoreRefusedError: what the store needs is not installed.
    """
    if settings.store == MEMORY:
        return MemoryPersistence(worlds, events, capacity=settings.journal, monotonic=monotonic)
    from mockserver.store.url import SQLITE

    extra = "sqlite" if settings.store.startswith(SQLITE) else "postgres"
    for module in _NEEDED[extra]:
        if find_spec(module) is None:
            raise StoreRefusedError(f"{module} is not installed: {extras.command(extra)}")
    # They import these modules, so they are imported only where a database is asked for.
    from mockserver.replicas.persistence import DatabasePersistence
    from mockserver.replicas.shared_time import SharedTime
    from mockserver.store.sql.opening import database_at

    return DatabasePersistence(
        worlds,
        database_at(settings.store),
        SharedTime(wall, monotonic),
        lifecycles_of,
        capacity=settings.journal,
        reseed=settings.reseed,
    )
