"""Puts jobs into any status, for the judge: ``--driver mockserver.driver:MockDriver``."""

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
        """The key of the project that is judged."""


class MockDriver:
    """Makes jobs in the world that the target's API key opens.

    Args:
        target: the mock to drive; it runs on this machine, without an admin token.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._made = 0
        with Client(target.base_url) as client:
            self._name = self._find_world(client).name

    def job_in(self, status: str) -> int | None:
        """Return the jobId of a new job in *status*; None if no job can have it."""
        self._made += 1
        user = f"driven-{self._made}@example.com"
        with Client(self._target.base_url) as client:
            jobs = client.world(self._name).jobs
            try:
                return jobs.create(user, status=status, project=self._target.project).job_id
            except ControlError:
                return None

    def _find_world(self, client: Client) -> World:
        for world in client.worlds():
            if any(o.api_key == self._target.api_key for o in world.state.organizations):
                return world
        raise LookupError("no world of this mock has the target's API key")
