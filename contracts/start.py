"""The program `contracts`, which says what to install where it cannot be started."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import NoReturn

from contracts.extra import lacking

USAGE = 2


def script() -> NoReturn:
    """Be the program; exit with 2 if packages that it needs are not installed."""
    told = lacking()
    if told is not None:
        sys.exit(_refused(told))
    sys.exit(import_module("contracts.cli").main())


def _refused(told: str) -> int:
    sys.stderr.write(f"contracts: {told}\n")
    return USAGE
