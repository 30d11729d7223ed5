"""The server of any API but the jobs API: records of what its description declares."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from random import Random

from mockserver.app.around import listen, open_log
from mockserver.app.mock import Listeners, Mock, Outside, UnservedError
from mockserver.contract.description.contract import Contract, Resource
from mockserver.contract.description.reader import load
from mockserver.control.record_services import RecordServices
from mockserver.control.services import Services
from mockserver.faults.rule import FaultRule, inconsistencies
from mockserver.http.messages import Response
from mockserver.http.metrics import RequestMetrics
from mockserver.middleware import faults, journal
from mockserver.operations.records.api import Api
from mockserver.operations.records.context import RecordContext
from mockserver.operations.records.dispatch import RecordDispatcher, identify
from mockserver.parsing.sources import invalid
from mockserver.profiles.profile import Profile
from mockserver.records.credentials import Caller
from mockserver.records.fixture_reader import Basis, read_fixtures
from mockserver.records.fixtures import Fixtures, is_by_credential
from mockserver.records.generate import Generator
from mockserver.records.kind import Kind
from mockserver.records.links import Links
from mockserver.settings import Settings
from mockserver.store.interface import MEMORY
from mockserver.worlds.events import Events
from mockserver.worlds.persistence import MemoryState
from mockserver.worlds.record_factory import RecordWorldFactory
from mockserver.worlds.records import RecordWorld, RecordWorlds
from mockserver.worlds.world import DEFAULT


class RecordsServer(Mock):
    """A server of the records of an API."""

    def __init__(
        self,
        settings: Settings,
        listeners: Listeners,
        records: RecordServices,
        state: MemoryState[RecordWorld],
    ) -> None:
        super().__init__(settings, listeners)
        self.worlds = records.worlds
        self._records = records
        self._state = state
        self._seen = self.fingerprint()

    def open(self) -> AbstractAsyncContextManager[None]:
        """Open the state for as long as the context is open."""
        return self._state.open(self._records.factory.create_default)

    def describe(self, origin: str) -> Iterator[str]:
        """Yield what was understood, a line for each resource, and a call to copy."""
        contract, seed = self._records.api.contract, self.worlds.seed
        yield f"{contract.title}, below {origin}{self.base_path}"
        for resource in contract.resources:
            count = len(seed.records.get(resource.name, ()))
            yield f"{resource.name}: {count} records, {_describe_resource(resource)}"
        if not contract.resources:
            yield "no records were found: every operation answers by its example"
        if contract.others:
            yield f"{len(contract.others)} operations on no record answer by their examples"
        yield from _describe_credentials(contract, seed)
        said = [str(self.settings.spec), *(f"--overlay {f}" for f in self.settings.overlays)]
        yield f"mockserver explain {' '.join(said)} tells each fact and its reason"

    @property
    def base_path(self) -> str:
        """The path below which a client finds the API, as the description has it."""
        return self.settings.base_path or self._records.api.contract.base_path

    def fingerprint(self) -> object:
        """Return what tells the fixtures, as they are now, from others."""
        seed = self.settings.seed
        if seed is None:
            return None
        status = seed.stat()
        return status.st_mtime_ns, status.st_size

    @property
    def seen(self) -> object:
        """The fingerprint of the fixtures that were read."""
        return self._seen

    async def reload(self) -> str:
        """Let the default world begin from the fixtures as they are now."""
        if self.settings.seed is None:
            return "nothing: the records are generated"
        seed = self._records.read_fixture(self.settings.seed)
        async with self._state.change(DEFAULT):
            self.worlds.remove(self.worlds.default)
            self.worlds.seed = seed
            self.worlds.add(await self._records.factory.create_default())
        return f"{sum(map(len, seed.records.values())):,} records"


def build_records(settings: Settings, outside: Outside, profile: Profile) -> RecordsServer:
    """Return the server of records that *settings* ask for.

    Raises:
        InvalidSourceError: the description, an overlay or the fixtures cannot be used.
        UnservedError: an option has no meaning for such a contract.
    """
    _refuse_options(settings)
    events = Events()
    records = _records(settings, outside, events, profile)
    worlds, api = records.worlds, records.api
    state = MemoryState(worlds, outside.monotonic)
    services = Services(
        worlds=worlds,
        persistence=state,
        events=events,
        metrics=RequestMetrics(),
        operation_names=api.operation_names,
        records=records,
    )
    dispatch: Callable[[RecordContext], Awaitable[Response]] = RecordDispatcher(
        api, profile, _chances()
    )
    # Before the credential is judged, so that even a 401 can be slow.
    operate = faults.inject_faults(state)(dispatch)
    if settings.journal:
        # Outside the faults, so that a connection that is cut is recorded too.
        record = journal.record_exchanges(outside.monotonic, services.metrics, events)
        operate = record(operate)
    handle = identify(operate, worlds, api, takes_first=profile.takes_first)
    log = open_log(settings, outside, lambda: worlds.default.api_keys)
    listeners = listen(
        settings, outside, services, log, identify=handle, keeps_bodies=profile.keeps_bodies
    )
    return RecordsServer(settings, listeners, records, state)


def _records(
    settings: Settings, outside: Outside, events: Events, profile: Profile
) -> RecordServices:
    """Return the parts of the server that make worlds.

    Raises:
        InvalidSourceError: the description, an overlay or the fixtures cannot be used.
    """
    contract = load(settings.spec, (*profile.overlays, *settings.overlays))
    kinds = {
        r.name: Kind(r, contract.operations, has_one_sequence=profile.has_one_sequence)
        for r in contract.resources
    }
    now = settings.now if isinstance(settings.now, int) else int(outside.wall() * 1000)

    basis = Basis(contract, tuple(kinds.values()), now, words=profile.words)

    def read_fixture(file: Path) -> Fixtures:
        return read_fixtures([file], basis)

    folder = settings.seed or profile.fixtures
    if folder is None:
        seed = _generate(contract, kinds, settings.records, now)
    else:
        seed = read_fixture(folder)
    worlds, api = (
        RecordWorlds(contract, kinds, seed),
        Api(contract, kinds, settings.base_path, has_exact_paths=profile.has_exact_paths),
    )
    factory = RecordWorldFactory(
        worlds,
        events,
        now=settings.now,
        speed=settings.speed,
        wall=outside.wall,
        monotonic=outside.monotonic,
        capacity=settings.journal,
        new_key=outside.new_key,
        faults=_faults(settings, api),
    )
    return RecordServices(api, worlds, factory, read_fixture, profile)


def _refuse_options(settings: Settings) -> None:
    """Refuse what only the jobs API has so far.

    Raises:
        UnservedError: an option asks for it.
    """
    told = {
        "--store": settings.store != MEMORY and "records of this API are kept in memory only",
        "--deviation": settings.deviations and "deviations are those of the jobs API",
        "--scenario": settings.scenarios and "scenarios are those of the jobs API",
        "--validate": settings.validate and "exchanges are validated for the jobs API only",
    }
    for option, reason in told.items():
        if reason:
            raise UnservedError(f"{option}: {reason}; leave it out")


def _generate(contract: Contract, kinds: Mapping[str, Kind], count: int, now: int) -> Fixtures:
    """Return *count* records of each of *kinds*, which any credential opens."""
    tenancy = None if contract.tenancy is None else contract.tenancy.value
    tenant = (Caller().tenant,) if is_by_credential(tenancy) else ()
    return Fixtures(
        records={
            name: tuple(
                Generator(kind, now, tenant=tenant).records(count, Links(kind, contract.operations))
            )
            for name, kind in kinds.items()
        }
    )


def _faults(settings: Settings, api: Api) -> Sequence[FaultRule]:
    """Return the faults that the settings put into force, those of named scenarios included.

    Raises:
        InvalidSourceError: a fault is inconsistent.
    """
    rules = list(settings.faults)
    for rule in rules:
        for member, message in inconsistencies(rule, api.operation_names, ()):
            raise invalid(settings.spec, "fault", f"--fault: {member}: {message}")
    return rules


def _chances() -> Callable[[], Random]:
    """Return what draws: the same in each run, another for each call."""
    source = Random("calls")
    return lambda: Random(source.getrandbits(64))


def _describe_resource(resource: Resource) -> str:
    """Return what is known of a resource, each fact with how surely."""
    known = []
    if resource.lifecycle is not None:
        states = resource.lifecycle.states
        known.append(f"{len(states.value)} states ({states.grade})")
    if resource.pages is not None:
        known.append(f"pages by {resource.pages.value.style} ({resource.pages.grade})")
    if resource.lifecycle is not None:
        moves = [move.grade for move in resource.lifecycle.moves]
        counts = [f"{moves.count(grade)} {grade}" for grade in dict.fromkeys(moves)]
        known.append(f"moves: {', '.join(counts) or 'none'}")
    return ", ".join(known) or "no lifecycle"


def _describe_credentials(contract: Contract, seed: Fixtures) -> Iterator[str]:
    declared = contract.credentials.value
    if not declared:
        yield "no credential is needed"
    elif seed.secrets is None:
        schemes = ", ".join(dict.fromkeys(f"{c.kind} in {c.where}" for c in declared))
        yield f"any credential is taken ({schemes})"
    for secret, scopes in (seed.secrets or {}).items():
        yield f"credential {secret} sees {', '.join(scopes)}"
