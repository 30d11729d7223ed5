"""The asynchronous client: it calls the control API from within an event loop."""

from mockserver.client.aio.client import AsyncClient
from mockserver.client.aio.records import AsyncRecords
from mockserver.client.aio.resources import AsyncClock, AsyncDeviations, AsyncFaults, AsyncJobs
from mockserver.client.aio.world import AsyncWorld

__all__ = [
    "AsyncClient",
    "AsyncClock",
    "AsyncDeviations",
    "AsyncFaults",
    "AsyncJobs",
    "AsyncRecords",
    "AsyncWorld",
]
