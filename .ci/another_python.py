"""Prints the newest Python of this machine that the package supports, but the one that runs this.

Prints nothing if there is none. A Python is found on PATH and where systems and pyenv keep
theirs, whether it is active there or not; it counts if it runs and can make a venv.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
USUAL = ("/usr/local/bin", "/usr/bin", "/opt/*/bin", "/opt/*/*/bin")
PROBE = (
    "import ensurepip, sys, venv; "
    "print(*sys.version_info[:3] if sys.version_info.releaselevel == 'final' else ())"
)

Version = tuple[int, ...]


def supported(project: str) -> set[Version]:
    """Return the minor versions that the classifiers of a pyproject.toml name."""
    classifiers = tomllib.loads(project)["project"]["classifiers"]
    found = (re.fullmatch(r"Programming Language :: Python :: (3)\.(\d+)", c) for c in classifiers)
    return {(int(match[1]), int(match[2])) for match in found if match}


def candidates(environ: Mapping[str, str], minors: set[Version]) -> Iterator[Path]:
    """Yield the programs that may be a Python of one of the *minors*."""
    home = environ.get("HOME", "/nonexistent")
    pyenv = Path(environ.get("PYENV_ROOT", f"{home}/.pyenv"))
    yield from sorted(pyenv.glob("versions/*/bin/python3"))
    folders = [Path(folder) for folder in environ.get("PATH", "").split(os.pathsep) if folder]
    for pattern in USUAL:
        folders += sorted(Path("/").glob(pattern.lstrip("/")))
    for folder in folders:
        for major, minor in sorted(minors):
            if (folder / f"python{major}.{minor}").exists():
                yield folder / f"python{major}.{minor}"


def version(python: Path) -> Version:
    """Return the version of a Python that works; nothing for one that does not, such as a shim."""
    try:
        ended = subprocess.run(  # noqa: S603 -- a Python of this machine
            [python, "-c", PROBE], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(map(int, ended.stdout.split()))


def another(environ: Mapping[str, str], minors: set[Version], own: Version) -> Path | None:
    """Return the newest Python of one of the *minors* other than *own*, if there is one."""
    found = {python: version(python) for python in candidates(environ, minors - {own})}
    fitting = {python: v for python, v in found.items() if v[:2] in minors - {own}}
    return max(fitting, key=fitting.__getitem__, default=None)


if __name__ == "__main__":
    newest = another(os.environ, supported(PROJECT.read_text()), sys.version_info[:2])
    sys.stdout.write(f"{newest}\n" if newest else "")
