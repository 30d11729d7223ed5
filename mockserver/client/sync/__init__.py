# Generated from mockserver/client/aio/__init__.py by `python -m tools.generate_sync`. Do not edit.
"""The synchronous client: it calls the control API and waits for the response."""

from mockserver.client.sync.client import Client
from mockserver.client.sync.records import Records
from mockserver.client.sync.resources import Clock, Deviations, Faults, Jobs
from mockserver.client.sync.world import World

__all__ = [
    "Client",
    "Clock",
    "Deviations",
    "Faults",
    "Jobs",
    "Records",
    "World",
]
