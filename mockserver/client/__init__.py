"""A client of the control API: `Client` is called, `AsyncClient` is awaited; both steer worlds.

`calls` says what is sent and `models` what is answered, without I/O; `effects` makes the effects
of faults; `transport` does the I/O. `aio` is written by hand, and `sync` is generated from it by
``python -m tools.generate_sync``. Nothing here imports the rest of the mock; `control` encodes its
responses from the same `models`.
"""

from mockserver.client.aio import AsyncClient, AsyncWorld
from mockserver.client.calls import ControlError
from mockserver.client.sync import Client, Records, World

__all__ = ["AsyncClient", "AsyncWorld", "Client", "ControlError", "Records", "World"]
