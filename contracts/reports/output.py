"""Where the reports of a run go: files, or standard output for one of them."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from contracts.engine.events import Event
from contracts.target import TargetError

REPORTS = {"json": "json_report", "junit": "junit", "html": "html", "markdown": "markdown"}
"""Kind of report, and the module that writes it."""

STDOUT = Path("-")
"""The name of standard output; the terminal's own text goes to standard error then."""


def find_destinations(options: Namespace, inputs: Iterable[str]) -> dict[str, Path]:
    """Return the file of each report that is asked for, by its kind.

    No report may overwrite a file that one of the options *inputs* names.

    Raises TargetError if one cannot be written, so that no run is made for nothing.
    """
    files = {kind: getattr(options, f"report_{kind}") for kind in REPORTS}
    wanted: dict[str, Path] = {kind: file for kind, file in files.items() if file is not None}
    for kind, file in wanted.items():
        for trouble in _find_problems(file):
            raise TargetError(f"--report-{kind}: {trouble}")
    for trouble in _find_conflicts(options, wanted, inputs):
        raise TargetError(trouble)
    return wanted


def _find_problems(file: Path) -> Iterator[str]:
    if file == STDOUT:
        return
    if not file.parent.is_dir():
        yield f"{file.parent} is not a folder"
    elif file.is_dir():
        yield f"{file} is a folder"
    elif not os.access(file if file.exists() else file.parent, os.W_OK):
        yield f"{file} cannot be written"


def _find_conflicts(
    options: Namespace, wanted: Mapping[str, Path], inputs: Iterable[str]
) -> Iterator[str]:
    """Go through the files that are named for two things."""
    for one, other in combinations(wanted, 2):
        if _resolve(wanted[one]) == _resolve(wanted[other]):
            yield f"--report-{one} and --report-{other} name one file, {wanted[one]}"
    for name in inputs:
        given = getattr(options, name.replace("-", "_"))
        read = [] if given is None else given if isinstance(given, list) else [given]
        for kind, file in wanted.items():
            if file != STDOUT and _resolve(file) in map(_resolve, read):
                yield f"--report-{kind} would overwrite {file}, which --{name} reads"


def _resolve(file: Path) -> Path:
    return file if file == STDOUT else file.resolve()


def write(events: Sequence[Event], files: Mapping[str, Path]) -> None:
    """Write each report to its place."""
    for kind, file in files.items():
        module = import_module(f"contracts.reports.{REPORTS[kind]}")
        if file != STDOUT:
            module.write(events, file)
            continue
        with TemporaryDirectory() as folder:
            written = Path(folder) / kind
            module.write(events, written)
            sys.stdout.buffer.write(written.read_bytes())
            sys.stdout.flush()
