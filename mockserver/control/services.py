"""What the control API acts on: the parts of one server, which ``app`` makes."""

from asyncio import Semaphore
from typing import Any, NamedTuple

from mockserver.contract.document import Document
from mockserver.http.metrics import RequestMetrics
from mockserver.http.routing import Routes
from mockserver.worlds.events import Events
from mockserver.worlds.factory import WorldFactory
from mockserver.worlds.persistence import BasePersistence, Persistence
from mockserver.worlds.world import WorldRegistry, Worlds


class JobsServices(NamedTuple):
    """The parts of a server of the jobs API. *loads* bounds how many large fixtures are read."""

    document: Document
    worlds: Worlds
    factory: WorldFactory
    persistence: Persistence
    routes: Routes
    loads: Semaphore


class Services(NamedTuple):
    """The parts of one server, which has either jobs or other records.

    *operation_names* are those by which faults and the journal know the contract's operations.
    *records* are `RecordServices`, which a server of jobs does not load.
    """

    worlds: WorldRegistry[Any]
    persistence: BasePersistence
    events: Events
    metrics: RequestMetrics
    operation_names: tuple[str, ...]
    jobs: JobsServices | None = None
    records: object | None = None
