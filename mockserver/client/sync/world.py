# Generated from mockserver/client/aio/world.py by `python -m tools.generate_sync`. Do not edit.
"""A world of the synchronous client."""

from typing import Any

from mockserver.client import calls, models
from mockserver.client.calls import Fixture
from mockserver.client.criteria import expectation
from mockserver.client.sync.records import Records
from mockserver.client.sync.resources import (
    Clock,
    Deviations,
    Faults,
    Jobs,
    Sender,
)


class World:
    """A world: its keys for clients under test, and the resources that steer it.

    Args:
        sender: sends the calls.
        base_url: where the jobs API is.
        state: the world as it was when it was read.
    """

    def __init__(self, sender: Sender, base_url: str, state: models.WorldState) -> None:
        self._sender = sender
        self.state = state
        self.name = state.name
        self.base_url = base_url
        self.clock = Clock(sender, state.name)
        self.jobs = Jobs(sender, state.name)
        self.faults = Faults(sender, state.name)
        self.deviations = Deviations(sender, state.name)

    def records(self, resource: str) -> Records:
        """Return the records of a *resource* of any API, such as ``batches``."""
        return Records(self._sender, self.name, resource)

    @property
    def api_key(self) -> str:
        """The key of the world's first organization, or its first credential."""
        if self.state.credentials:
            return self.state.credentials[0].secret
        return self.state.organizations[0].api_key

    @property
    def project_key(self) -> str:
        """The key of that organization's first project."""
        return self.state.organizations[0].projects[0].project_key

    def requests(self, *, limit: int = 100, **criteria: Any) -> tuple[models.Entry, ...]:
        """Return the newest exchanges that fit, the oldest first; see `criteria.expectation`."""
        query = {**expectation(**criteria), "limit": limit}
        journal = self._sender.send(calls.read_journal(self.name, query))
        return journal.entries

    def journal(self) -> models.Journal:
        """Return the newest exchanges, with the counts of the journal."""
        return self._sender.send(calls.read_journal(self.name, {}))

    def clear_journal(self) -> None:
        """Forget all exchanges."""
        self._sender.send(calls.clear_journal(self.name))

    def verify(self, **expected: Any) -> models.Verdict:
        """Return whether as many exchanges fit as expected; see `criteria.expectation`."""
        return self._sender.send(calls.verify_journal(self.name, expectation(**expected)))

    def snapshot(self) -> dict[str, Any]:
        """Return the world as a fixture."""
        return self._sender.send(calls.snapshot_world(self.name))

    def restore(self, fixture: Fixture) -> None:
        """Let the world be what *fixture* states."""
        self.state = self._sender.send(calls.restore_world(self.name, fixture))

    def reset(self) -> None:
        """Let the world begin again."""
        self.state = self._sender.send(calls.reset_world(self.name))

    def delete(self) -> None:
        """Delete the world; its keys open nothing from then on."""
        self._sender.send(calls.delete_world(self.name))
