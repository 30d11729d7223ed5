"""All deviations that there are, by name."""

from collections.abc import Iterable, Mapping

from mockserver.profiles.jobs.deviations import (
    addressing,
    cancelling,
    credentials,
    limits,
    listing,
    racing,
    real,
    representation,
    unrouted,
    wording,
)
from mockserver.profiles.jobs.deviations.deviation import Deviation

#: The innermost first: what a later one is given, the earlier ones have already changed.
_MODULES = (
    real,
    racing,
    listing,
    cancelling,
    representation,
    limits,
    wording,
    credentials,
    unrouted,
    addressing,
)
_PARTS = tuple(deviation for module in _MODULES for deviation in module.DEVIATIONS)

CATALOGUE: Mapping[str, Deviation] = {
    deviation.name: deviation for deviation in (*_PARTS, real.BUNDLE)
}


def expand(names: Iterable[str]) -> tuple[Deviation, ...]:
    """Return the deviations of these *names*, each once and in the catalogue's order.

    A bundle is replaced by its parts. The order of the names means nothing: each deviation lies
    where it works together with the rest.

    Raises:
        KeyError: a name is not that of a deviation.
    """
    wanted = {part for name in names for part in CATALOGUE[name].parts or (name,)}
    return tuple(deviation for deviation in _PARTS if deviation.name in wanted)
