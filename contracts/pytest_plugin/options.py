"""The options of `contracts check` as options of pytest: those of the table, each with a prefix."""

from __future__ import annotations

import re
from argparse import SUPPRESS, Namespace
from pathlib import Path

import pytest

from contracts.startup.options import OPTIONS, REQUIRED, WRITTEN, Option, list_missing
from contracts.target import KEY_VARIABLE

PREFIX = "--contract-"
RENAMED = {"base-url": "url"}
"""Where an option is called otherwise than on the command line, since its prefix says the rest."""

SHOWN = {
    "base-url": "where the API is; the other options are those of `contracts check --help`, "
    "each with --contract- before its name",
}
"""What the help of pytest shows: most who read it judge nothing."""


def add_options(parser: pytest.Parser) -> None:
    """Add the options to *parser*; none is required, since most runs judge nothing."""
    group = parser.getgroup("contracts", "judge a deployment: pytest --pyargs contracts")
    for option in OPTIONS:
        group.addoption(
            name_option(option),
            **{**option.settings, "help": SHOWN.get(option.name, SUPPRESS)},
        )


def name_option(option: Option) -> str:
    """Return how pytest calls *option*."""
    return PREFIX + RENAMED.get(option.name, option.name)


def collect_options(config: pytest.Config) -> Namespace:
    """Return what was given, under the names of the command line.

    A file is looked for where pytest was started and then in its rootdir, so that `addopts` of a
    project can name one. Raises pytest.UsageError where it is in neither.
    """
    given = {option: config.getoption(name_option(option)) for option in OPTIONS}
    for option, value in given.items():
        if option.read is Path and value is not None:
            files = [_find_file(config, option, one) for one in _list_files(value)]
            given[option] = files if option.repeated else files[0]
    return Namespace(**{option.attribute: value for option, value in given.items()})


def _list_files(value: Path | list[Path]) -> list[Path]:
    return [value] if isinstance(value, Path) else value


def _find_file(config: pytest.Config, option: Option, given: Path) -> Path:
    started = config.invocation_params.dir
    places = list(dict.fromkeys((started, config.rootpath)))
    found = [place for place in places if (place / given).exists()]
    if not found and option.name not in WRITTEN:
        where = "" if given.is_absolute() else f" in {' or in '.join(map(str, places))}"
        raise pytest.UsageError(f"{name_option(option)}: {given} was not found{where}")
    return given if started in (found or [started]) else found[0] / given


def is_wanted(config: pytest.Config) -> bool:
    """Tell whether the run is meant to judge a deployment."""
    named = config.option.pyargs and any(
        name == "contracts" or name.startswith("contracts.") for name in config.args
    )
    return bool(named or any(_get_required(config)))


def explain_missing(config: pytest.Config) -> str | None:
    """Say what is missing, if a run that is meant to judge a deployment lacks URL or project."""
    if not list_missing(collect_options(config)):
        return None
    return (
        f"no deployment to judge: give {PREFIX}url URL and {PREFIX}project-key KEY, or "
        f"{PREFIX}spec FILE for another API, and the key as ${KEY_VARIABLE}, {PREFIX}api-key or "
        f"{PREFIX}api-key-file"
    )


def rename_options(message: str) -> str:
    """Return *message*, which names options of the command line, with pytest's names for them."""
    return re.sub(r"--(?=[a-z])", PREFIX, message)


def _get_required(config: pytest.Config) -> list[str | None]:
    return [config.getoption(name_option(o)) for o in OPTIONS if o.name in REQUIRED]
