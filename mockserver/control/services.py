"""What the control API acts on: the parts of one server, which ``app`` makes."""

from asyncio import Semaphore
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from mockserver.contract.document import Document
from mockserver.http.metrics import RequestMetrics
from mockserver.http.routing import Routes
from mockserver.operations.records.api import Api
from mockserver.records.fixtures import Fixtures
from mockserver.worlds.events import Events
from mockserver.worlds.factory import WorldFactory
from mockserver.worlds.persistence import BasePersistence, Persistence
from mockserver.worlds.record_factory import RecordWorldFactory
from mockserver.worlds.records import RecordWorlds
from mockserver.worlds.world import WorldRegistry, Worlds


class JobsServices(NamedTuple):
    """The parts of a server of the jobs API. *loads* bounds how many large fixtures are read."""

    document: Document
    worlds: Worlds
    factory: WorldFactory
    persistence: Persistence
    routes: Routes
    loads: Semaphore


class RecordServices(NamedTuple):
    """The parts of a server of any other API.

    *read_fixture* returns what a file states; it raises InvalidSourceError.
    """

    api: Api
    worlds: RecordWorlds
    factory: RecordWorldFactory
    read_fixture: Callable[[Path], Fixtures]


class Services(NamedTuple):
    """The parts of one server, which has either jobs or other records.

    *operation_names* are those by which faults and the journal know the contract's operations.
    """

    worlds: WorldRegistry[Any]
    persistence: BasePersistence
    events: Events
    metrics: RequestMetrics
    operation_names: tuple[str, ...]
    jobs: JobsServices | None = None
    records: RecordServices | None = None
