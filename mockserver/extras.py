"""The parts of this package that need more than an install of the mock brings."""

import shlex
import sys


def command(extra: str) -> str:
    """Return the shell command that installs what *extra* needs, for this very interpreter.

    The package itself is installed already, so that pip looks up nothing but what it lacks.
    """
    return f"{shlex.quote(sys.executable)} -m pip install 'jobs-mockserver[{extra}]'"
