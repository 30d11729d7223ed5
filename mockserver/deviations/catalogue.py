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


def expanded(deviations: Iterable[Deviation]) -> tuple[Deviation, ...]:
    """Return *deviations*, bundles as their parts, each once and in the catalogue's order.

    In which order they were named means nothing: each lies where it works together with the rest.
    """
    named = {name for deviation in deviations for name in deviation.parts or (deviation.name,)}
    return tuple(deviation for deviation in _PARTS if deviation.name in named)
