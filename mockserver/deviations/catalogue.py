"""All deviations that there are, by name."""

from collections.abc import Mapping

from mockserver.deviations import cancelling, listing, real, showing
from mockserver.deviations.deviation import Deviation

CATALOGUE: Mapping[str, Deviation] = {
    deviation.name: deviation
    for module in (real, listing, cancelling, showing)
    for deviation in module.DEVIATIONS
}
