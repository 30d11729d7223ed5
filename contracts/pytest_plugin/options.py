"""The options of `contracts check` as options of pytest."""

from __future__ import annotations

import re
from argparse import SUPPRESS, Action, ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import pytest

from contracts.options import add_target_options, globs
from contracts.target import KEY_VARIABLE

PREFIX = "--contract-"
RENAMED = {"base-url": "url"}
"""Where an option is called otherwise than on the command line, since its prefix says the rest."""

SHOWN = {
    "base-url": "where the API is; the other options are those of `contracts check --help`, "
    "each with --contract- before its name",
}
"""What the help of pytest tells: most who read it judge nothing."""


class _Mirror(ArgumentParser):
    """Gives the options that are added to it to pytest as well."""

    def __init__(self, group: pytest.OptionGroup) -> None:
        super().__init__(add_help=False)
        self._group = group

    def add_argument(self, *flags: Any, **settings: Any) -> Action:
        """Add one option to both; pytest cannot require any, since most runs judge nothing."""
        settings.pop("required", None)
        name = flags[0].removeprefix("--")
        told = {**settings, "help": SHOWN.get(name, SUPPRESS)}
        self._group.addoption(PREFIX + RENAMED.get(name, name), **told)
        return super().add_argument(*flags, **settings)


def add(parser: pytest.Parser) -> None:
    """Add the options to *parser*."""
    group = parser.getgroup("contracts", "judge a deployment: pytest --pyargs contracts")
    mirror = _Mirror(group)
    add_target_options(mirror)
    mirror.add_argument("--rng", type=int, metavar="S", help="repeats the choices of a run")
    mirror.add_argument("--laws", type=globs, metavar="GLOB,...", help="only these laws")
    mirror.add_argument("--known", type=Path, metavar="FILE", help="known deviations")
    mirror.add_argument("--fail-on", choices=["must", "should"], default="must", help="what fails")
    mirror.add_argument("--strict", action="store_true", help="fail what could not be judged")
    mirror.add_argument("--driver", metavar="MODULE:CLASS", help="puts jobs into a state")


def given(config: pytest.Config) -> Namespace:
    """Return what was given, under the names of the command line."""
    prefix = PREFIX.strip("-").replace("-", "_") + "_"
    found = {
        name.removeprefix(prefix): value
        for name, value in vars(config.option).items()
        if name.startswith(prefix)
    }
    for name, short in RENAMED.items():
        found[name.replace("-", "_")] = found.pop(short)
    return Namespace(**found)


def asked(config: pytest.Config) -> bool:
    """Tell whether the run is meant to judge a deployment."""
    named = config.option.pyargs and any(
        name == "contracts" or name.startswith("contracts.") for name in config.args
    )
    return bool(named or config.option.contract_url or config.option.contract_project_key)


def half_given(config: pytest.Config) -> str | None:
    """Say what is missing, if a run that is meant to judge a deployment lacks URL or project."""
    if config.option.contract_url and config.option.contract_project_key:
        return None
    return (
        f"no deployment to judge: give {PREFIX}url URL and {PREFIX}project-key KEY, and the "
        f"organization's key as ${KEY_VARIABLE}, {PREFIX}api-key or {PREFIX}api-key-file"
    )


def renamed(message: str) -> str:
    """Return *message*, which names options of the command line, with pytest's names for them."""
    return re.sub(r"--(?=[a-z])", PREFIX, message)
