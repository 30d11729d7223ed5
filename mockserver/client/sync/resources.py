# Generated from mockserver/client/aio/resources.py by `python -m tools.generate_sync`. Do not edit.
"""The resources of a world, for the synchronous client: clock, jobs, faults and deviations."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from mockserver.client import calls, models
from mockserver.client.calls import Call
from mockserver.client.effects import Effect

T = TypeVar("T")


class Sender(Protocol):
    """What a resource needs of a client."""

    def send(self, call: Call[T]) -> T:
        """Send *call* and return its response."""


class Resource:
    """What the resources share: who sends their calls, and the world's name."""

    def __init__(self, sender: Sender, name: str) -> None:
        self._sender = sender
        self._name = name


class Clock(Resource):
    """The clock of a world."""

    def read(self) -> models.ClockState:
        """Return what time it is."""
        return self._sender.send(calls.read_clock(self._name))

    def advance(self, by: str) -> models.ClockState:
        """Let it be later *by* a duration such as ``12h``; every job moves as if it had passed."""
        return self._sender.send(calls.advance_clock(self._name, by))

    def set(self, now: int | str) -> models.ClockState:
        """Go on from *now*: epoch milliseconds or ISO 8601."""
        return self._sender.send(calls.set_clock(self._name, now, None))

    def run(self, speed: float) -> models.ClockState:
        """Go on at *speed*, in world seconds per real second."""
        return self._sender.send(calls.set_clock(self._name, None, speed))

    def stop(self) -> models.ClockState:
        """Let the time stand still."""
        return self._sender.send(calls.stop_clock(self._name))


class Jobs(Resource):
    """The jobs of a world."""

    def create(  # noqa: PLR0913 -- the members of a job
        self,
        reference_id: str = "user@example.com",
        *,
        status: str | None = None,
        project: str | None = None,
        job_id: int | None = None,
        created_at: int | str | None = None,
        start_at: int | str | None = None,
        updated_at: int | str | None = None,
        errors: str | None = None,
        plan: models.Plan | None = None,
    ) -> models.SteeredJob:
        """Create a job in any *status*; the rest follows from that and the world's time."""
        job = {
            "referenceId": reference_id,
            "status": status,
            "project": project,
            "jobId": job_id,
            "createdAt": created_at,
            "startAt": start_at,
            "updatedAt": updated_at,
            "errors": errors,
            "plan": plan,
        }
        return self._sender.send(calls.create_job(self._name, job))

    def get(self, job_id: int) -> models.SteeredJob:
        """Return a job."""
        return self._sender.send(calls.read_job(self._name, job_id))

    def move(self, job_id: int, to: str, errors: str | None = None) -> models.SteeredJob:
        """Move a job to status *to* now, by the transitions of its world."""
        return self._sender.send(calls.move_job(self._name, job_id, to, errors))

    def plan(
        self, job_id: int, *, runs: str, ends: str, errors: str | None = None
    ) -> models.SteeredJob:
        """Say how long a job *runs*, such as ``1h``, and in which status it *ends*."""
        return self._sender.send(calls.plan_job(self._name, job_id, runs, ends, errors))


class Faults(Resource):
    """The faults in force in a world."""

    def add(  # noqa: PLR0913 -- the members of a fault
        self,
        effect: Effect,
        *,
        name: str | None = None,
        operation: str | None = None,
        project: str | None = None,
        job_id: int | None = None,
        parameters: Mapping[str, str] | None = None,
        nth: int | None = None,
        probability: float | None = None,
        seed: int = 0,
        times: int | None = None,
    ) -> models.ActiveFault:
        """Put a fault into force; see `mockserver.client.effects` for its *effect*.

        *parameters* are those of the paths that it is about, such as ``{"batch_id": "one"}``;
        *project* and *job_id* are the same in the words of the jobs API.
        """
        rule = {
            "effect": effect,
            "name": name,
            "operation": operation,
            "project": project,
            "jobId": job_id,
            "parameters": parameters,
            "nth": nth,
            "probability": probability,
            "seed": seed,
            "times": times,
        }
        return self._sender.send(calls.add_fault(self._name, rule))

    def start(self, scenario: str) -> tuple[models.ActiveFault, ...]:
        """Put the faults of a *scenario* of the fixtures into force."""
        listed = self._sender.send(calls.start_scenario(self._name, scenario))
        return listed.faults

    def list(self) -> tuple[models.ActiveFault, ...]:
        """Return the faults in force, with their counts."""
        listed = self._sender.send(calls.list_faults(self._name))
        return listed.faults

    def remove(self, name: str) -> None:
        """Take one fault out of force."""
        self._sender.send(calls.remove_fault(self._name, name))

    def clear(self) -> None:
        """Take all faults out of force."""
        self._sender.send(calls.clear_faults(self._name))


class Deviations(Resource):
    """The deviations of a world."""

    def set(self, *names: str) -> tuple[models.Deviation, ...]:
        """Let the world deviate in just these ways; none at all without names."""
        listed = self._sender.send(calls.set_deviations(self._name, names))
        return listed.deviations

    def list(self) -> tuple[models.Deviation, ...]:
        """Return the deviations of the world."""
        listed = self._sender.send(calls.read_deviations(self._name))
        return listed.deviations
