"""``python -m mockserver``."""

import sys

from mockserver.resources import extras

try:
    from mockserver.cli import main
except ModuleNotFoundError as error:
    # In a checkout it is found although nothing has been installed.
    if (error.name or "").startswith("mockserver"):
        raise
    sys.stderr.write(f"mockserver: {error.name} is not installed: {extras.command()}\n")
    sys.exit(2)

sys.exit(main())
