"""What a description says of an API, corrected by a recording of its traffic."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from mockserver.contract.contract import Contract
from mockserver.http.paths import Paths
from mockserver.parsing.sources import invalid
from mockserver.proxy.corrections import Corrections
from mockserver.proxy.exchange import Exchange
from mockserver.proxy.har_reader import read_har
from mockserver.proxy.traffic import TrafficReader
from mockserver.records.kind import Kind

#: How many segments may stand before the paths of the contract.
_DEEPEST_BASE = 5


def learn(contract: Contract, har: Path) -> tuple[Contract, list[str]]:
    """Return *contract* corrected by the exchanges in *har*, and what they contradict.

    Raises:
        InvalidSourceError: the file is not a HAR, or has no exchange of the API.
    """
    exchanges = read_har(har)
    kinds = [Kind(resource, contract.operations) for resource in contract.resources]
    reader = TrafficReader(contract, kinds, _find_bases(contract, exchanges))
    observations = [seen for e in exchanges if (seen := reader.read(e)) is not None]
    if not observations:
        told = f"has no exchange with records of {contract.title}; record its traffic, or name "
        raise invalid(har, "har", f"{told}the description of what was recorded")
    corrections = Corrections(observations, har)
    return corrections.correct(contract, kinds), corrections.told


def _find_bases(contract: Contract, exchanges: Sequence[Exchange]) -> list[str]:
    """Return what stands before the contract's paths in addresses, each only once."""
    known = Paths(contract.operations, ())
    bases: dict[str, None] = {}
    for path in dict.fromkeys(urlsplit(exchange.url).path for exchange in exchanges):
        segments = path.split("/")
        for depth in range(1, min(len(segments), _DEEPEST_BASE + 1)):
            rest = "/" + "/".join(segments[depth:])
            found = known.match("GET", rest)
            if found is not None:
                bases["/".join(segments[:depth])] = None
                break
    return list(filter(None, bases))
