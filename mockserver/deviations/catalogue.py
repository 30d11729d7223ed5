"""All deviations that there are, by name."""

from collections.abc import Iterable, Mapping

from mockserver.deviations import (
    addressing,
    cancelling,
    credentials,
    keeping,
    listing,
    manners,
    racing,
    real,
    showing,
    wording,
)
from mockserver.deviations.deviation import Deviation

#: The innermost first: what a later one is given, the earlier ones have already changed.
_MODULES = (
    real,
    racing,
    listing,
    cancelling,
    showing,
    keeping,
    wording,
    credentials,
    manners,
    addressing,
)
_PARTS = tuple(deviation for module in _MODULES for deviation in module.DEVIATIONS)

CATALOGUE: Mapping[str, Deviation] = {
    deviation.name: deviation for deviation in (*_PARTS, real.BUNDLE)
}


def expanded(names: Iterable[str]) -> tuple[Deviation, ...]:
    """Return the deviations of *names*, bundles as their parts, each once.

    They are in the catalogue's order, whatever that of *names*: each lies where it works together
    with the rest.
    """
    named = {part for name in names for part in CATALOGUE[name].parts or (name,)}
    return tuple(deviation for deviation in _PARTS if deviation.name in named)
