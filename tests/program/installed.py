"""A venv with the built wheel, and of the packages of the tests only those of an extra."""

import os
import subprocess
import sys
import venv
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

NAME = "jobs-mockserver"


def install(wheel: Path, home: Path, extras: Iterable[str] = (), also: Iterable[str] = ()) -> Path:
    """Create a venv at *home* with *wheel*, and return the folder of its programs.

    No registry is asked: the packages that it depends on are linked from this environment.

    Args:
        wheel: the built wheel.
        home: where the venv is created.
        extras: which of the wheel's extras are installed.
        also: names of further packages.
    """
    venv.create(home, with_pip=False)
    site = next(home.glob("lib/python*/site-packages"))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, wheel],
        check=True,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    needed: set[str] = set()
    for extra in ("", *extras):
        _gather(Requirement(f"{NAME}[{extra}]" if extra else NAME), needed)
    for name in also:
        _gather(Requirement(name), needed)
    for name in needed - {NAME}:
        _link(metadata.distribution(name), site)
    programs = home / "bin"
    for program in (site / "bin").iterdir():
        # pip --target writes the interpreter of these tests into its first line.
        _, _, rest = program.read_text().partition("\n")
        (programs / program.name).write_text(f"#!{programs / 'python'}\n{rest}")
        (programs / program.name).chmod(0o755)
    return programs


def _gather(requirement: Requirement, found: set[str]) -> None:
    """Add to *found* the names of all that *requirement* depends on."""
    found.add(requirement.name)
    for text in metadata.requires(requirement.name) or ():
        needed = Requirement(text)
        asked = needed.marker is None or any(
            needed.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras)
        )
        if asked and needed.name not in found:
            _gather(needed, found)


def _link(distribution: metadata.Distribution, site: Path) -> None:
    """Link the files of an installed *distribution* into *site*."""
    for first in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
        if not (site / first).exists():
            (site / first).symlink_to(Path(str(distribution.locate_file(first))))
