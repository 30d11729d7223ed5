"""The server of the jobs API."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

from mockserver.app.around import compose, listen, open_log
from mockserver.app.mock import Listeners, Mock, Outside
from mockserver.contract.document import Document
from mockserver.contract.reader import load
from mockserver.control.services import JobsServices, Services
from mockserver.faults.rule import FaultRule, inconsistencies
from mockserver.http.log import AccessLog
from mockserver.http.metrics import RequestMetrics
from mockserver.http.routing import Routes
from mockserver.middleware import deviations, faults, journal
from mockserver.middleware.authentication import authenticate
from mockserver.operations.dispatch import Dispatcher
from mockserver.operations.table import TABLE
from mockserver.parsing.sources import invalid
from mockserver.profiles.jobs.deviations.lifecycles import Lifecycles
from mockserver.replicas.choice import choose_persistence
from mockserver.resources import files
from mockserver.seeding.fingerprint import fingerprint
from mockserver.seeding.reader import read
from mockserver.settings import Settings
from mockserver.store.seed import Seed
from mockserver.worlds.context import ContextHandler, ContextMiddleware
from mockserver.worlds.events import Events
from mockserver.worlds.factory import EarlyError, WorldFactory
from mockserver.worlds.world import DEFAULT, Worlds

#: Large fixtures that are read at once; each may take gigabytes of memory.
_MOST_LOADS = 2


class JobsServer(Mock):
    """A server of the jobs API.

    *seen* is the fingerprint of the fixtures in *seed* that were read.
    """

    def __init__(
        self, settings: Settings, listeners: Listeners, jobs: JobsServices, seed: Path, seen: object
    ) -> None:
        super().__init__(settings, listeners)
        self.document = jobs.document
        self.worlds = jobs.worlds
        self._jobs = jobs
        self._seed = seed
        self._seen = seen

    def open(self) -> AbstractAsyncContextManager[None]:
        """Open the state for as long as the context is open.

        Raises:
            StoreRefusedError: the state cannot be used.
        """
        return self._jobs.persistence.open(self._jobs.factory.create_default)

    def describe(self, origin: str) -> Iterator[str]:
        """Yield the API keys, and a call to copy."""
        organizations = self.worlds.default.organizations
        for organization in organizations:
            projects = ", ".join(project.project_key for project in organization.projects)
            yield f"API key {organization.api_key} sees {projects}"
        with suppress(StopIteration):
            organization = next(o for o in organizations if o.projects)
            key = organization.projects[0].project_key
            path = f"{self.settings.base_path}/public/{key}/jobs?limit=2"
            yield f"curl -H 'Authorization: Bearer {organization.api_key}' '{origin}{path}'"

    @property
    def summary(self) -> str:
        """Where the jobs are kept and what was found there."""
        return self._jobs.persistence.summary

    def fingerprint(self) -> object:
        """Return what tells the fixtures, as they are now, from others."""
        return fingerprint(self._seed)

    @property
    def seen(self) -> object:
        """The fingerprint of the fixtures that were read."""
        return self._seen

    async def reload(self) -> str:
        """Let the default world begin from the fixtures as they are now."""
        from mockserver.seeding.background_reader import load as load_fixtures

        seed = await load_fixtures(self._seed, self.document)
        async with self._jobs.persistence.change(DEFAULT):
            await self._jobs.factory.reload(seed)
        return f"{len(seed.jobs):,} jobs"


def build_jobs(settings: Settings, outside: Outside) -> JobsServer:
    """Return the server of the jobs API that *settings* ask for.

    Raises:
        InvalidSourceError: the contract or the fixtures cannot be used.
    """
    document = load(settings.spec)
    if set(document.operation_ids) != set(TABLE):
        known = ", ".join(TABLE)
        message = f"this mock has the operations {known}; the contract others"
        raise invalid(settings.spec, "operations", message)
    folder = settings.seed or files.fixtures()
    # Taken before reading, so that no later change is missed.
    seen = fingerprint(folder)
    services, jobs = _services(settings, outside, document, folder)
    worlds, routes = jobs.worlds, jobs.routes
    log = open_log(settings, outside, lambda: worlds.stated_keys)
    dispatch: ContextHandler = Dispatcher(document, routes, TABLE)
    operate = compose(dispatch, _around_operations(settings, outside, services, jobs, log))
    listeners = listen(
        settings,
        outside,
        services,
        log,
        identify=authenticate(operate, worlds, routes),
        on_unknown_method=deviations.respond_to_unknown_methods(worlds, routes),
    )
    return JobsServer(settings, listeners, jobs, folder, seen)


def _services(
    settings: Settings, outside: Outside, document: Document, folder: Path
) -> tuple[Services, JobsServices]:
    """Return the parts of the server that keep its state, and those that its halves share.

    Raises:
        InvalidSourceError: the fixtures cannot be used.
    """
    worlds = Worlds(read(folder, document))
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
        faults=_faults(settings, document, worlds.seed, folder),
        deviations=settings.deviations,
    )
    try:
        factory.start_of(worlds.seed)
    except EarlyError as error:
        raise invalid(folder, "now", str(error)) from None
    routes = Routes(document, settings.base_path)
    jobs = JobsServices(
        document, worlds, factory, persistence, routes, loads=asyncio.Semaphore(_MOST_LOADS)
    )
    services = Services(
        worlds=worlds,
        persistence=persistence,
        events=events,
        metrics=RequestMetrics(),
        operation_names=document.operation_ids,
        jobs=jobs,
    )
    return services, jobs


def _faults(
    settings: Settings, document: Document, seed: Seed, folder: Path
) -> Sequence[FaultRule]:
    """Return the faults that the settings put into force, those of named scenarios included.

    Raises:
        InvalidSourceError: the fixtures have no scenario of that name, or a fault is inconsistent.
    """
    known = {scenario.name: scenario.faults for scenario in seed.scenarios}
    rules = list(settings.faults)
    projects = [project.project_key for o in seed.organizations for project in o.projects]
    for rule in rules:
        for member, message in inconsistencies(rule, document.operation_ids, projects):
            raise invalid(folder, "fault", f"--fault: {member}: {message}")
    for name in settings.scenarios:
        if name not in known:
            message = f"no scenario is named {name!r}; there are {', '.join(known) or 'none'}"
            raise invalid(folder, "scenario", message)
        rules += known[name]
    return rules


def _around_operations(
    settings: Settings, outside: Outside, services: Services, jobs: JobsServices, log: AccessLog
) -> Iterator[ContextMiddleware]:
    """Yield what is around each call of the contract's operations, the outermost first."""
    # Outside the faults, so that a connection that is cut is recorded too.
    if settings.journal:
        yield journal.record_exchanges(outside.monotonic, services.metrics, services.events)
    # Before the key is checked, so that even a 401 can be slow.
    yield faults.inject_faults(services.persistence)
    # Around the dispatcher, which knows none of them.
    yield deviations.deviate(jobs.routes)
    # Innermost: it sees the responses of the contract's operations as they are.
    if settings.validate:
        # Slow to import, so imported only where it is asked for.
        from mockserver.middleware.validation import validate
        from mockserver.validation.responses import ResponseValidator

        report = outside.report or (lambda violation: log.say("complaint", str(violation)))
        yield validate(ResponseValidator(jobs.document), report)
