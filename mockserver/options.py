"""The options of `mockserver`, each from the command line or from ``MOCKSERVER_*``.

The only reader of arguments and environment. A value that cannot be used is refused by the name
that it was given under; none is moved into range.
"""

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn

from mockserver import __version__, shipped
from mockserver.domain.moment import parse_moment
from mockserver.settings import Settings

PREFIX = "MOCKSERVER_"


class UsageError(Exception):
    """The user asked for something that cannot be done; the message says what to do instead."""


class Option(NamedTuple):
    """One option of ``serve``: its *name* without dashes, how to *read* it, and its help."""

    name: str
    read: Callable[[str], Any]
    default: Any
    metavar: str
    help: str


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > 65535:
        raise ValueError("give a port from 0 to 65535; 0 picks a free one")
    return int(text)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not (math.isfinite(speed) and speed >= 0):
        raise ValueError("give a number of world seconds per second, 0 or more")
    return speed


def _now(text: str) -> int | Literal["real"]:
    return "real" if text == "real" else parse_moment(text)


def _base_path(text: str) -> str:
    if text in ("", "/"):
        return ""
    if not text.startswith("/") or "//" in text or any(c in text for c in "?#{} "):
        raise ValueError("give a path such as /api/v1")
    return text.rstrip("/")


def _host(text: str) -> str:
    if not text or text != text.strip():
        raise ValueError("give a host name or address, such as 127.0.0.1")
    return text.removeprefix("[").removesuffix("]")


def _log_format(text: str) -> str:
    if text not in ("text", "json"):
        raise ValueError("give text or json")
    return text


def _switch(text: str) -> bool:
    values = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}
    if text.lower() not in values:
        raise ValueError("give 1, true, on, 0, false or off")
    return values[text.lower()]


OPTIONS = (
    Option("seed", Path, None, "DIR", "folder of fixtures (default: those that come along)"),
    Option("spec", Path, None, "FILE", "the contract (default: the openapi.yaml that comes along)"),
    Option("host", _host, "127.0.0.1", "HOST", "address to listen on (default: 127.0.0.1)"),
    Option("port", _port, 8080, "PORT", "port to listen on, 0 for a free one (default: 8080)"),
    Option("now", _now, None, "ISO|real", "the world's time at start (default: the fixtures' now)"),
    Option("speed", _speed, 1.0, "N", "world seconds per second, 0 stands still (default: 1)"),
    Option("base-path", _base_path, "", "PATH", "what stands before /public (default: nothing)"),
    Option("log-format", _log_format, "text", "text|json", "of the access log (default: text)"),
    Option("access-log", _switch, True, "", "log each request (default: on)"),
    Option("cors", _switch, False, "", "answer browsers of any origin (default: off)"),
    Option("validate", _switch, False, "", "log all that breaks openapi.yaml (default: off)"),
    Option("watch", _switch, False, "", "reload the fixtures when they change (default: off)"),
)


class Parser(argparse.ArgumentParser):
    """argparse, but an error is one line that says what to do."""

    def error(self, message: str) -> NoReturn:
        """Raise the error; whoever runs the program prints it."""
        raise UsageError(f"{message}; {self.prog} --help lists the options")


def serve_settings(argv: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """Return the settings that *argv* and, where it is silent, *environ* ask for.

    Raises:
        UsageError: an option is unknown, or a value cannot be used.
    """
    parser = Parser(
        prog="mockserver",
        description="A stateful mock of the OpenReplay jobs API.",
        epilog=f"Each option can also be set as {PREFIX}NAME, for example {PREFIX}BASE_PATH. "
        "Other commands: mockserver generate --help, mockserver check --help.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"mockserver {__version__}")
    for option in OPTIONS:
        if option.read is _switch:
            parser.add_argument(
                f"--{option.name}", action=argparse.BooleanOptionalAction, help=option.help
            )
        else:
            parser.add_argument(f"--{option.name}", metavar=option.metavar, help=option.help)
    given = vars(parser.parse_args(argv))
    values = {o.name.replace("-", "_"): _value(o, given, environ) for o in OPTIONS}
    values["seed"] = values["seed"] or shipped.fixtures()
    values["spec"] = values["spec"] or shipped.contract()
    return Settings(**values)


def _value(option: Option, given: Mapping[str, Any], environ: Mapping[str, str]) -> Any:
    """Return the value of one option."""
    variable = PREFIX + option.name.upper().replace("-", "_")
    value, source = given[option.name.replace("-", "_")], f"--{option.name}"
    if value is None:
        value, source = environ.get(variable), variable
    if value is None:
        return option.default
    if isinstance(value, bool):
        return value
    try:
        return option.read(value)
    except ValueError as error:
        raise UsageError(f"{source}={value!r}: {error}") from None


class Generation(NamedTuple):
    """A request to generate *jobs* jobs into *out*, from the random seed *rng*."""

    jobs: int
    rng: int
    out: Path


def generate_settings(argv: Sequence[str]) -> Generation:
    """Return what ``mockserver generate`` is asked for.

    Raises:
        UsageError: an option is unknown, or a value cannot be used.
    """
    parser = Parser(
        prog="mockserver generate",
        description="Write a deterministic, valid world of any size, for --seed.",
        allow_abbrev=False,
    )
    parser.add_argument("--jobs", required=True, metavar="N", help="how many jobs")
    parser.add_argument("--rng", default="0", metavar="S", help="random seed (default: 0)")
    parser.add_argument(
        "--out", default="generated", metavar="DIR", help="a new folder (default: generated)"
    )
    given = parser.parse_args(argv)
    jobs, rng = _count("--jobs", given.jobs, 1), _count("--rng", given.rng, 0)
    return Generation(jobs, rng, Path(given.out))


def _count(name: str, text: str, lowest: int) -> int:
    if not (text.isascii() and text.isdecimal() and lowest <= int(text) <= 100_000_000):
        raise UsageError(f"{name}={text!r}: give a whole number from {lowest} to 100,000,000")
    return int(text)


class Check(NamedTuple):
    """A request to check the fixtures in *seed* against the contract *spec*."""

    seed: Path
    spec: Path


def check_settings(argv: Sequence[str]) -> Check:
    """Return what ``mockserver check`` is asked for.

    Raises:
        UsageError: an option is unknown.
    """
    parser = Parser(
        prog="mockserver check",
        description="Read a contract and a folder of fixtures, and tell all that is wrong.",
        allow_abbrev=False,
    )
    parser.add_argument("--seed", type=Path, default=shipped.fixtures(), metavar="DIR")
    parser.add_argument("--spec", type=Path, default=shipped.contract(), metavar="FILE")
    given = parser.parse_args(argv)
    return Check(given.seed, given.spec)
