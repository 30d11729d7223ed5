"""The program: reads what is asked, does it, and turns what can go wrong into a line and a code.

Exit codes: 0 ended as asked, 1 a proxy could not record all that passed, 2 something that the user
gave cannot be used.
"""

import asyncio
import errno
import gc
import os
import select
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

from msgspec import structs

from mockserver.cli import completion_command, contract_commands, fixture_commands
from mockserver.cli.options import UsageError, find_strangers, serve_settings
from mockserver.http.metrics import OwnRows, Rows
from mockserver.parsing.sources import InvalidSourceError
from mockserver.settings import Settings
from mockserver.store.interface import StoreRefusedError, StoreUnavailableError

USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``mockserver`` with *argv* (default: the process's) and return its exit code."""
    if argv is None:
        _leave_grammars_out()
    arguments = list(sys.argv[1:] if argv is None else argv)
    commands = {
        "serve": _serve,
        "generate": fixture_commands.generate,
        "check": fixture_commands.check,
        "deviations": contract_commands.deviations,
        "explain": contract_commands.explain,
        "infer": contract_commands.infer,
        "apis": contract_commands.apis,
        "proxy": _proxy,
        "completion": completion_command.print_completion,
    }
    command = commands[arguments.pop(0)] if arguments and arguments[0] in commands else _serve
    try:
        code = command(arguments) or 0
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has enough, such as `head`; what is left would be flushed at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (UsageError, InvalidSourceError) as error:
        sys.stderr.write(_complaint(error))
        return USAGE
    except KeyboardInterrupt:
        return 0
    return code


def _serve(arguments: Sequence[str]) -> int:
    settings = serve_settings(arguments, os.environ)
    for notice in find_strangers(os.environ).notices():
        _log(f"mockserver: {notice}\n")
    with _without_certificates(), _without_collections():
        from mockserver.process import serve  # noqa: F401 -- not needed for --help or errors
    if settings.workers > 1:
        return _serve_in_workers(settings)
    _serve_here(settings, _announce, _log)
    return 0


def _serve_here(
    settings: Settings,
    announce: Callable[[str], None],
    log: Callable[[str], None],
    lifeline: int | None = None,
    open_rows: Callable[[], Rows] = OwnRows,
) -> None:
    """Serve in this process, as `serve.serve` and `Outside` say."""
    with _without_collections():
        from mockserver.app.build import build
        from mockserver.app.mock import Outside, UnservedError
        from mockserver.process import realtime, serve

    outside = Outside(realtime.wall, realtime.monotonic, write=log, open_rows=open_rows)
    try:
        with _without_collections():
            mock = build(settings, outside)
        with asyncio.Runner(loop_factory=realtime.new_event_loop) as runner:
            runner.run(serve.serve(mock, announce, lifeline))
    except OSError as error:
        raise UsageError(_unbound(settings.host, settings.port, error)) from None
    except UnservedError as error:
        raise UsageError(str(error)) from None
    except (StoreRefusedError, StoreUnavailableError) as error:
        raise UsageError(f"--store: {error}") from None


def _serve_in_workers(settings: Settings) -> int:
    """Serve in several processes, which have imported all that they need before they are forked."""
    from mockserver.http.shared_counts import SharedCounts
    from mockserver.process.port import claim
    from mockserver.process.supervisor import Console, Ties, supervise
    from mockserver.process.worker import ExitStatus

    with ExitStack() as kept:

        def port(option: str, asked: int) -> int:
            try:
                held = kept.enter_context(claim(settings.host, asked))
            except OSError as error:
                raise UsageError(_unbound(settings.host, asked, error, option)) from None
            return int(held.getsockname()[1])

        shared = structs.replace(settings, port=port("--port", settings.port))
        if settings.admin and settings.admin_port is not None:
            admin_port = port("--admin-port", settings.admin_port)
            shared = structs.replace(shared, admin_port=admin_port)

        counts = SharedCounts(settings.workers)

        def work(ties: Ties) -> ExitStatus:
            # A worker that takes the place of another finds the store as it has become.
            own = structs.replace(shared, reseed=shared.reseed and ties.is_first)
            try:
                open_rows = partial(counts.open_part, ties.place)
                _serve_here(own, ties.ready, _log_untorn, ties.lifeline, open_rows)
            except (UsageError, InvalidSourceError) as error:
                return ExitStatus(USAGE, _complaint(error))
            return ExitStatus(0)

        ended = supervise(work, settings.workers, Console(_announce, _log))
    _log(ended.reason)
    return ended.code


def _proxy(arguments: Sequence[str]) -> int:
    from mockserver.cli.proxy_command import run_proxy

    return run_proxy(arguments)


def _announce(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _log(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _log_untorn(text: str) -> None:
    """Log lines that do not mix with those that another worker writes to the same pipe."""
    batch = ""
    for line in text.splitlines(keepends=True):
        if len(batch) + len(line) > select.PIPE_BUF:
            _log(batch)
            batch = ""
        batch += line
    _log(batch)


def _complaint(error: Exception) -> str:
    return "".join(f"mockserver: {line}\n" for line in str(error).splitlines())


def _unbound(host: str, port: int, error: OSError, option: str = "--port") -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use; name another with {option}, or 0 for a free one"
    return (
        f"cannot listen on {host}:{port}: {error.strerror}; "
        "name an address of this machine with --host"
    )


@contextmanager
def _without_collections() -> Iterator[None]:
    """Keep the cycle collector from what a start makes, now and later: it lives until the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _leave_grammars_out() -> None:
    """Keep jsonschema from building the grammars of formats when it is imported.

    It does where rfc3987-syntax is installed, as with `jsonschema[format-nongpl]`, and takes half a
    second for it, which the first request with a body would wait for. The formats are this
    package's own. Only the process of this program is concerned.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # what hides a module


@contextmanager
def _without_certificates() -> Iterator[None]:
    """Keep the import of aiohttp from reading every certificate of this machine.

    aiohttp makes its client's TLS contexts at import, a fifth of this program's start; a server
    never uses them. Only this process is concerned: it makes no TLS connection.
    """
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, os.devnull))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
