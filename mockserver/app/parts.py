"""The parts of a server: its contract, what it begins with, and what makes and keeps its worlds."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from mockserver.app.mock import Outside, UnservedError
from mockserver.contract.contract import Contract, Resource
from mockserver.contract.reader import load
from mockserver.control.services import Services
from mockserver.deviations.variants import Variants
from mockserver.faults.rule import FaultRule, inconsistencies, spell_out
from mockserver.http.credentials import Caller
from mockserver.http.metrics import RequestMetrics
from mockserver.operations.api import Api
from mockserver.parsing.positions import locate
from mockserver.parsing.sources import Diagnostic, InvalidSourceError, invalid
from mockserver.profiles.profile import Profile
from mockserver.records.fixtures.fixtures import Fixtures, is_by_credential
from mockserver.records.fixtures.path_words import list_places
from mockserver.records.fixtures.reader import Basis, read_fixtures
from mockserver.records.kind import Kind
from mockserver.replicas.choice import choose_persistence
from mockserver.settings import Settings
from mockserver.worlds.events import Events
from mockserver.worlds.factory import EarlyError, WorldFactory
from mockserver.worlds.registry import Worlds


def make_services(settings: Settings, outside: Outside, profile: Profile) -> tuple[Services, Basis]:
    """Return the parts of a server, and what its fixtures are read for.

    Raises:
        InvalidSourceError: the description, an overlay or the fixtures cannot be used.
    """
    events = Events()
    contract = load_contract(profile, settings.spec, settings.overlays)
    kinds = make_kinds(contract, profile)
    now = settings.now if isinstance(settings.now, int) else int(outside.wall() * 1000)
    basis = Basis(contract, tuple(kinds.values()), now, words=profile.words)
    seed = _begin(settings, profile, basis)
    worlds = Worlds(contract, kinds, seed)
    api = Api(contract, kinds, settings.base_path, has_exact_paths=profile.has_exact_paths)
    make_kind = partial(_make_kind, contract, profile)
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
    factory = WorldFactory(
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
        raise invalid(
            settings.seed or profile.fixtures or settings.spec, "now", str(error)
        ) from None
    metrics = RequestMetrics(outside.open_rows())
    made = Services(api, profile, variants, worlds, factory, persistence, events, metrics)
    return made, basis


def load_contract(profile: Profile, spec: Path, overlays: Sequence[Path]) -> Contract:
    """Return the contract of an API: what *spec* says, its *profile*, and then *overlays*.

    Raises:
        InvalidSourceError: they cannot be used, or *spec* lacks what the profile is about. Then it
            is told of *spec*, since nobody can change the profile.
    """
    try:
        return load(spec, (*profile.overlays, *overlays))
    except InvalidSourceError as error:
        own = [told for told in error.diagnostics if told.file in profile.overlays]
        if not own:
            raise
        record = next((r.record for r in load(spec, overlays).resources), None)
        if record is None:
            raise
        file, text, pointer = record.source()
        line, column = locate(text, pointer)
        hint = f"{profile.noun} have it, and this API is taken for theirs; write it there"
        raise InvalidSourceError(
            [
                Diagnostic(file, line, column, pointer, d.rule, d.value, _shorten(d.message, hint))
                for d in own
            ]
        ) from None


def _shorten(message: str, hint: str) -> str:
    """Return *message* with another *hint*."""
    return f"{message.partition('; ')[0]}; {hint}"


def make_kinds(contract: Contract, profile: Profile) -> dict[str, Kind]:
    """Return the kinds of records that an API has, by the names of its resources."""
    return {r.name: _make_kind(contract, profile, r) for r in contract.resources}


def _make_kind(contract: Contract, profile: Profile, resource: Resource) -> Kind:
    return Kind(
        resource,
        contract.operations,
        has_one_sequence=profile.has_one_sequence,
        is_punctual=profile.is_punctual,
    )


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


def _begin(settings: Settings, profile: Profile, basis: Basis) -> Fixtures:
    """Return what worlds begin with: what the fixtures state, or what is generated."""
    source = settings.seed or profile.fixtures
    if source is not None:
        return read_fixtures([source], basis)
    kinds = {kind.name: kind for kind in basis.kinds}
    return _generate(basis.contract, kinds, settings.records, basis.now)


def _generate(contract: Contract, kinds: Mapping[str, Kind], count: int, now: int) -> Fixtures:
    """Return *count* records of each of *kinds*, which any credential opens."""
    # Not needed where there are fixtures.
    from mockserver.records.bodies.links import Links
    from mockserver.records.fixtures.generate import Generator

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
    source = settings.seed or profile.fixtures or settings.spec
    known = {scenario.name: scenario.faults for scenario in seed.scenarios}
    places = list_places(api.contract, profile.words.path_words, seed.scopes)
    rules = list(settings.faults)
    for rule in rules:
        for member, message in inconsistencies(rule, api.operation_names, places):
            raise invalid(source, "fault", f"--fault: {member}: {message}")
    for name in settings.scenarios:
        if name not in known:
            message = f"no scenario is named {name!r}; there are {', '.join(known) or 'none'}"
            raise invalid(source, "scenario", message)
        rules += known[name]
    return [spell_out(rule, profile.words.path_words) for rule in rules]
