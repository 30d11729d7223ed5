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
from mockserver.deviations.variants import Variant, Variants
from mockserver.faults.rule import FaultRule, inconsistencies
from mockserver.http.log import AccessLog
from mockserver.http.messages import Response
from mockserver.http.metrics import RequestMetrics
from mockserver.middleware import deviations, faults, journal
from mockserver.operations.records.api import Api
from mockserver.operations.records.dispatch import Identifier, RecordDispatcher
from mockserver.parsing.sources import invalid
from mockserver.profiles.profile import Profile
from mockserver.records.credentials import Caller
from mockserver.records.fixture_reader import read_fixtures
from mockserver.records.fixtures import Fixtures, is_by_credential
from mockserver.records.generate import Generator
from mockserver.records.kind import Kind
from mockserver.records.links import Links
from mockserver.replicas.choice import choose_persistence
from mockserver.settings import Settings
from mockserver.worlds.events import Events
from mockserver.worlds.factory import EarlyError
from mockserver.worlds.persistence import RecordPersistence
from mockserver.worlds.record_context import RecordContext
from mockserver.worlds.record_factory import RecordWorldFactory
from mockserver.worlds.records import RecordWorlds
from mockserver.worlds.world import DEFAULT

Operate = Callable[[RecordContext], Awaitable[Response]]


class RecordsServer(Mock):
    """A server of the records of an API."""

    def __init__(
        self,
        settings: Settings,
        listeners: Listeners,
        records: RecordServices,
        persistence: RecordPersistence,
    ) -> None:
        super().__init__(settings, listeners)
        self.worlds = records.worlds
        self._records = records
        self._persistence = persistence
        #: Counted before a database takes the records over.
        self._counts = {name: len(of) for name, of in records.worlds.seed.records.items()}
        self._seen = self.fingerprint()

    def open(self) -> AbstractAsyncContextManager[None]:
        """Open the state for as long as the context is open.

        Raises:
            StoreRefusedError: the state cannot be used.
        """
        return self._persistence.open(self._records.factory.create_default)

    @property
    def summary(self) -> str:
        """Where the records are kept and what was found there."""
        return self._persistence.summary

    def describe(self, origin: str) -> Iterator[str]:
        """Yield what was understood, a line for each resource, and a call to copy."""
        contract, seed = self._records.api.contract, self.worlds.seed
        yield f"{contract.title}, below {origin}{self.base_path}"
        for resource in contract.resources:
            count = self._counts.get(resource.name, 0)
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
        async with self._persistence.change(DEFAULT):
            await self._records.factory.reload(seed)
        return f"{sum(map(len, seed.records.values())):,} records"


def build_records(settings: Settings, outside: Outside, profile: Profile) -> RecordsServer:
    """Return the server of records that *settings* ask for.

    Raises:
        InvalidSourceError: the description, an overlay or the fixtures cannot be used.
        UnservedError: an option has no meaning for such a contract.
    """
    _refuse_options(settings)
    events = Events()
    records, persistence = _records(settings, outside, events, profile)
    worlds, api = records.worlds, records.api
    services = Services(
        worlds=worlds,
        persistence=persistence,
        events=events,
        metrics=RequestMetrics(),
        operation_names=api.operation_names,
        records=records,
    )
    chances = _chances()
    dispatch: Operate = RecordDispatcher(api, profile, chances)

    def serve(variant: Variant) -> RecordDispatcher:
        other = api.replace(variant.contract, variant.kinds)
        return RecordDispatcher(other, profile, chances, variant.choose_records)

    log = open_log(settings, outside, lambda: (*worlds.stated_keys, *worlds.default.shown))
    if settings.validate:
        # Innermost: it sees the responses of the contract's operations as they are.
        dispatch = _validate(api, outside, log)(dispatch)
    # Around the dispatcher, which knows none of them.
    dispatch = deviations.deviate(records.variants, serve)(dispatch)
    # Before the credential is judged, so that even a 401 can be slow.
    operate = faults.inject_faults(persistence)(dispatch)
    if settings.journal:
        # Outside the faults, so that a connection that is cut is recorded too.
        record = journal.record_exchanges(outside.monotonic, services.metrics, events)
        operate = record(operate)
    identifier = Identifier(worlds, api, takes_first=profile.takes_first)
    handle = identifier.identify(operate)
    listeners = listen(
        settings,
        outside,
        services,
        log,
        identify=handle,
        on_unknown_method=deviations.respond_to_unknown_methods(
            records.variants, identifier.make_context
        ),
        keeps_bodies=profile.keeps_bodies,
    )
    return RecordsServer(settings, listeners, records, persistence)


def _validate(api: Api, outside: Outside, log: AccessLog) -> Callable[[Operate], Operate]:
    """Return what reports violations of the contract."""
    # Slow to import, so imported only where it is asked for.
    from mockserver.middleware.validation import validate
    from mockserver.validation.requests import RequestValidator
    from mockserver.validation.responses import AnswerValidator

    report = outside.report or (lambda violation: log.say("complaint", str(violation)))
    contract = api.contract
    return validate(
        RequestValidator(contract, api.paths), AnswerValidator(contract.file.name), report
    )


def _records(
    settings: Settings, outside: Outside, events: Events, profile: Profile
) -> tuple[RecordServices, RecordPersistence]:
    """Return the parts of the server that make worlds, and what keeps its state.

    Raises:
        InvalidSourceError: the description, an overlay or the fixtures cannot be used.
    """
    contract = load(settings.spec, (*profile.overlays, *settings.overlays))

    def make_kind(resource: Resource) -> Kind:
        has_one = profile.has_one_sequence
        return Kind(resource, contract.operations, has_one_sequence=has_one)

    kinds = {resource.name: make_kind(resource) for resource in contract.resources}
    now = settings.now if isinstance(settings.now, int) else int(outside.wall() * 1000)

    def read_fixture(file: Path) -> Fixtures:
        if profile.read_fixtures is not None:
            return profile.read_fixtures(file, contract)
        return read_fixtures([file], contract, list(kinds.values()), now)

    if profile.read_fixtures is not None:
        seed = profile.read_fixtures(settings.seed, contract)
    elif settings.seed is None:
        seed = _generate(contract, kinds, settings.records, now)
    else:
        seed = read_fixture(settings.seed)
    worlds, api = (
        RecordWorlds(contract, kinds, seed),
        Api(contract, kinds, settings.base_path, has_exact_paths=profile.has_exact_paths),
    )
    variants = Variants(contract, kinds, make_kind, profile.refuse, profile.deviations)
    _refuse_unknown(settings.deviations, variants)
    persistence = choose_persistence(
        settings,
        worlds,
        events,
        variants.lifecycles_of,
        wall=outside.wall,
        monotonic=outside.monotonic,
    )
    factory = RecordWorldFactory(
        worlds,
        persistence,
        variants.lifecycles_of,
        now=settings.now,
        speed=settings.speed,
        wall=outside.wall,
        new_key=outside.new_key,
        faults=_faults(settings, api),
        deviations=settings.deviations,
    )
    try:
        factory.start_of(seed)
    except EarlyError as error:
        raise invalid(settings.seed or settings.spec, "now", str(error)) from None
    return RecordServices(api, worlds, factory, read_fixture, variants, profile), persistence


def _refuse_unknown(names: Sequence[str], variants: Variants) -> None:
    """Refuse *names* that are not those of deviations.

    Raises:
        UnservedError: one is not.
    """
    for name in names:
        try:
            variants.catalogue.find(name)
        except LookupError as error:
            hint = "mockserver deviations lists them"
            raise UnservedError(f"--deviation: {error.args[0]}; {hint}") from None


def _refuse_options(settings: Settings) -> None:
    """Refuse what only the jobs API has so far.

    Raises:
        UnservedError: an option asks for it.
    """
    told = {
        "--scenario": settings.scenarios and "scenarios are those of the jobs API",
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
