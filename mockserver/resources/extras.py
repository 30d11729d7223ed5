"""What an install of this package may lack, and the command that brings it."""

import shlex
import sys
from pathlib import Path

NAME = "jobs-mockserver"


def command(extra: str = "") -> str:
    """Return the shell command that installs what *extra* needs, for this very interpreter.

    Where the package is installed already, pip looks up nothing but what it lacks. Else this is a
    checkout, and pip is given its folder: no registry has the package.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution(NAME)
        source = NAME
    except PackageNotFoundError:
        source = str(Path(__file__).parents[2])
    wanted = f"'{source}[{extra}]'" if extra else shlex.quote(source)
    return f"{shlex.quote(sys.executable)} -m pip install {wanted}"
