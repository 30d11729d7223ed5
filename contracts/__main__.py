"""Start the judge: `python -m contracts`."""

from contracts.cli import script

script()
