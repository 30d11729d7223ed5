"""Puts jobs into any status, for the judge: ``--driver mockserver.driver:MockDriver``."""

from typing import Protocol

from mockserver.client import Client, ControlError


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
        self._project = target.project
        for world in Client(target.base_url).worlds():
            if any(o.api_key == target.api_key for o in world.state.organizations):
                self._world = world
                break
        else:
            raise LookupError("no world of this mock has the target's API key")
        self._made = 0

    def job_in(self, status: str) -> int | None:
        """Return the jobId of a new job in *status*; None if there is no such status."""
        self._made += 1
        user = f"driven-{self._made}@example.com"
        try:
            return self._world.jobs.create(user, status=status, project=self._project).job_id
        except ControlError:
            return None
