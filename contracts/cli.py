"""The command line: `contracts check | list | explain | selftest`."""

from __future__ import annotations

import os
import secrets
import sys
import traceback
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import NoReturn, TextIO

from contracts import driver
from contracts.contract.document import load
from contracts.contract.errors import DocumentError
from contracts.engine import known
from contracts.engine.events import Event, RunFinished
from contracts.engine.law import LawError, Level
from contracts.engine.runner import Settings, runner
from contracts.laws import catalogue
from contracts.laws.explain import explain_law
from contracts.options import add_target_options, globs, target_of
from contracts.reports import output
from contracts.target import TargetError

USAGE = 2
UNJUDGED = 3


class Parser(ArgumentParser):
    """Says in one line what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        """End the program with the exit code of a usage error."""
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.command(options)
    except (TargetError, LawError, DocumentError, known.KnownError, driver.DriverError) as error:
        for line in str(error).splitlines():
            print(f"contracts: {line}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        sys.stderr.close()
        return UNJUDGED
    except KeyboardInterrupt:
        print("contracts: interrupted", file=sys.stderr)
        return UNJUDGED
    except Exception:  # noqa: BLE001 -- a bug of the judge says nothing of the deployment
        traceback.print_exc()
        print("contracts: the judge itself failed, so nothing is proven", file=sys.stderr)
        return UNJUDGED
    return code


def _parser() -> Parser:
    parser = Parser(prog="contracts", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="judge a deployment")
    add_target_options(check)
    add = check.add_argument
    add("--rng", type=int, metavar="S", help="repeats the choices of an earlier run")
    add("--laws", type=globs, metavar="GLOB,...", help="judge only these, such as 'PAGE-*'")
    add("--known", type=Path, metavar="FILE", help="known deviations, with owner and expiry")
    add("--fail-on", choices=["must", "should"], default="must", help="what makes exit code 1")
    add("--strict", action="store_true", help="exit 3 if something could not be judged")
    add("--driver", metavar="MODULE:CLASS", help="puts jobs of the deployment into a state")
    for kind in output.REPORTS:
        told = f"write a {kind} report; - is standard output"
        add(f"--report-{kind}", type=Path, metavar="F", help=told)
    add("--quiet", action="store_true", help="print nothing but the summary")
    check.set_defaults(command=_check)
    commands.add_parser("list", help="print every law").set_defaults(command=_list)
    explain = commands.add_parser("explain", help="print all there is to know of a law")
    explain.add_argument("law", metavar="LAW-ID")
    explain.set_defaults(command=_explain)
    selftest = commands.add_parser("selftest", help="judge deployments with known faults")
    selftest.add_argument("--fast", action="store_true", help="a part of the faults")
    selftest.add_argument("--markdown", action="store_true", help="print a Markdown table")
    selftest.set_defaults(command=_selftest)
    return parser


def _check(options: Namespace) -> int:
    document = load()
    target = target_of(options, os.environ)
    everything = catalogue.registry(document)
    now = datetime.now(UTC)  # noqa: TID251 -- here the clock comes in
    settings = Settings(
        rng=secrets.randbelow(2**31) if options.rng is None else options.rng,
        nonce=secrets.token_hex(4),
        started_at=now.isoformat(timespec="seconds"),
        today=now.date().isoformat(),
        known=known.load(options.known, [law.id for law in everything]) if options.known else {},
        fail_on=Level(options.fail_on.upper()),
        strict=options.strict,
    )
    run = runner(
        target,
        document,
        everything.select(options.laws) if options.laws else everything,
        settings,
        driver.load(options.driver, target) if options.driver else None,
    )
    files = output.destinations(options)
    out = sys.stderr if output.STDOUT in files.values() else sys.stdout
    events: list[Event] = []
    try:
        for event in _shown(run.events(), out, quiet=options.quiet):
            events.append(event)  # noqa: PERF402 -- what was told before an interrupt is kept
    finally:
        output.write(events, files)
    finished = events[-1]
    return finished.exit_code if isinstance(finished, RunFinished) else UNJUDGED


def _shown(events: Iterator[Event], out: TextIO, *, quiet: bool) -> Iterator[Event]:
    with import_module("contracts.reports.terminal").Terminal(quiet=quiet, out=out) as terminal:
        for event in events:
            terminal.handle(event)
            yield event


def _list(_: Namespace) -> int:
    document = load()
    for law in catalogue.registry(document):
        print(f"{law.id:9} {law.level:6} {law.title}\n{'':16} {law.clause}")
    return 0


def _explain(options: Namespace) -> int:
    document = load()
    found = [law for law in catalogue.registry(document) if law.id == options.law.upper()]
    if not found:
        raise LawError(f"no law is called {options.law}; `contracts list` prints them all")
    print(explain_law(found[0], document))
    return 0


def _selftest(options: Namespace) -> int:
    code: int = import_module("contracts.selftest.table").main(
        fast=options.fast, markdown=options.markdown
    )
    return code
