"""The program `contracts`, which says what to install where it cannot be started.

The mock alone installs without the packages that the judge needs, so that this imports none.
"""

from __future__ import annotations

import shlex
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

USAGE = 2

MODULES = ("hypothesis", "jsonschema_rs", "pytest", "requests", "rich", "schemathesis", "yaml")
"""What the packages that it needs are imported as."""


def script() -> NoReturn:
    """Be the program; exit with 2 if packages that it needs are not installed."""
    told = lacking()
    if told is not None:
        sys.exit(_refused(told))
    sys.exit(import_module("contracts.cli").main())


def _refused(told: str) -> int:
    sys.stderr.write(f"contracts: {told}\n")
    return USAGE


def lacking() -> str | None:
    """Return which packages are not installed, and the command that installs them; None if all are.

    Where the package itself is installed already, pip looks up nothing but what it lacks. Else this
    is a checkout, and pip is given its folder: no registry has the package.
    """
    missing = [module for module in MODULES if find_spec(module) is None]
    if not missing:
        return None
    # Slow to import, and needed on failure only.
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution("jobs-mockserver")
        source = "jobs-mockserver"
    except PackageNotFoundError:
        source = str(Path(__file__).parent.parent)
    return (
        f"the judge needs packages that are not installed ({', '.join(missing)}): "
        f"{shlex.quote(sys.executable)} -m pip install '{source}[contracts]'"
    )
