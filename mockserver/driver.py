"""Puts records into any state, for the judge: ``--driver mockserver.driver:MockDriver``."""

from collections.abc import Mapping
from math import ceil
from typing import Protocol

from mockserver.client import Client, ControlError, World


class Target(Protocol):
    """What the driver is told of the deployment: where it is, and as whom it is called."""

    @property
    def base_url(self) -> str:
        """The URL below which the contract's paths are."""

    @property
    def api_key(self) -> str:
        """The key that decides the world."""

    @property
    def project(self) -> str:
        """The key of the project that is judged; empty for another API than the jobs API."""

    @property
    def resource(self) -> str:
        """What the records of another API are called."""

    @property
    def path(self) -> Mapping[str, str]:
        """The path parameters of the list of another API."""


class MockDriver:
    """Makes jobs, or records of another API, in the world that the target's API key opens.

    Args:
        target: the mock to drive; it runs on this machine, without an admin token.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._made = 0
        with Client(target.base_url) as client:
            self._name = self._find_world(client).name

    def job_in(self, status: str) -> int | str | None:
        """Return the key of a new record in the state *status*; None if none can have it."""
        self._made += 1
        with Client(self._target.base_url) as client:
            world = client.world(self._name)
            make = self._make_job if self._target.project else self._make_record
            try:
                return make(world, status)
            except ControlError:
                return None

    def advance(self, seconds: float) -> None:
        """Let it be later in the world by *seconds*; records move as if they had passed."""
        with Client(self._target.base_url) as client:
            client.world(self._name).clock.advance(f"{ceil(seconds)}s")

    def _make_job(self, world: World, status: str) -> int:
        user = f"driven-{self._made}@example.com"
        return world.jobs.create(user, status=status, project=self._target.project).job_id

    def _make_record(self, world: World, state: str) -> int | str:
        """Make a record where the target's list has its own.

        Where a member of the records says so, as the path of the list does, it is given as well.
        """
        records, path = world.records(self._target.resource), self._target.path
        there = [one.record for one in records.list()]
        members = {
            name: value
            for record in there
            for name, value in record.items()
            if isinstance(value, str) and value in path.values()
        }
        try:
            return records.create(state=state, members=members, path=path).key
        except ControlError:  # these records have no scope by their path
            return records.create(state=state, members=members).key

    def _find_world(self, client: Client) -> World:
        key = self._target.api_key
        for world in client.worlds():
            secrets = [one.secret for one in world.state.credentials]
            if key in [*secrets, *(one.api_key for one in world.state.organizations)]:
                return world
        raise LookupError("no world of this mock has the target's API key")
