"""The server of any API but the jobs API: records of what its description declares."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from random import Random

from mockserver.app.around import listen, open_log
from mockserver.app.mock import Listeners, Mock, Outside, UnservedError
from mockserver.contract.description.contract import Contract, Resource
from mockserver.contract.description.reader import load
from mockserver.control.services import Services
from mockserver.deviations.variants import Variant, Variants
from mockserver.faults.rule import FaultRule, inconsistencies, spell_out
from mockserver.http.messages import Response
from mockserver.http.metrics import RequestMetrics
from mockserver.middleware import deviations, faults, journal
from mockserver.operations.records.api import Api
from mockserver.operations.records.dispatch import Identifier, RecordDispatcher
from mockserver.parsing.fingerprint import fingerprint
from mockserver.parsing.sources import invalid
from mockserver.profiles.profile import Profile
from mockserver.records.credentials import Caller
from mockserver.records.fault_places import list_places
from mockserver.records.fixture_reader import Basis, read_fixtures
from mockserver.records.fixtures import Fixtures, is_by_credential
from mockserver.records.generate import Generator
from mockserver.records.kind import Kind
from mockserver.records.links import Links
from mockserver.replicas.choice import choose_persistence
from mockserver.settings import Settings
from mockserver.worlds.events import Events
from mockserver.worlds.factory import EarlyError
from mockserver.worlds.record_context import RecordContext
from mockserver.worlds.record_factory import RecordWorldFactory
from mockserver.worlds.records import RecordWorlds
from mockserver.worlds.world import DEFAULT


class RecordsServer(Mock):
    """A server of the records of an API."""

    def __init__(
        self,
        settings: Settings,
        listeners: Listeners,
        services: Services,
        basis: Basis,
        seen: object,
    ) -> None:
        super().__init__(settings, listeners)
        self.worlds = services.worlds
        self._services = services
        self._basis = basis
        self._folder = settings.seed or services.profile.fixtures
        #: Counted before a database takes the records over.
        self._counts = {name: len(of) for name, of in services.worlds.seed.records.items()}
        self._seen = seen

    def open(self) -> AbstractAsyncContextManager[None]:
        """Open the state for as long as the context is open.

        Raises:
            StoreRefusedError: the state cannot be used.
        """
        return self._services.persistence.open(self._services.factory.create_default)

    @property
    def summary(self) -> str:
        """Where the records are kept and what was found there."""
        return self._services.persistence.summary

    def describe(self, origin: str) -> Iterator[str]:
        """Yield what was understood, a line for each resource, and a call to copy."""
        contract, seed = self._services.api.contract, self.worlds.seed
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
        return self.settings.base_path or self._services.api.contract.base_path

    def fingerprint(self) -> object:
        """Return what tells the fixtures, as they are now, from others."""
        return None if self._folder is None else fingerprint(self._folder)

    @property
    def seen(self) -> object:
        """The fingerprint of the fixtures that were read."""
        return self._seen

    async def reload(self) -> str:
        """Let the default world begin from the fixtures as they are now."""
        from mockserver.records.fixture_background import load_fixtures

        if self._folder is None:
            return "nothing: the records are generated"
        seed = await load_fixtures([self._folder], self._basis)
        told = ", ".join(f"{len(made):,} {name}" for name, made in seed.records.items())
        async with self._services.persistence.change(DEFAULT):
            await self._services.factory.reload(seed)
        return told or "no records"


def build_records(settings: Settings, outside: Outside, profile: Profile) -> RecordsServer:
    """Return the server of records that *settings* ask for.

    Raises:
        InvalidSourceError: the description, an overlay or the fixtures cannot be used.
        UnservedError: an option has no meaning for such a contract.
    """
    folder = settings.seed or profile.fixtures
    # Taken before reading, so that no later change is missed.
    seen = None if folder is None else fingerprint(folder)
    services, basis = _services(settings, outside, profile)
    worlds, api, events = services.worlds, services.api, services.events
    log = open_log(settings, outside, lambda: (*worlds.stated_keys, *worlds.default.shown))
    chances = _chances()
    dispatch: Callable[[RecordContext], Awaitable[Response]] = RecordDispatcher(
        api, profile, chances
    )

    def serve(variant: Variant) -> RecordDispatcher:
        other = api.replace(variant.contract, variant.kinds)
        return RecordDispatcher(other, profile, chances, variant.choose_records)

    if settings.validate:
        # Slow to import, so imported only where it is asked for. Innermost: it sees the responses
        # of the contract's operations as they are.
        from mockserver.middleware.validation import validate

        report = outside.report or (lambda violation: log.say("complaint", str(violation)))
        dispatch = validate(api.contract, api.paths, report)(dispatch)
    # Around the dispatcher, which knows none of them.
    dispatch = deviations.deviate(services.variants, serve)(dispatch)
    # Before the credential is judged, so that even a 401 can be slow.
    operate = faults.inject_faults(services.persistence)(dispatch)
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
            services.variants, identifier.make_context
        ),
        keeps_bodies=profile.keeps_bodies,
    )
    return RecordsServer(settings, listeners, services, basis, seen)


def _services(settings: Settings, outside: Outside, profile: Profile) -> tuple[Services, Basis]:
    """Return the parts of the server, and what its fixtures are read for.

    Raises:
        InvalidSourceError: the description, an overlay or the fixtures cannot be used.
    """
    events = Events()
    contract = load(settings.spec, (*profile.overlays, *settings.overlays))

    def make_kind(resource: Resource) -> Kind:
        has_one = profile.has_one_sequence
        return Kind(resource, contract.operations, has_one_sequence=has_one)

    kinds = {resource.name: make_kind(resource) for resource in contract.resources}
    now = settings.now if isinstance(settings.now, int) else int(outside.wall() * 1000)

    basis = Basis(contract, tuple(kinds.values()), now, words=profile.fixture_words)
    folder = settings.seed or profile.fixtures
    if folder is None:
        seed = _generate(contract, kinds, settings.records, now)
    else:
        seed = read_fixtures([folder], basis)
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
        faults=_faults(settings, profile, api, seed),
        deviations=settings.deviations,
    )
    try:
        factory.start_of(seed)
    except EarlyError as error:
        raise invalid(settings.seed or settings.spec, "now", str(error)) from None
    services = Services(
        api=api,
        profile=profile,
        variants=variants,
        worlds=worlds,
        factory=factory,
        persistence=persistence,
        events=events,
        metrics=RequestMetrics(),
    )
    return services, basis


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


def _faults(settings: Settings, profile: Profile, api: Api, seed: Fixtures) -> Sequence[FaultRule]:
    """Return the faults that the settings put into force, those of named scenarios included.

    Raises:
        InvalidSourceError: the fixtures have no scenario of that name, or a fault is inconsistent.
    """
    source = settings.seed or settings.spec
    known = {scenario.name: scenario.faults for scenario in seed.scenarios}
    places = list_places(api.contract, profile.words, seed)
    rules = list(settings.faults)
    for rule in rules:
        for member, message in inconsistencies(rule, api.operation_names, places):
            raise invalid(source, "fault", f"--fault: {member}: {message}")
    for name in settings.scenarios:
        if name not in known:
            message = f"no scenario is named {name!r}; there are {', '.join(known) or 'none'}"
            raise invalid(source, "scenario", message)
        rules += known[name]
    return [spell_out(rule, profile.words) for rule in rules]


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
