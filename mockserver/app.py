"""The composition root: what a server consists of is made here, once. Worlds are made later."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

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
    authentication,
    control_api,
    cors,
    deviations,
    errors,
    faults,
    health,
    journal,
    replication,
)
from mockserver.middleware.chain import staged
from mockserver.operations.dispatch import Dispatcher
from mockserver.operations.table import TABLE
from mockserver.parsing.sources import invalid
from mockserver.replicas.interface import Alone, Sharing
from mockserver.seeding.fingerprint import fingerprint
from mockserver.seeding.reader import living_states, read
from mockserver.settings import Settings
from mockserver.store.interface import MEMORY
from mockserver.store.seed import Seed
from mockserver.worlds.factory import EarlyError, WorldFactory
from mockserver.worlds.persistence import Backing, MemoryBacking
from mockserver.worlds.world import Worlds

if TYPE_CHECKING:
    from mockserver.validation.validator import Complaint


class Outside(NamedTuple):
    """What a server takes from its surroundings.

    *wall* is real time in seconds since 1970, *monotonic* in seconds from any origin; *write*
    takes the lines of the log. *complain* is told of each breach of the contract when
    exchanges are validated; without one, breaches are logged. *new_key* returns an API key that
    nobody can guess; its prefix is what the log knows it by.
    """

    wall: Callable[[], float]
    monotonic: Callable[[], float]
    write: Callable[[str], object]
    complain: "Callable[[Complaint], object] | None" = None
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
    sharing: Sharing
    listener: Listener
    admin: Listener | None
    log: AccessLog
    seen: object

    @property
    def seed(self) -> Seed:
        """What the default world starts from."""
        return self.factory.seed


def build(settings: Settings, outside: Outside) -> Mock:
    """Return the mock that *settings* ask for.

    Raises:
        InvalidSourceError: the contract or the fixtures cannot be used.
    """
    document = load(settings.spec)
    declared = {operation.operation_id for operation in document.operations}
    if declared != set(TABLE):
        known = ", ".join(TABLE)
        message = f"this mock has the operations {known}; the contract others"
        raise invalid(settings.spec, "operations", message)
    # Taken before reading, so that no later change is missed.
    seen = fingerprint(settings.seed)
    worlds = Worlds()
    factory, sharing = _state(settings, document, read(settings.seed, document), outside, worlds)
    try:
        factory.start(factory.seed)
    except EarlyError as error:
        raise invalid(settings.seed, "now", str(error)) from None
    log = AccessLog(
        write=outside.write,
        style=settings.log_format,
        wall=outside.wall,
        monotonic=outside.monotonic,
        api_keys=lambda: worlds.stated_keys,
        requests=settings.access_log,
    )
    services = Services(
        factory, worlds, Routes(document, settings.base_path), RequestMetrics(), sharing
    )
    control = control_api.control(services, settings)
    apart = settings.admin_port is not None
    together = [control_api.stage(control)] if settings.admin and not apart else []
    stages = [*_outer(log, sharing), *together, *_stages(settings, outside, services, log)]
    handle = staged(Dispatcher(document, services.routes, TABLE), stages)
    listener = Listener(handle, outside.wall, log, deviations.stranger(worlds, services.routes))
    admin = None
    if settings.admin and apart:
        nothing = control_api.nothing_else
        admin_stages = [*_outer(log, sharing), control_api.stage(control)]
        admin = Listener(staged(nothing, admin_stages), outside.wall, log, None)
    return Mock(settings, document, factory, worlds, sharing, listener, admin, log, seen)


def _state(
    settings: Settings, document: Document, seed: Seed, outside: Outside, worlds: Worlds
) -> tuple[WorldFactory, Sharing]:
    """Return what makes the *worlds* of this server, and what shares them with others."""
    living = living_states(document)
    if settings.store == MEMORY:
        factory = _founder(
            settings,
            document,
            seed,
            outside,
            MemoryBacking(living, settings.journal, outside.monotonic),
        )
        return factory, Alone(factory, worlds)
    from mockserver.store.sql.opening import database_at

    # First, since it tells what is not installed.
    database = database_at(settings.store)
    from mockserver.replicas.persistence import DatabaseBacking
    from mockserver.replicas.time import SharedTime
    from mockserver.replicas.worlds import SharedWorlds

    time = SharedTime(outside.wall, outside.monotonic)
    backing = DatabaseBacking(database, time, living, settings.journal)
    factory = _founder(settings, document, seed, outside, backing)
    return factory, SharedWorlds(factory, worlds, backing, reseed=settings.reseed)


def _founder(
    settings: Settings, document: Document, seed: Seed, outside: Outside, backing: Backing
) -> WorldFactory:
    """Return what makes worlds."""
    return WorldFactory(
        document,
        seed,
        backing,
        now=settings.now,
        speed=settings.speed,
        wall=outside.wall,
        new_key=outside.new_key,
        faults=_faults(settings, document, seed),
        deviations=settings.deviations,
        lifecycle_of=Lifecycles(document.lifecycle).lifecycle_of,
    )


def _faults(settings: Settings, document: Document, seed: Seed) -> Sequence[FaultRule]:
    """Return the faults that the settings put into force, those of named scenarios included.

    Raises:
        InvalidSourceError: the fixtures have no such scenario, or a fault makes no sense.
    """
    known = {scenario.name: scenario.faults for scenario in seed.scenarios}
    rules = list(settings.faults)
    operation_ids = [operation.operation_id for operation in document.operations]
    projects = [project.project_key for o in seed.organizations for project in o.projects]
    for rule in rules:
        for member, message in inconsistencies(rule, operation_ids, projects):
            raise invalid(settings.seed, "fault", f"--fault: {member}: {message}")
    for name in settings.scenarios:
        if name not in known:
            message = f"no scenario is named {name!r}; there are {', '.join(known) or 'none'}"
            raise invalid(settings.seed, "scenario", message)
        rules += known[name]
    return rules


def _outer(log: AccessLog, sharing: Sharing) -> Iterator[Middleware]:
    """Yield what happens around everything that this server answers, the outermost first."""
    # Outermost, so that what it logs is what is sent, and how long all of it took.
    yield log.stage
    # Before the health check, so that whatever goes wrong below it is a 500 and not a hang-up.
    yield errors.stage(log.say)
    # Before the contract's operations, and not part of them.
    yield health.stage
    # Before anything that looks at a world.
    if not sharing.alone:
        yield replication.stage(sharing)


def _stages(
    settings: Settings, outside: Outside, services: Services, log: AccessLog
) -> Iterator[Middleware]:
    """Yield what happens around each call of the contract's operations, the outermost first."""
    # Outside the faults: a page in a browser can read a fault only if it is allowed to.
    if settings.cors:
        yield cors.stage
    # Before all that is kept by world.
    yield authentication.stage(services.worlds)
    # Outside the faults, so that a cut connection is recorded too.
    if settings.journal:
        yield journal.stage(outside.monotonic, services.metrics, services.factory.events)
    # Before the key is judged, so that even a 401 can be slow.
    yield faults.stage(services.routes, services.sharing)
    # Around the core, which knows none of them.
    yield deviations.stage(services.routes)
    # Innermost: it sees the answers of the contract's operations as they are.
    if settings.validate:
        # Slow to import, so imported only where it is asked for.
        from mockserver.middleware import validation
        from mockserver.validation.validator import Validator

        validator = Validator(services.factory.document, settings.base_path)
        complain = outside.complain
        yield validation.stage(validator, complain or (lambda c: log.say("complaint", str(c))))
