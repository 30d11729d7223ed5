"""The composition root: what a server consists of is made here, once. Worlds are made later."""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, TypeVar

from mockserver.contract.document import Document
from mockserver.contract.reader import load
from mockserver.control.services import Services
from mockserver.deviations.lifecycles import Lifecycles
from mockserver.domain.tenancy import KEY_PREFIX
from mockserver.faults.rule import FaultRule, inconsistencies
from mockserver.http.listener import Listener
from mockserver.http.log import AccessLog
from mockserver.http.messages import Middleware
from mockserver.http.metrics import RequestMetrics
from mockserver.http.routing import Routes
from mockserver.middleware import (
    control_api,
    cors,
    deviations,
    errors,
    faults,
    health,
    journal,
    replication,
)
from mockserver.middleware.authentication import authenticate
from mockserver.operations.dispatch import Dispatcher
from mockserver.operations.table import TABLE
from mockserver.parsing.sources import invalid
from mockserver.replicas.choice import choose_persistence
from mockserver.seeding.fingerprint import fingerprint
from mockserver.seeding.reader import read
from mockserver.settings import Settings
from mockserver.store.seed import Seed
from mockserver.validation.violation import Violation
from mockserver.worlds.context import ContextHandler, ContextMiddleware
from mockserver.worlds.events import Events
from mockserver.worlds.factory import EarlyError, WorldFactory
from mockserver.worlds.persistence import Persistence
from mockserver.worlds.world import Worlds

H = TypeVar("H")
#: Large fixtures that are read at once; each may take gigabytes of memory.
_MOST_LOADS = 2


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


class Mock(NamedTuple):
    """A server that has not yet been bound to a port.

    *admin* listens on a port of its own where the settings ask for that.
    *seen* is the fingerprint of the fixtures that *seed* was read from.
    """

    settings: Settings
    document: Document
    factory: WorldFactory
    worlds: Worlds
    persistence: Persistence
    listener: Listener
    admin: Listener | None
    log: AccessLog
    seen: object

    def open(self) -> AbstractAsyncContextManager[None]:
        """Open the state for as long as the context is open.

        Raises:
            StoreRefusedError: the state cannot be used.
        """
        return self.persistence.open(self.factory.create_default)


def build(settings: Settings, outside: Outside) -> Mock:
    """Return the mock that *settings* ask for.

    Raises:
        InvalidSourceError: the contract or the fixtures cannot be used.
    """
    document = load(settings.spec)
    if set(document.operation_ids) != set(TABLE):
        known = ", ".join(TABLE)
        message = f"this mock has the operations {known}; the contract others"
        raise invalid(settings.spec, "operations", message)
    # Taken before reading, so that no later change is missed.
    seen = fingerprint(settings.seed)
    services = _services(settings, outside, document)
    worlds, persistence = services.worlds, services.persistence
    log = AccessLog(
        write=outside.write,
        style=settings.log_format,
        wall=outside.wall,
        monotonic=outside.monotonic,
        api_keys=lambda: worlds.stated_keys,
        requests=settings.access_log,
    )
    routes = services.routes
    dispatch: ContextHandler = Dispatcher(document, routes, TABLE)
    operate = compose(dispatch, _around_operations(settings, outside, services, log))
    handle = compose(authenticate(operate, worlds, routes), _before_operations(settings, services))
    around = tuple(_around_everything(log, persistence))
    on_unknown_method = deviations.respond_to_unknown_methods(worlds, routes)
    listener = Listener(compose(handle, around), outside.wall, log, on_unknown_method)
    admin = None
    if settings.admin and settings.admin_port is not None:
        control = control_api.route_control_api(services, settings)
        handle = compose(control(control_api.refuse_other_paths), around)
        admin = Listener(handle, outside.wall, log, None)
    return Mock(
        settings, document, services.factory, worlds, persistence, listener, admin, log, seen
    )


def _services(settings: Settings, outside: Outside, document: Document) -> Services:
    """Return the parts of the server that keep its state, and those that its halves share.

    Raises:
        InvalidSourceError: the fixtures cannot be used.
    """
    worlds = Worlds(read(settings.seed, document))
    events = Events()
    lifecycle_of = Lifecycles(document.lifecycle).lifecycle_of
    persistence = choose_persistence(
        settings,
        worlds,
        events,
        lifecycle_of,
        active=document.active_states,
        wall=outside.wall,
        monotonic=outside.monotonic,
    )
    factory = WorldFactory(
        worlds,
        persistence,
        lifecycle_of,
        now=settings.now,
        speed=settings.speed,
        wall=outside.wall,
        new_key=outside.new_key,
        faults=_faults(settings, document, worlds.seed),
        deviations=settings.deviations,
    )
    try:
        factory.start_of(worlds.seed)
    except EarlyError as error:
        raise invalid(settings.seed, "now", str(error)) from None
    return Services(
        document=document,
        worlds=worlds,
        factory=factory,
        persistence=persistence,
        events=events,
        routes=Routes(document, settings.base_path),
        metrics=RequestMetrics(),
        loads=asyncio.Semaphore(_MOST_LOADS),
    )


def _faults(settings: Settings, document: Document, seed: Seed) -> Sequence[FaultRule]:
    """Return the faults that the settings put into force, those of named scenarios included.

    Raises:
        InvalidSourceError: the fixtures have no scenario of that name, or a fault is inconsistent.
    """
    known = {scenario.name: scenario.faults for scenario in seed.scenarios}
    rules = list(settings.faults)
    projects = [project.project_key for o in seed.organizations for project in o.projects]
    for rule in rules:
        for member, message in inconsistencies(rule, document.operation_ids, projects):
            raise invalid(settings.seed, "fault", f"--fault: {member}: {message}")
    for name in settings.scenarios:
        if name not in known:
            message = f"no scenario is named {name!r}; there are {', '.join(known) or 'none'}"
            raise invalid(settings.seed, "scenario", message)
        rules += known[name]
    return rules


def _around_everything(log: AccessLog, persistence: Persistence) -> Iterator[Middleware]:
    """Yield what is around everything that this server responds to, the outermost first."""
    # Outermost, so that what it logs is what is sent, and how long all of it took.
    yield log.log_requests
    # Before the health check, so that whatever fails below it is a 500 and not a hang-up.
    yield errors.catch_errors(log.say)
    # Before the contract's operations, and not part of them.
    yield health.check_health
    # Before anything that looks at a world.
    if persistence.shared:
        yield replication.refresh_state(persistence)


def _before_operations(settings: Settings, services: Services) -> Iterator[Middleware]:
    """Yield what is before authentication, the outermost first."""
    if settings.admin and settings.admin_port is None:
        yield control_api.route_control_api(services, settings)
    # Outside the faults: a page in a browser can read a fault only if it is allowed to.
    if settings.cors:
        yield cors.allow_origins


def _around_operations(
    settings: Settings, outside: Outside, services: Services, log: AccessLog
) -> Iterator[ContextMiddleware]:
    """Yield what is around each call of the contract's operations, the outermost first."""
    # Outside the faults, so that a connection that is cut is recorded too.
    if settings.journal:
        yield journal.record_exchanges(outside.monotonic, services.metrics, services.events)
    # Before the key is checked, so that even a 401 can be slow.
    yield faults.inject_faults(services.persistence)
    # Around the dispatcher, which knows none of them.
    yield deviations.deviate(services.routes)
    # Innermost: it sees the responses of the contract's operations as they are.
    if settings.validate:
        # Slow to import, so imported only where it is asked for.
        from mockserver.middleware.validation import validate
        from mockserver.validation.responses import ResponseValidator

        report = outside.report or (lambda violation: log.say("complaint", str(violation)))
        yield validate(ResponseValidator(services.document), report)


def compose(handle: H, middleware: Iterable[Callable[[H], H]]) -> H:
    """Return *handle* within *middleware*; the first is the outermost."""
    for wrap in reversed(tuple(middleware)):
        handle = wrap(handle)
    return handle
