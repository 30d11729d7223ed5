"""The composition root: everything is made here, once, and handed to whoever needs it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from mockserver import operations
from mockserver.clock import WorldClock
from mockserver.contract.document import Document
from mockserver.contract.reader import load
from mockserver.dispatch import Dispatcher
from mockserver.domain.moment import format_moment
from mockserver.domain.seed import Seed
from mockserver.domain.tenancy import Keyring
from mockserver.exchange import Stage
from mockserver.listener import Listener
from mockserver.seeding.reader import fingerprint, living_states, read
from mockserver.settings import Settings
from mockserver.sources import invalid
from mockserver.stages import cors, failures, health, staged
from mockserver.stages.access_log import AccessLog
from mockserver.store.memory import MemoryStore
from mockserver.world import World, Worlds

if TYPE_CHECKING:
    from mockserver.validation import Complaint


class Outside(NamedTuple):
    """What a server takes from its surroundings.

    *wall* is real time in seconds since 1970, *monotonic* in seconds from any origin; *write*
    takes the lines of the log. *complain* is told of each breach of the contract when
    exchanges are validated; without one, breaches are logged.
    """

    wall: Callable[[], float]
    monotonic: Callable[[], float]
    write: Callable[[str], object]
    complain: "Callable[[Complaint], object] | None" = None


class Mock(NamedTuple):
    """A server that has not yet been bound to a port.

    *seen* is the fingerprint of the fixtures that *seed* was read from.
    """

    settings: Settings
    document: Document
    seed: Seed
    worlds: Worlds
    listener: Listener
    log: AccessLog
    seen: object


def build(settings: Settings, outside: Outside) -> Mock:
    """Return the mock that *settings* ask for.

    Raises:
        InvalidSourceError: the contract or the fixtures cannot be used.
    """
    document = load(settings.spec)
    declared = {operation.operation_id for operation in document.operations}
    if declared != set(operations.TABLE):
        known = ", ".join(operations.TABLE)
        message = f"this mock has the operations {known}; the contract others"
        raise invalid(settings.spec, "operations", message)
    # Taken before reading, so that no later change is missed.
    seen = fingerprint(settings.seed)
    seed = read(settings.seed, document)
    worlds = Worlds(world(settings, document, seed, outside))
    log = AccessLog(
        write=outside.write,
        style=settings.log_format,
        wall=outside.wall,
        monotonic=outside.monotonic,
        api_keys=[organization.api_key for organization in seed.organizations],
        requests=settings.access_log,
    )
    dispatcher = Dispatcher(document, settings.base_path, operations.TABLE, worlds)
    handle = staged(dispatcher, _stages(settings, document, log, outside.complain))
    return Mock(settings, document, seed, worlds, Listener(handle, outside.wall, log), log, seen)


def world(settings: Settings, document: Document, seed: Seed, outside: Outside) -> World:
    """Return a world that starts from *seed*.

    Raises:
        InvalidSourceError: the world's time would lie before what has happened in the fixtures.
    """
    start = seed.now if settings.now is None else settings.now
    if start == "real":
        start = int(outside.wall() * 1000)
    if start < seed.now:
        message = (
            f"the clock cannot start at {format_moment(start)}, "
            f"before the fixtures' own now, {format_moment(seed.now)}"
        )
        raise invalid(settings.seed, "now", message)
    clock = WorldClock(start, settings.speed, outside.monotonic)
    store = MemoryStore(seed, document.lifecycle, living_states(document))
    return World(clock, store, Keyring(seed.organizations))


def _stages(
    settings: Settings,
    document: Document,
    log: AccessLog,
    complain: "Callable[[Complaint], object] | None",
) -> Iterator[Stage]:
    """Yield what happens around each request, the outermost first."""
    # Outermost, so that what it logs is what is sent, and how long all of it took.
    yield log.stage
    # Before the health check, so that whatever goes wrong below it is a 500 and not a hang-up.
    yield failures.stage(log.say)
    # Before the contract's operations, and not part of them.
    yield health.stage
    if settings.cors:
        yield cors.stage
    # Innermost: it sees the answers of the contract's operations as they are.
    if settings.validate:
        # Slow to import, so imported only where it is asked for.
        from mockserver.stages import validated  # noqa: PLC0415
        from mockserver.validation import Validator  # noqa: PLC0415

        validator = Validator(document, settings.base_path)
        yield validated.stage(validator, complain or (lambda c: log.say("complaint", str(c))))
