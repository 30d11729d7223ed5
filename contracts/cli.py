"""The command line: `contracts check | watch | list | explain | selftest`."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn, TextIO

from contracts.contract.document import Document
from contracts.engine.events import Event, RunFinished
from contracts.engine.exit_code import ExitCode
from contracts.engine.law import LawError
from contracts.laws.explain import explain_law
from contracts.reports import output
from contracts.startup.composition import (
    USAGE_ERRORS,
    compose,
    compose_watch,
    create_laws,
    read_contract,
)
from contracts.startup.options import DOCUMENT, INPUTS, WATCHING, add_options, list_missing
from contracts.target import TargetError
from contracts.traffic.source import FORMATS, Source
from contracts.traffic.watching import Watcher


class Parser(ArgumentParser):
    """Says in one line what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        """End the program with the exit code of a usage error."""
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code."""
    options = _create_parser().parse_args(arguments)
    try:
        code: int = options.command(options)
    except USAGE_ERRORS as error:
        for line in str(error).splitlines():
            print(f"contracts: {line}", file=sys.stderr)
        return ExitCode.USAGE
    except BrokenPipeError:
        sys.stderr.close()
        return ExitCode.UNJUDGED
    except KeyboardInterrupt:
        print("contracts: interrupted", file=sys.stderr)
        return ExitCode.UNJUDGED
    except Exception:  # noqa: BLE001 -- a bug of the judge says nothing of the deployment
        traceback.print_exc()
        print("contracts: the judge itself failed, so nothing is proven", file=sys.stderr)
        return ExitCode.UNJUDGED
    return code


def _create_parser() -> Parser:
    parser = Parser(prog="contracts", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="judge a deployment")
    add_options(check)
    check.set_defaults(command=_check)
    watch = commands.add_parser("watch", help="judge recorded traffic; nothing is sent")
    watch.add_argument("traffic", type=Path, metavar="FILE", help="a recording: HAR or JSON lines")
    watch.add_argument("--follow", action="store_true", help="read on until interrupted")
    watch.add_argument("--format", choices=FORMATS, help="the format, if FILE does not end in it")
    add_options(watch, (*DOCUMENT, *WATCHING))
    watch.set_defaults(command=_watch)
    for judging in (check, watch):
        for kind in output.REPORTS:
            text = f"write a {kind} report to F; - is standard output"
            judging.add_argument(f"--report-{kind}", type=Path, metavar="F", help=text)
        judging.add_argument("--quiet", action="store_true", help="print only the summary")
    listing = commands.add_parser("list", help="print every law")
    add_options(listing, DOCUMENT)
    listing.set_defaults(command=_list)
    explain = commands.add_parser("explain", help="print what is known about a law")
    explain.add_argument("law", metavar="LAW-ID")
    add_options(explain, DOCUMENT)
    explain.set_defaults(command=_explain)
    selftest = commands.add_parser("selftest", help="judge deployments with known faults")
    selftest.add_argument("--fast", action="store_true", help="judge only some of the faults")
    selftest.add_argument("--markdown", action="store_true", help="print a Markdown table")
    add_options(selftest, DOCUMENT)
    selftest.set_defaults(command=_selftest)
    return parser


def _check(options: Namespace) -> int:
    if missing := list_missing(options):
        raise TargetError(f"the following arguments are required: {', '.join(missing)}")
    composition = compose(options, os.environ)
    for warning in composition.document.warnings:
        print(f"contracts: {warning}", file=sys.stderr)
    run = composition.start()
    return _report(run.stream_events(), output.find_destinations(options, INPUTS), options)


def _watch(options: Namespace) -> int:
    files = output.find_destinations(options, ("traffic", "known", "spec", "overlay"))
    watcher, settings, source = compose_watch(options)
    if options.follow:
        _follow(watcher, source)
    else:
        watcher.watch(source.read())
    return _report(watcher.stream_events(settings), files, options)


def _follow(watcher: Watcher, source: Source) -> None:
    """Watch until SIGINT or SIGTERM: to end it is to ask for the report, however that is done."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            watcher.watch(source.follow())
    finally:
        signal.signal(signal.SIGTERM, before)


def _report(stream: Iterator[Event], files: Mapping[str, Path], options: Namespace) -> int:
    out = sys.stderr if output.STDOUT in files.values() else sys.stdout
    events: list[Event] = []
    try:
        for event in _print_events(stream, out, quiet=options.quiet):
            events.append(event)  # noqa: PERF402 -- what came before an interrupt is kept
    finally:
        output.write(events, files)
    finished = events[-1]
    return finished.exit_code if isinstance(finished, RunFinished) else ExitCode.UNJUDGED


def _print_events(events: Iterator[Event], out: TextIO, *, quiet: bool) -> Iterator[Event]:
    with import_module("contracts.reports.terminal").Terminal(quiet=quiet, out=out) as terminal:
        for event in events:
            terminal.handle(event)
            yield event


def _list(options: Namespace) -> int:
    for law in create_laws(read_contract(options)):
        print(f"{law.id:9} {law.level:6} {law.title}\n{'':16} {law.clause}")
    return 0


def _explain(options: Namespace) -> int:
    document = read_contract(options)
    found = [law for law in create_laws(document) if law.id == options.law.upper()]
    if not found:
        raise LawError(f"no law is called {options.law}; `contracts list` prints them all")
    print(explain_law(found[0], document))
    return 0


def _selftest(options: Namespace) -> int:
    document, how = read_contract(options), {"fast": options.fast, "markdown": options.markdown}
    code: int
    if isinstance(document, Document):
        code = import_module("contracts.selftest.kill_matrix").main(**how)
    else:
        code = import_module("contracts.selftest.any_api.table").main(document, **how)
    return code
