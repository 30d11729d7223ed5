"""What is around the operations of every server, whatever it serves, and in which order."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from mockserver.app.mock import Listeners, Outside
from mockserver.control.services import Services
from mockserver.http.listener import Listener
from mockserver.http.log import AccessLog
from mockserver.http.messages import Handler, Middleware
from mockserver.http.unknown_methods import UnknownMethodHandler
from mockserver.middleware import control_api, cors, errors, health, replication
from mockserver.settings import Settings

H = TypeVar("H")


def open_log(
    settings: Settings, outside: Outside, api_keys: Callable[[], Iterable[str]]
) -> AccessLog:
    """Return the log of a server; *api_keys* returns what it redacts."""
    return AccessLog(
        write=outside.write,
        style=settings.log_format,
        wall=outside.wall,
        monotonic=outside.monotonic,
        api_keys=api_keys,
        requests=settings.access_log,
    )


def listen(  # noqa: PLR0913 -- called once for each kind of server
    settings: Settings,
    outside: Outside,
    services: Services,
    log: AccessLog,
    *,
    identify: Handler,
    on_unknown_method: UnknownMethodHandler | None = None,
    keeps_bodies: bool = False,
) -> Listeners:
    """Return what listens: *identify*, which finds out whose a request is, within all the rest.

    *on_unknown_method* may respond to a request whose method aiohttp does not know;
    *keeps_bodies* is whether operations read the content of requests.
    """
    around = tuple(_around_everything(log, services))
    handle = compose(identify, _before_operations(settings, services))
    listener = Listener(
        compose(handle, around),
        outside.wall,
        log,
        on_unknown_method,
        keeps_bodies=keeps_bodies,
    )
    admin = None
    if settings.admin and settings.admin_port is not None:
        control = control_api.route_control_api(services, settings)
        handle = compose(control(control_api.refuse_other_paths), around)
        admin = Listener(handle, outside.wall, log, None)
    return Listeners(listener, admin, log)


def _around_everything(log: AccessLog, services: Services) -> Iterator[Middleware]:
    """Yield what is around everything that this server responds to, the outermost first."""
    # Outermost, so that what it logs is what is sent, and how long all of it took.
    yield log.log_requests
    # Before the health check, so that whatever fails below it is a 500 and not a hang-up.
    yield errors.catch_errors(log.say)
    # Before the contract's operations, and not part of them.
    yield health.check_health
    # Before anything that looks at a world.
    if services.persistence.watch is not None:
        yield replication.refresh_state(services.persistence)


def _before_operations(settings: Settings, services: Services) -> Iterator[Middleware]:
    """Yield what is before authentication, the outermost first."""
    if settings.admin and settings.admin_port is None:
        yield control_api.route_control_api(services, settings)
    # Outside the faults: a page in a browser can read a fault only if it is allowed to.
    if settings.cors:
        yield cors.allow_origins
    elif settings.admin and settings.admin_port is not None:
        yield cors.allow_dashboard(services.ports)


def compose(handle: H, middleware: Iterable[Callable[[H], H]]) -> H:
    """Return *handle* within *middleware*; the first is the outermost."""
    for wrap in reversed(tuple(middleware)):
        handle = wrap(handle)
    return handle
