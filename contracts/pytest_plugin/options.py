"""The options of `contracts check` as options of pytest."""

from __future__ import annotations

import re
from argparse import Action, ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import pytest

from contracts.options import add_target_options
from contracts.target import KEY_VARIABLE

PREFIX = "--contract-"
RENAMED = {"base-url": "url"}
"""Where an option is called otherwise than on the command line, since its prefix says the rest."""

MORE_HELP = {"rate": "; the workers of pytest-xdist share it"}


class _Mirror(ArgumentParser):
    """Gives the options that are added to it to pytest as well."""

    def __init__(self, group: pytest.OptionGroup) -> None:
        super().__init__(add_help=False)
        self._group = group

    def add_argument(self, *flags: Any, **settings: Any) -> Action:
        """Add one option to both; pytest cannot require any, since most runs judge nothing."""
        settings.pop("required", None)
        name = flags[0].removeprefix("--")
        told = {**settings, "help": settings["help"] + MORE_HELP.get(name, "")}
        self._group.addoption(PREFIX + RENAMED.get(name, name), **told)
        return super().add_argument(*flags, **settings)


def add(parser: pytest.Parser) -> None:
    """Add the options to *parser*."""
    group = parser.getgroup("contracts", "judge a deployment: pytest --pyargs contracts")
    mirror = _Mirror(group)
    add_target_options(mirror)
    mirror.add_argument("--rng", type=int, metavar="S", help="repeats the choices of a run")
    mirror.add_argument("--laws", default="", metavar="GLOB,...", help="only these laws")
    mirror.add_argument("--known", type=Path, metavar="FILE", help="known deviations")
    mirror.add_argument("--fail-on", choices=["must", "should"], default="must", help="what fails")
    mirror.add_argument("--strict", action="store_true", help="fail what is inconclusive, blocked")
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


def half_given(config: pytest.Config) -> str | None:
    """Say what is missing, if the run is meant to judge a deployment and lacks URL or project."""
    url, project = config.option.contract_url, config.option.contract_project_key
    asked = config.option.pyargs and any(
        name == "contracts" or name.startswith("contracts.") for name in config.args
    )
    if (url and project) or not (asked or url or project):
        return None
    return (
        f"no deployment to judge: give {PREFIX}url URL and {PREFIX}project-key KEY, and the "
        f"organization's key as ${KEY_VARIABLE}, {PREFIX}api-key or {PREFIX}api-key-file"
    )


def renamed(message: str) -> str:
    """Return *message*, which names options of the command line, with pytest's names for them."""
    return re.sub(r"--(?=[a-z])", PREFIX, message)
