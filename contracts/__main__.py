"""Start the judge: `python -m contracts`."""

from contracts.start import script

script()
