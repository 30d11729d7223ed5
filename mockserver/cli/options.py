"""The options of `mockserver`, each from the command line or from ``MOCKSERVER_*``.

The only reader of arguments and environment. A value that cannot be used is refused by the name
that it was given under; none is moved into range.
"""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn

from msgspec import NODEFAULT, structs

from mockserver import __version__
from mockserver.cli import examples, values
from mockserver.cli.environment import PREFIX, Strangers, classify, is_injected
from mockserver.parsing.timestamp import parse_timestamp
from mockserver.resources import files, shipped
from mockserver.settings import Settings

_DEFAULTS = {
    field.name: field.default
    for field in structs.fields(Settings)
    if field.default is not NODEFAULT
}


class UsageError(Exception):
    """The user asked for something that cannot be done; the message says what to do instead."""


class Option(NamedTuple):
    """One option of ``serve``: its *name* without dashes, how to *read* it, and its help.

    Its default is that of `Settings`, and is added to the help where it is a value.
    """

    name: str
    read: Callable[[str], Any]
    metavar: str
    help: str
    #: Where an option can be given several times: what separates its values in the environment.
    separator: str | None = None
    #: Where a value holds a secret: how it is shown when it is refused.
    redact: Callable[[str], str] | None = None


def _store(text: str) -> str:
    # Only needed where a store is given, as is what the next function imports.
    from mockserver.store import url

    return url.read(text)


def _redact_store(text: str) -> str:
    from mockserver.store import url

    return url.redact(text)


def _now(text: str) -> int | Literal["real"]:
    return "real" if text == "real" else parse_timestamp(text)


def _switch(text: str) -> bool:
    meanings = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}
    if text.lower() not in meanings:
        raise ValueError("give 1, true, on, 0, false or off")
    return meanings[text.lower()]


OPTIONS = (
    Option("seed", Path, "PATH", "folder or file of fixtures (default: those of the package)"),
    Option("spec", Path, "FILE", "the contract of the API (default: that of the package)"),
    Option("overlay", Path, "FILE", "an OpenAPI Overlay to put on the contract", os.pathsep),
    Option("api", shipped.find, "NAME", "a bundled contract; mockserver apis lists them"),
    Option("records", values.record_count, "N", "records to generate of each kind, without --seed"),
    Option(
        "store",
        _store,
        "URL",
        "memory, sqlite:///file.db or postgresql://...",
        redact=_redact_store,
    ),
    Option("reseed", _switch, "", "replace what the store holds with the fixtures"),
    Option("host", values.host, "HOST", "address to listen on"),
    Option("port", values.port, "PORT", "port to listen on, 0 for a free one"),
    Option(
        "workers",
        values.read_workers,
        "N",
        "processes that serve the port; more than one need a database",
    ),
    Option(
        "now",
        _now,
        "ISO|real",
        "time at start, or real for that of this machine (default: the fixtures' now)",
    ),
    Option("speed", values.read_speed, "N", "world seconds per real second; 0 stops the clock"),
    Option("base-path", values.base_path, "PATH", "prefix of the paths, such as /api/v2"),
    Option(
        "log-format",
        values.read_log_format,
        "text|json",
        "format of the access log, which goes to stderr",
    ),
    Option("access-log", _switch, "", "log each request"),
    Option("cors", _switch, "", "allow calls from web pages of any origin"),
    Option("validate", _switch, "", "log each request and response that breaks the contract"),
    Option("watch", _switch, "", "reload the fixtures when they change"),
    Option("fault", values.fault, "RULE", "activate a fault in every world", "\n"),
    Option("scenario", str, "NAME", "activate a scenario of the fixtures", ","),
    Option(
        "deviation",
        str,
        "NAME",
        "deviate from the contract; mockserver deviations lists the ways",
        ",",
    ),
    Option(
        "journal", values.capacity, "N", "exchanges that each world's journal keeps; 0 turns it off"
    ),
    Option("admin", _switch, "", "serve the control API under /__admin"),
    Option("admin-port", values.port, "PORT", "port of the control API (default: the same port)"),
    Option(
        "admin-token",
        values.token,
        "TOKEN",
        "token that callers of the control API must send; required if other machines can call",
    ),
)


class Parser(argparse.ArgumentParser):
    """argparse, but help ends with examples, and an error is one line that says what to do."""

    def __init__(self, command: str, description: str) -> None:
        """Make a parser of one command of ``mockserver``; ``serve`` need not be typed."""
        super().__init__(
            prog=f"mockserver {command}".removesuffix(" serve"),
            description=description,
            epilog=examples.format_examples(command),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Raise the error; the program prints it."""
        if "://" in message or "@" in message:
            # It may quote the URL of a store that was given to a mistyped option.
            message = " ".join(_redact_store(word) for word in message.split(" "))
        raise UsageError(f"{message}; {self.prog} --help lists the options")


def create_serve_parser() -> Parser:
    """Return the parser of the command that serves."""
    parser = Parser("serve", "A stateful mock of any API whose records move and whose lists page.")
    parser.add_argument("--version", action="version", version=f"mockserver {__version__}")
    for option in OPTIONS:
        name, told = f"--{option.name}", _help(option)
        if option.read is _switch:
            parser.add_argument(name, action=argparse.BooleanOptionalAction, help=told)
        else:
            action = "append" if option.separator else "store"
            parser.add_argument(name, metavar=option.metavar, help=told, action=action)
    return parser


def serve_settings(argv: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """Return the settings that *argv* and, where it is silent, *environ* ask for.

    Raises:
        UsageError: an option is unknown, or a value cannot be used.
    """
    given = vars(create_serve_parser().parse_args(argv))
    misspelled = find_strangers(environ).refusal
    if misspelled is not None:
        raise UsageError(misspelled)
    members: dict[str, Any] = {"seed": None, "spec": files.contract()}
    for option in OPTIONS:
        value = _value(option, given, environ)
        if value is not None:
            members[_member(option)] = value
    settings = Settings(**_resolve_api(members))
    refusal = values.explain_exposure(settings) or values.explain_contradiction(settings)
    if refusal is not None:
        raise UsageError(refusal)
    return settings


def _resolve_api(members: dict[str, Any]) -> dict[str, Any]:
    """Return *members* of settings with the contract that ``--api`` names in its place."""
    api = members.pop("api", None)
    if api is None:
        return members
    if members["spec"] != files.contract():
        raise UsageError("--api names a contract; give no other")
    return dict(api.settings(members))


def find_strangers(environ: Mapping[str, str]) -> Strangers:
    """Return the variables of *environ* that look like options, but are none."""
    switches = {_variable(option) for option in OPTIONS if option.read is _switch}
    return classify(environ, {_variable(option) for option in OPTIONS}, switches)


def _member(option: Option) -> str:
    """Return the name of the member of `Settings` that *option* sets."""
    return option.name.replace("-", "_") + ("s" if option.separator else "")


def _help(option: Option) -> str:
    default = _DEFAULTS.get(_member(option))
    if default is None or default == ():
        return option.help
    text = f"{default:g}" if isinstance(default, float) else default or "nothing"
    if isinstance(default, bool):
        text = "on" if default else "off"
    return f"{option.help} (default: {text})"


def _variable(option: Option) -> str:
    return PREFIX + option.name.upper().replace("-", "_")


def _value(option: Option, given: Mapping[str, Any], environ: Mapping[str, str]) -> Any:
    """Return the value of one option; None if it is not given."""
    variable = _variable(option)
    value, source = given[option.name.replace("-", "_")], f"--{option.name}"
    if value is None:
        value, source = environ.get(variable), variable
        if value is not None and is_injected(variable, value):
            value = None
    if value is None or isinstance(value, bool):
        return value
    try:
        if option.separator is not None:
            parts = value if isinstance(value, list) else value.split(option.separator)
            return tuple(option.read(part.strip()) for part in parts if part.strip())
        return option.read(value)
    except ValueError as error:
        shown = option.redact(value) if option.redact is not None else value
        raise UsageError(f"{source}={shown!r}: {error}") from None
