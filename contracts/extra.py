"""The packages that the judge needs, and how to get them: the mock alone installs without them."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec

MODULES = ("hypothesis", "jsonschema_rs", "pytest", "requests", "rich", "schemathesis")
"""What the packages of the extra `contracts` are imported as."""


def lacking() -> str | None:
    """Return which packages are not installed, and the command that installs them; None if all are.

    The package is installed already, so that pip looks up nothing but what it lacks.
    """
    missing = [module for module in MODULES if find_spec(module) is None]
    if not missing:
        return None
    python = shlex.quote(sys.executable)
    return (
        f"the judge needs packages that are not installed ({', '.join(missing)}): "
        f"{python} -m pip install 'jobs-mockserver[contracts]'"
    )
