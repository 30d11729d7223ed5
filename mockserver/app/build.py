"""A server is put together here: its parts, and what is around each call, in which order."""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from mockserver.app.around import listen, open_log
from mockserver.app.mock import Mock, Outside
from mockserver.app.parts import load_contract, make_kinds, make_services
from mockserver.control.services import Services
from mockserver.deviations.catalogue import Catalogue
from mockserver.deviations.variants import Variant
from mockserver.http.log import AccessLog
from mockserver.middleware import deviations, faults, journal
from mockserver.operations.dispatch import Dispatcher, Identifier
from mockserver.profiles.choice import choose_profile
from mockserver.settings import Settings
from mockserver.worlds.context import ContextHandler


def build(settings: Settings, outside: Outside) -> Mock:
    """Return the mock that *settings* ask for.

    Raises:
        InvalidSourceError: the contract, an overlay or the fixtures cannot be used.
        UnservedError: this mock cannot do with the contract what the settings ask for.
    """
    profile = choose_profile(settings.spec, settings.overlays)
    services, basis = make_services(settings, outside, profile)
    worlds = services.worlds
    log = open_log(settings, outside, lambda: (*worlds.stated_keys, *worlds.default.shown))
    operate = _operate(settings, outside, services, log)
    identifier = Identifier(worlds, services.api, takes_first=profile.takes_first)
    listeners = listen(
        settings,
        outside,
        services,
        log,
        identify=identifier.identify(operate),
        on_unknown_method=deviations.respond_to_unknown_methods(
            services.variants, identifier.make_context
        ),
        keeps_bodies=profile.keeps_bodies,
    )
    return Mock(settings, listeners, services, basis)


def _operate(
    settings: Settings, outside: Outside, services: Services, log: AccessLog
) -> ContextHandler:
    """Return what responds to a call once it is known whose it is, the innermost first."""
    api, profile, chances = services.api, services.profile, _chances()
    operate: ContextHandler = Dispatcher(api, profile, chances)

    def serve(variant: Variant) -> Dispatcher:
        other = api.replace(variant.contract, variant.kinds)
        return Dispatcher(other, profile, chances, variant.choose_records)

    if settings.validate:
        # Slow to import, so imported only where it is asked for. Innermost: it sees the responses
        # of the contract's operations as they are.
        from mockserver.middleware.validation import validate

        report = outside.report or (lambda violation: log.say("complaint", str(violation)))
        operate = validate(api.contract, api.paths, report)(operate)
    # Around the dispatcher, which knows none of them.
    operate = deviations.deviate(services.variants, serve)(operate)
    # Before the credential is judged, so that even a 401 can be slow.
    operate = faults.inject_faults(services.persistence)(operate)
    if settings.journal:
        # Outside the faults, so that a connection that is cut is recorded too.
        record = journal.record_exchanges(outside.monotonic, services.metrics, services.events)
        operate = record(operate)
    return operate


def load_catalogue(spec: Path, overlays: Sequence[Path]) -> Catalogue:
    """Return the deviations of the API that *spec* describes, with *overlays* put on it.

    Raises:
        InvalidSourceError: the contract or an overlay cannot be used.
    """
    from mockserver.deviations.deriving import derive

    profile = choose_profile(spec, overlays)
    contract = load_contract(profile, spec, overlays)
    kinds = make_kinds(contract, profile)
    return Catalogue(derive(contract, kinds), profile.deviations())


def _chances() -> Callable[[], Random]:
    """Return what draws: the same in each run, another for each call."""
    source = Random("calls")
    return lambda: Random(source.getrandbits(64))
