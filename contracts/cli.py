"""The command line: `contracts check | watch | list | explain | selftest | completion`."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import NoReturn, TextIO

from contracts.contract.document import Document
from contracts.engine import joint_run
from contracts.engine.events import Event, RunFinished
from contracts.engine.exit_code import ExitCode
from contracts.engine.law import LawError
from contracts.laws.explain import explain_law
from contracts.reports import output
from contracts.startup.allocation import hand_back_large_blocks
from contracts.startup.composition import (
    USAGE_ERRORS,
    compose_each,
)
from contracts.startup.documents import create_laws, read_contracts
from contracts.startup.examples import SHELLS, find_completion, format_examples
from contracts.startup.options import DOCUMENT, INPUTS, WATCHING, add_options, list_missing
from contracts.startup.recording import compose_watch
from contracts.startup.values import read_count
from contracts.target import TargetError
from contracts.traffic.joint_watch import JointWatch
from contracts.traffic.source import FORMATS, Source


class Parser(ArgumentParser):
    """Says in one line what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        """End the program with the exit code of a usage error."""
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code."""
    options = create_parser().parse_args(arguments)
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


def create_parser() -> Parser:
    """Return the parser of the program, with a parser of each command."""
    parser = Parser(prog="contracts", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, told: str, command: Callable[[Namespace], int]) -> ArgumentParser:
        added = commands.add_parser(
            name,
            help=told,
            description=f"{told[0].upper()}{told[1:]}.",
            epilog=format_examples(name),
            formatter_class=RawDescriptionHelpFormatter,
        )
        added.set_defaults(command=command)
        return added

    check = add("check", "judge a deployment", _check)
    add_options(check)
    watch = add("watch", "judge recorded traffic; nothing is sent", _watch)
    watch.add_argument("traffic", type=Path, metavar="FILE", help="a recording: HAR or JSON lines")
    watch.add_argument("--follow", action="store_true", help="read on until interrupted")
    watch.add_argument("--format", choices=FORMATS, help="the format, if FILE does not end in it")
    add_options(watch, (*DOCUMENT, *WATCHING))
    for judging in (check, watch):
        _add_reports(judging)
    add_options(add("list", "print every law", _list), DOCUMENT)
    explain = add("explain", "print what is known about a law", _explain)
    explain.add_argument("law", metavar="LAW-ID")
    add_options(explain, DOCUMENT)
    _add_selftest_options(add("selftest", "judge deployments with known faults", _selftest))
    completion = add(
        "completion", "print the script by which a shell completes commands", _complete
    )
    completion.add_argument("shell", choices=SHELLS, help="the shell")
    return parser


def _add_selftest_options(selftest: ArgumentParser) -> None:
    selftest.add_argument("--fast", action="store_true", help="judge only some of the faults")
    selftest.add_argument("--markdown", action="store_true", help="print a Markdown table")
    text = "judge only the conforming deployments, which no law may accuse"
    selftest.add_argument("--conforming", action="store_true", help=text)
    numbers = {
        "rounds": (1, "judge everything so often, with other seeds (default: 1)"),
        "seed": (1, "the seed of the first round; the next rounds have the next ones (default: 1)"),
        "jobs": (None, "judge so many deployments at once (default: two on each core)"),
        "concurrency": (1, "the most requests that each run has under way at once (default: 1)"),
    }
    for name, (default, text) in numbers.items():
        selftest.add_argument(f"--{name}", type=read_count, default=default, metavar="N", help=text)
    add_options(selftest, DOCUMENT)


def _add_reports(judging: ArgumentParser) -> None:
    for kind in output.REPORTS:
        text = f"write a {kind} report to F; - is standard output"
        judging.add_argument(f"--report-{kind}", type=Path, metavar="F", help=text)
    judging.add_argument("--quiet", action="store_true", help="print only the summary")


def _check(options: Namespace) -> int:
    if missing := list_missing(options):
        raise TargetError(f"the following arguments are required: {', '.join(missing)}")
    compositions = compose_each(options, os.environ)
    for warning in compositions[0].document.warnings:
        print(f"contracts: {warning}", file=sys.stderr)
    hand_back_large_blocks()
    events = joint_run.stream_events([one.start() for one in compositions])
    return _report(events, output.find_destinations(options, INPUTS), options)


def _watch(options: Namespace) -> int:
    files = output.find_destinations(options, ("traffic", "known", "spec", "overlay"))
    watcher, settings, source = compose_watch(options)
    if options.follow:
        _follow(watcher, source)
    else:
        watcher.watch(source.read())
    return _report(watcher.stream_events(settings), files, options)


def _follow(watcher: JointWatch, source: Source) -> None:
    """Watch until SIGINT or SIGTERM: to end it is to ask for the report, however that is done.

    A shell that is not interactive starts what it puts into the background with SIGINT ignored.
    """
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.default_int_handler) for number in numbers]
    try:
        with suppress(KeyboardInterrupt):
            watcher.watch(source.follow())
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


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
    documents = read_contracts(options)
    for document in documents:
        if len(documents) > 1:
            print(f"{document.resource.name}:")
        for law in create_laws(document):
            print(f"{law.id:9} {law.level:6} {law.title}\n{'':16} {law.clause}")
    return 0


def _explain(options: Namespace) -> int:
    found = [
        explain_law(law, document)
        for document in read_contracts(options)
        for law in create_laws(document)
        if law.id == options.law.upper()
    ]
    if not found:
        raise LawError(f"no law is called {options.law}; `contracts list` prints them all")
    print("\n\n".join(found))
    return 0


def _selftest(options: Namespace) -> int:
    rounds = import_module("contracts.selftest.rounds")
    settings = rounds.Settings(
        **{one.name: vars(options)[one.name] for one in fields(rounds.Settings)}
    )
    code = 0
    for document in read_contracts(options):
        if isinstance(document, Document):
            told: int = import_module("contracts.selftest.kill_matrix").main(settings)
        else:
            told = import_module("contracts.selftest.any_api.table").main(document, settings)
        code = max(code, told)
    return code


def _complete(options: Namespace) -> int:
    print(find_completion(options.shell).read_text("utf-8"), end="")
    return 0
