"""What a user may say of a run: one table for `contracts check` and for pytest.

`contracts check` has each option as `--NAME`, pytest as `--contract-NAME`. An option that only one
of them has, such as a report of the command line, is declared there.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.startup.values import read_globs, read_rate, read_seconds, read_size
from contracts.target import DEFAULT_ANSWER, KEY_VARIABLE, OTHER_KEY_VARIABLE, Effects, Extent

POLITE_RATE = 20.0
"""Requests a second to a deployment that is not on this machine, unless --rate says otherwise."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a run."""

    name: str
    """Without the dashes before it."""
    help: str
    metavar: str | None = None
    read: Callable[[str], Any] = str
    """Makes the value of the text that is given."""
    default: Any = None
    choices: Sequence[str] = ()
    flag: bool = False
    """It is given without a value, and means yes."""

    @property
    def attribute(self) -> str:
        """Return the name of the value among those that were parsed."""
        return self.name.replace("-", "_")

    @property
    def settings(self) -> dict[str, Any]:
        """Return what argparse and pytest alike want to know of the option besides its name."""
        if self.flag:
            return {"action": "store_true", "help": self.help}
        if self.choices:
            return {"choices": list(self.choices), "default": self.default, "help": self.help}
        return {
            "type": self.read,
            "metavar": self.metavar,
            "default": self.default,
            "help": self.help,
        }


REQUIRED = ("base-url", "project-key")
"""Without these there is nothing to judge."""

OPTIONS = (
    Option("base-url", "where the API is, path prefix included", "URL"),
    Option("project-key", "the project to judge", "KEY"),
    Option("api-key", f"the organization's key (or ${KEY_VARIABLE})", "KEY"),
    Option("api-key-file", "a file that holds only the key", "FILE", Path),
    Option("other-project-key", "another project of the organization", "KEY"),
    Option("other-api-key", f"the key of another organization (or ${OTHER_KEY_VARIABLE})", "KEY"),
    Option(
        "other-key-project",
        "a project that the other key opens: shows that the key is a real one",
        "KEY",
    ),
    Option(
        "effects",
        "none: read only; own: make and cancel jobs of synthetic users; any: everything",
        choices=tuple(map(str, Effects)),
        default=str(Effects.NONE),
    ),
    Option(
        "walk",
        "auto: of a long list only the head, the tail and stretches between; full: all of it",
        choices=tuple(map(str, Extent)),
        default=str(Extent.AUTO),
    ),
    Option(
        "rate",
        "requests a second at most, or none "
        f"(default: none on this machine, {POLITE_RATE:g}/s elsewhere)",
        "N/s",
        read_rate,
    ),
    Option("timeout", "wait for an answer (10)", "S", read_seconds, default=10.0),
    Option("max-time", "end the run after so many seconds", "S", read_seconds),
    Option(
        "max-answer",
        f"read no answer longer than this, such as 512K, 16M ({DEFAULT_ANSWER >> 20}M)",
        "SIZE",
        read_size,
        default=DEFAULT_ANSWER,
    ),
    Option(
        "proxy",
        "send all requests through this proxy; env: the one of HTTPS_PROXY and the like",
        "URL",
    ),
    Option("ca-file", "certificates to trust", "FILE", Path),
    Option("insecure", "do not check the certificate", flag=True),
    Option("rng", "repeats the choices of an earlier run", "S", int),
    Option("laws", "judge only these, such as 'PAGE-*'", "GLOB,...", read_globs),
    Option("known", "known deviations, with owner and expiry", "FILE", Path),
    Option("fail-on", "what makes exit code 1", choices=("must", "should"), default="must"),
    Option("strict", "exit 3 if something could not be judged", flag=True),
    Option("driver", "puts jobs of the deployment into a state", "MODULE:CLASS"),
)


def add_options(parser: ArgumentParser) -> None:
    """Add the options to *parser* as the command line has them."""
    for option in OPTIONS:
        action = parser.add_argument(f"--{option.name}", **option.settings)
        action.required = option.name in REQUIRED
