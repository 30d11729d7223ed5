"""A client of the control API: `Client` waits, `AsyncClient` is awaited; both steer worlds."""

from mockserver.client.awaiting import AsyncClient, AsyncWorld
from mockserver.client.calls import ControlError
from mockserver.client.waiting import Client, World

__all__ = ["AsyncClient", "AsyncWorld", "Client", "ControlError", "World"]
