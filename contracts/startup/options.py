"""What a user may say of a run: one table for `contracts check` and for pytest.

`contracts check` has each option as `--NAME`, pytest as `--contract-NAME`. An option that only one
of them has, such as a report of the command line, is declared there.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.startup.values import (
    read_count,
    read_globs,
    read_lag,
    read_rate,
    read_seconds,
    read_size,
    read_value,
)
from contracts.target import DEFAULT_ANSWER, KEY_VARIABLE, OTHER_KEY_VARIABLE, Effects, Extent

POLITE_RATE = 20.0
"""Requests a second to a deployment that is not on this machine, unless --rate says otherwise."""

USUAL_CONCURRENCY = 8
"""Requests under way at once, unless --concurrency says otherwise."""


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
    repeated: bool = False
    """It may be given several times; the values are a list."""

    @property
    def attribute(self) -> str:
        """Return the name of the value among those that were parsed."""
        return self.name.replace("-", "_")

    @property
    def settings(self) -> dict[str, Any]:
        """Return what declares the option to argparse and to pytest, without its name."""
        if self.flag:
            return {"action": "store_true", "help": self.help}
        if self.choices:
            return {"choices": list(self.choices), "default": self.default, "help": self.help}
        more = {"action": "append"} if self.repeated else {}
        return {
            **more,
            "type": self.read,
            "metavar": self.metavar,
            "default": self.default,
            "help": self.help,
        }


REQUIRED = ("base-url", "project-key")
"""Without these there is nothing to judge; with --spec there is no project."""

OPTIONS = (
    Option("spec", "the OpenAPI document of another API than the jobs API", "FILE", Path),
    Option("overlay", "an OpenAPI Overlay to put on the document", "FILE", Path, repeated=True),
    Option("resource", "the records to judge, by the last word of their list's path", "NAME"),
    Option("base-url", "where the API is, with its path prefix", "URL"),
    Option("path", "a path parameter of all calls", "NAME=VALUE", read_value, repeated=True),
    Option(
        "other-path", "a path parameter of another tenant", "NAME=VALUE", read_value, repeated=True
    ),
    Option("project-key", "the project to judge", "KEY"),
    Option("api-key", f"the organization's key (or ${KEY_VARIABLE})", "KEY"),
    Option("api-key-file", "a file that contains only the key", "FILE", Path),
    Option("other-project-key", "another project of the organization", "KEY"),
    Option("other-api-key", f"the key of another organization (or ${OTHER_KEY_VARIABLE})", "KEY"),
    Option(
        "other-key-project",
        "a project that the other key opens, which shows that the key is real",
        "KEY",
    ),
    Option(
        "effects",
        "none: only read; own: make and cancel jobs of synthetic users; any: no restriction",
        choices=tuple(map(str, Effects)),
        default=str(Effects.NONE),
    ),
    Option(
        "walk",
        "auto: of a long list, read only parts; full: read all of it",
        choices=tuple(map(str, Extent)),
        default=str(Extent.AUTO),
    ),
    Option(
        "rate",
        "the most requests in a second, or none for no limit "
        f"(default: none on this machine, {POLITE_RATE:g}/s elsewhere)",
        "N/s",
        read_rate,
    ),
    Option(
        "concurrency",
        f"the most requests that are under way at once (default: {USUAL_CONCURRENCY})",
        "N",
        read_count,
        USUAL_CONCURRENCY,
    ),
    Option(
        "lag",
        "seconds by which reads may be behind changes, as from a replica or a cache (default: 0)",
        "S",
        read_lag,
        0.0,
    ),
    Option("timeout", "seconds to wait for a response (default: 10)", "S", read_seconds, 10.0),
    Option("max-time", "end the run after this many seconds", "S", read_seconds),
    Option(
        "max-answer",
        f"the longest response to read, such as 512K (default: {DEFAULT_ANSWER >> 20}M)",
        "SIZE",
        read_size,
        default=DEFAULT_ANSWER,
    ),
    Option(
        "proxy",
        "send all requests through this proxy; env: as HTTPS_PROXY and the like say",
        "URL",
    ),
    Option("ca-file", "certificates to trust, in PEM", "FILE", Path),
    Option("insecure", "do not check the deployment's certificate", flag=True),
    Option("rng", "repeat the random choices of an earlier run", "S", int),
    Option("laws", "judge only these laws, such as 'PAGE-*'", "GLOB,...", read_globs),
    Option("known", "known deviations, each with an owner and a last day", "FILE", Path),
    Option(
        "history",
        "keep here what the run saw, and judge how jobs have moved since earlier runs",
        "FILE",
        Path,
    ),
    Option(
        "fail-on",
        "the level from which a law that is not kept makes exit code 1",
        choices=("must", "should"),
        default="must",
    ),
    Option("strict", "exit with 3 if something could not be judged", flag=True),
    Option("driver", "a class that puts jobs of the deployment into a state", "MODULE:CLASS"),
)

INPUTS = tuple(option.name for option in OPTIONS if option.read is Path)
"""Options that name a file which the run reads, and which no report may overwrite."""

WRITTEN = ("history",)
"""Those of INPUTS whose file need not exist: the run writes it, too."""

WATCHING = ("base-url", "lag", "laws", "known", "fail-on", "strict")
"""Those that also mean something where recorded traffic is judged."""

DOCUMENT = ("spec", "overlay", "resource")
"""Options that say which document is meant, and nothing of a deployment."""


def add_options(parser: ArgumentParser, names: Collection[str] = ()) -> None:
    """Add the options to *parser* as the command line has them: all, or those of *names*."""
    for option in OPTIONS:
        if not names or option.name in names:
            parser.add_argument(f"--{option.name}", **option.settings)


def list_missing(options: Namespace) -> list[str]:
    """Return the options without which there is nothing to judge, and which were not given."""
    given = vars(options)
    project = given["spec"] or "projectKey" in dict(given["path"] or ())
    needed = REQUIRED[:1] if project else REQUIRED
    return [f"--{name}" for name in needed if given[name.replace("-", "_")] is None]
