"""Which packages the judge needs that are not installed.

The mock alone installs without them, so that this imports none.
"""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

MODULES = (
    "hypothesis",
    "jsonpath",
    "jsonschema_rs",
    "pytest",
    "requests",
    "rich",
    "schemathesis",
    "yaml",
)
"""What the packages that the judge needs are imported as."""


def explain_missing() -> str | None:
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
        source = str(Path(__file__).parents[2])
    return (
        f"the judge needs packages that are not installed ({', '.join(missing)}): "
        f"{shlex.quote(sys.executable)} -m pip install '{source}[contracts]'"
    )
