"""The parts of one server that more than one of its halves works with."""

from typing import NamedTuple

from mockserver.http.metrics import Tally
from mockserver.http.routing import Routes
from mockserver.replicas.interface import Sharing
from mockserver.worlds.factory import Founder
from mockserver.worlds.world import Worlds


class Parts(NamedTuple):
    """What the contract's side counts in and the control API acts on."""

    founder: Founder
    worlds: Worlds
    routes: Routes
    tally: Tally
    sharing: Sharing
