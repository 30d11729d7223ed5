"""The program `contracts`; where it cannot start, it says what to install."""

from __future__ import annotations

import sys
from importlib import import_module

from contracts.engine.exit_code import ExitCode
from contracts.startup.packages import explain_missing


def main() -> int:
    """Carry out the command line and return its exit code: 2 if packages are not installed."""
    if missing := explain_missing():
        sys.stderr.write(f"contracts: {missing}\n")
        return ExitCode.USAGE
    # By name: it imports the packages that were looked for.
    code: int = import_module("contracts.cli").main()
    return code


if __name__ == "__main__":
    sys.exit(main())
