"""``mockserver proxy``: what it is asked for, and what it says; imported once it is asked for."""

import asyncio
import errno
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mockserver.cli import values
from mockserver.cli.commands import Api, build_api_parser, read_api, read_value
from mockserver.cli.options import Parser, UsageError
from mockserver.process import realtime
from mockserver.proxy.forwarder import Times
from mockserver.proxy.serving import Proxy, ProxySettings, load_api
from mockserver.proxy.upstream import read_upstream

#: Something could not be recorded.
INCOMPLETE = 1
_MOST_MIB = 64
_MIB = 1024 * 1024


class Errand(NamedTuple):
    """A request to forward as *settings* say, to a deployment of *api*."""

    api: Api
    settings: ProxySettings


def run_proxy(arguments: Sequence[str]) -> int:
    """Forward until a signal comes; return the exit code.

    Raises:
        UsageError: an option cannot be used, or a file or an address.
        InvalidSourceError: the contract cannot be used.
    """
    api, settings = proxy_settings(arguments)
    times = Times(realtime.wall, realtime.monotonic)
    proxy = Proxy(settings, load_api(api.spec, api.overlays), times, _tell)
    try:
        with asyncio.Runner(loop_factory=realtime.new_event_loop) as runner:
            is_complete = runner.run(proxy.serve(_announce))
    except FileExistsError as error:
        told = "exists; a recording begins with a new file, so name another"
        raise UsageError(f"{error.filename} {told}") from None
    except OSError as error:
        raise UsageError(_explain(settings, error)) from None
    return 0 if is_complete else INCOMPLETE


def proxy_settings(argv: Sequence[str]) -> Errand:
    """Return what ``mockserver proxy`` is asked for.

    Raises:
        UsageError: an option is unknown, or a value cannot be used.
    """
    given = create_proxy_parser().parse_args(argv)
    if given.keep_identities and given.record is None:
        raise UsageError("--keep-identities concerns fixtures; give --record DIR too")
    settings = ProxySettings(
        upstream=read_value("--upstream", given.upstream, read_upstream),
        host=read_value("--host", given.host, values.host),
        port=read_value("--port", given.port, values.port),
        har=given.har,
        journal=given.journal,
        record=given.record,
        keeps_identities=given.keep_identities,
        most=_MIB * read_value("--most-mib", given.most_mib, values.limit_number(1, _MOST_MIB)),
    )
    return Errand(read_api(given), settings)


def create_proxy_parser() -> Parser:
    """Return the parser of ``mockserver proxy``."""
    description = "Forward to a real deployment, and record what passes."
    parser = build_api_parser("proxy", description)
    parser.add_argument("--upstream", required=True, metavar="URL", help="the deployment")
    told = "new file for all exchanges, without credentials but with names, addresses and keys"
    parser.add_argument("--har", type=Path, metavar="FILE", help=told)
    told = "the same as one JSON object a line"
    parser.add_argument("--journal", type=Path, metavar="FILE", help=told)
    told = "new folder for the records that were seen, as fixtures under pseudonyms"
    parser.add_argument("--record", type=Path, metavar="DIR", help=told)
    told = "leave keys and e-mail addresses in fixtures as they are"
    parser.add_argument("--keep-identities", action="store_true", help=told)
    told = f"how much of one body is recorded, 1 to {_MOST_MIB} (default: 8)"
    parser.add_argument("--most-mib", default="8", metavar="N", help=told)
    told = "address to listen on (default: 127.0.0.1)"
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help=told)
    told = "port to listen on, 0 for a free one (default: 8080)"
    parser.add_argument("--port", default="8080", metavar="PORT", help=told)
    return parser


def _explain(settings: ProxySettings, error: OSError) -> str:
    if error.filename is not None:
        return f"{error.filename} cannot be made: {error.strerror}"
    if error.errno == errno.EADDRINUSE:
        return f"port {settings.port} is in use; name another with --port, or 0 for a free one"
    address = f"{settings.host}:{settings.port}"
    return f"cannot listen on {address}: {error.strerror}; name an address of this machine"


def _announce(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _tell(text: str) -> None:
    sys.stderr.write(f"mockserver: {text}\n")
    sys.stderr.flush()
