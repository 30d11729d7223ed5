"""What the control API acts on: the parts of one server, which ``app`` makes."""

from asyncio import Semaphore
from typing import NamedTuple

from mockserver.contract.document import Document
from mockserver.http.metrics import RequestMetrics
from mockserver.http.routing import Routes
from mockserver.worlds.events import Events
from mockserver.worlds.factory import WorldFactory
from mockserver.worlds.persistence import Persistence
from mockserver.worlds.world import Worlds


class Services(NamedTuple):
    """The parts of one server. *loads* bounds how many large fixtures are read at once."""

    document: Document
    worlds: Worlds
    factory: WorldFactory
    persistence: Persistence
    events: Events
    routes: Routes
    metrics: RequestMetrics
    loads: Semaphore
