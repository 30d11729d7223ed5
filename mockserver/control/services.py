"""The parts of one server that more than one of its halves works with."""

from typing import NamedTuple

from mockserver.http.metrics import RequestMetrics
from mockserver.http.routing import Routes
from mockserver.replicas.interface import Sharing
from mockserver.worlds.factory import WorldFactory
from mockserver.worlds.world import Worlds


class Services(NamedTuple):
    """What the contract's side counts in and the control API acts on."""

    factory: WorldFactory
    worlds: Worlds
    routes: Routes
    metrics: RequestMetrics
    sharing: Sharing
