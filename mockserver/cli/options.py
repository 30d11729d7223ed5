"""The options of `mockserver`, each from the command line or from ``MOCKSERVER_*``.

The only reader of arguments and environment. A value that cannot be used is refused by the name
that it was given under; none is moved into range.
"""

import argparse
import math
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn

from mockserver import __version__
from mockserver.cli import values
from mockserver.cli.environment import PREFIX, Strangers, is_injected, strangers
from mockserver.domain.timestamp import parse_timestamp
from mockserver.resources import files
from mockserver.settings import Settings

_MOST_WORKERS = 64


class UsageError(Exception):
    """The user asked for something that cannot be done; the message says what to do instead."""


class Option(NamedTuple):
    """One option of ``serve``: its *name* without dashes, how to *read* it, and its help."""

    name: str
    read: Callable[[str], Any]
    default: Any
    metavar: str
    help: str
    #: Where an option can be given several times: what separates its values in the environment.
    separator: str | None = None
    #: Where a value holds a secret: how it is shown when it is refused.
    shown: Callable[[str], str] | None = None


def _store(text: str) -> str:
    # Only needed where a store is given, as is what the next function imports.
    from mockserver.store import url

    return url.read(text)


def _shown_store(text: str) -> str:
    from mockserver.store import url

    return url.redact(text)


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= _MOST_WORKERS):
        raise ValueError(f"give a whole number from 1 to {_MOST_WORKERS}")
    return int(text)


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
    return "real" if text == "real" else parse_timestamp(text)


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
    meanings = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}
    if text.lower() not in meanings:
        raise ValueError("give 1, true, on, 0, false or off")
    return meanings[text.lower()]


OPTIONS = (
    Option("seed", Path, None, "DIR", "folder of fixtures (default: those that come along)"),
    Option("spec", Path, None, "FILE", "the contract (default: the openapi.yaml that comes along)"),
    Option(
        "store",
        _store,
        "memory",
        "URL",
        "memory, sqlite:///file.db or postgresql://... (default: memory)",
        shown=_shown_store,
    ),
    Option(
        "reseed", _switch, False, "", "replace what the store holds by the fixtures (default: off)"
    ),
    Option("host", _host, "127.0.0.1", "HOST", "address to listen on (default: 127.0.0.1)"),
    Option("port", _port, 8080, "PORT", "port to listen on, 0 for a free one (default: 8080)"),
    Option("workers", _workers, 1, "N", "processes that serve the port (default: 1)"),
    Option("now", _now, None, "ISO|real", "the world's time at start (default: the fixtures' now)"),
    Option("speed", _speed, 1.0, "N", "world seconds per second, 0 stands still (default: 1)"),
    Option("base-path", _base_path, "", "PATH", "what stands before /public (default: nothing)"),
    Option("log-format", _log_format, "text", "text|json", "of the access log (default: text)"),
    Option("access-log", _switch, True, "", "log each request (default: on)"),
    Option("cors", _switch, False, "", "answer browsers of any origin (default: off)"),
    Option("validate", _switch, False, "", "log all that breaks openapi.yaml (default: off)"),
    Option("watch", _switch, False, "", "reload the fixtures when they change (default: off)"),
    Option("fault", values.fault, (), "RULE", "put a fault into force", "\n"),
    Option("scenario", str, (), "NAME", "put a scenario of the fixtures into force", ","),
    Option("deviation", values.deviation, (), "NAME", "deviate; mockserver deviations lists", ","),
    Option("journal", values.capacity, 1_000, "N", "exchanges to remember (default: 1000)"),
    Option("admin", _switch, True, "", "serve the control API under /__admin (default: on)"),
    Option("admin-port", _port, None, "PORT", "port of the control API (default: the same port)"),
    Option("admin-token", values.token, None, "TOKEN", "what callers of the control API show"),
)


class Parser(argparse.ArgumentParser):
    """argparse, but an error is one line that says what to do."""

    def error(self, message: str) -> NoReturn:
        """Raise the error; whoever runs the program prints it."""
        if "://" in message or "@" in message:
            # It may quote the URL of a store that was given to a mistyped option.
            message = " ".join(_shown_store(word) for word in message.split(" "))
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
        "Other commands, each with --help: mockserver generate, check, deviations.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"mockserver {__version__}")
    for option in OPTIONS:
        if option.read is _switch:
            parser.add_argument(
                f"--{option.name}", action=argparse.BooleanOptionalAction, help=option.help
            )
        else:
            action = "append" if option.separator else "store"
            parser.add_argument(
                f"--{option.name}", metavar=option.metavar, help=option.help, action=action
            )
    given = vars(parser.parse_args(argv))
    misspelled = foreign(environ).refusal
    if misspelled is not None:
        raise UsageError(misspelled)
    members = {o.name.replace("-", "_"): _value(o, given, environ) for o in OPTIONS}
    for several in ("fault", "scenario", "deviation"):
        members[f"{several}s"] = members.pop(several)
    members["seed"] = members["seed"] or files.fixtures()
    members["spec"] = members["spec"] or files.contract()
    settings = Settings(**members)
    refusal = values.exposed(settings) or _contradiction(settings)
    if refusal is not None:
        raise UsageError(refusal)
    return settings


def foreign(environ: Mapping[str, str]) -> Strangers:
    """Return the variables of *environ* that look like options, but are none."""
    switches = {_variable(option) for option in OPTIONS if option.read is _switch}
    return strangers(environ, {_variable(option) for option in OPTIONS}, switches)


def _variable(option: Option) -> str:
    return PREFIX + option.name.upper().replace("-", "_")


def _contradiction(settings: Settings) -> str | None:
    """Return why no server can have all of these settings; None if one can."""
    if settings.admin and settings.port == settings.admin_port != 0:
        return f"--admin-port {settings.admin_port}: that is --port; leave it out to share the port"
    lasting = "--store sqlite:///file.db or --store postgresql://..."
    in_memory = settings.store == "memory"
    several = f"--workers {settings.workers}" if settings.workers > 1 else ""
    if several and not (hasattr(socket, "SO_REUSEPORT") and hasattr(os, "fork")):
        return f"{several}: processes cannot share a port on this system; start one worker"
    if several and in_memory:
        return f"{several}: each would have a state of its own in memory; give {lasting}"
    if settings.reseed and in_memory:
        return (
            f"--reseed: a store in memory holds nothing to replace; leave it out, or give {lasting}"
        )
    if settings.watch and not in_memory:
        return "--watch: a store that lasts is filled once; give --reseed at the next start instead"
    return None


def _value(option: Option, given: Mapping[str, Any], environ: Mapping[str, str]) -> Any:
    """Return the value of one option."""
    variable = _variable(option)
    value, source = given[option.name.replace("-", "_")], f"--{option.name}"
    if value is None:
        value, source = environ.get(variable), variable
        if value is not None and is_injected(variable, value):
            value = None
    if value is None:
        return option.default
    if isinstance(value, bool):
        return value
    try:
        if option.separator is not None:
            parts = value if isinstance(value, list) else value.split(option.separator)
            return tuple(option.read(part.strip()) for part in parts if part.strip())
        return option.read(value)
    except ValueError as error:
        told = option.shown(value) if option.shown is not None else value
        raise UsageError(f"{source}={told!r}: {error}") from None
