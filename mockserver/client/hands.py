"""The hands that steer a world, for programs that wait."""

from typing import TYPE_CHECKING

from mockserver.client import answers, calls
from mockserver.client.effects import Effect

if TYPE_CHECKING:
    from mockserver.client.waiting import Client


class Hand:
    """What the hands share: the client, and the world's name."""

    def __init__(self, client: "Client", name: str) -> None:
        self._client = client
        self._name = name


class Clock(Hand):
    """The clock of a world."""

    def read(self) -> answers.ClockState:
        """Return what time it is."""
        return self._client.send(calls.clock(self._name))

    def advance(self, by: str) -> answers.ClockState:
        """Let it be later *by* a duration such as ``12h``; every job moves as if it had passed."""
        return self._client.send(calls.advance(self._name, by))

    def set(self, now: int | str) -> answers.ClockState:
        """Go on from *now*: epoch milliseconds or ISO 8601."""
        return self._client.send(calls.set_clock(self._name, now, None))

    def run(self, speed: float) -> answers.ClockState:
        """Go on at *speed*, in world seconds per real second."""
        return self._client.send(calls.set_clock(self._name, None, speed))

    def stop(self) -> answers.ClockState:
        """Let the time stand still."""
        return self._client.send(calls.stop(self._name))


class Jobs(Hand):
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
        plan: answers.Plan | None = None,
    ) -> answers.SteeredJob:
        """Make a job in any *status*; the rest follows from that and the world's time."""
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
        return self._client.send(calls.create_job(self._name, job))

    def get(self, job_id: int) -> answers.SteeredJob:
        """Return a job."""
        return self._client.send(calls.job(self._name, job_id))

    def move(self, job_id: int, to: str, errors: str | None = None) -> answers.SteeredJob:
        """Move a job to status *to* now, by the transitions of the contract."""
        return self._client.send(calls.move_job(self._name, job_id, to, errors))

    def plan(
        self, job_id: int, *, runs: str, ends: str, errors: str | None = None
    ) -> answers.SteeredJob:
        """Say how long a job *runs*, such as ``1h``, and in which status it *ends*."""
        return self._client.send(calls.plan_job(self._name, job_id, runs, ends, errors))


class Faults(Hand):
    """The faults in force in a world."""

    def add(  # noqa: PLR0913 -- the members of a fault
        self,
        effect: Effect,
        *,
        name: str | None = None,
        operation: str | None = None,
        project: str | None = None,
        job_id: int | None = None,
        nth: int | None = None,
        probability: float | None = None,
        seed: int = 0,
        times: int | None = None,
    ) -> answers.Force:
        """Put a fault into force; see `mockserver.client.effects` for its *effect*."""
        rule = {
            "effect": effect,
            "name": name,
            "operation": operation,
            "project": project,
            "jobId": job_id,
            "nth": nth,
            "probability": probability,
            "seed": seed,
            "times": times,
        }
        return self._client.send(calls.add_fault(self._name, rule))

    def start(self, scenario: str) -> tuple[answers.Force, ...]:
        """Put the faults of a *scenario* of the fixtures into force."""
        return self._client.send(calls.start_scenario(self._name, scenario)).faults

    def list(self) -> tuple[answers.Force, ...]:
        """Return the faults in force, with their counts."""
        return self._client.send(calls.faults(self._name)).faults

    def remove(self, name: str) -> None:
        """Take one fault out of force."""
        self._client.send(calls.remove_fault(self._name, name))

    def clear(self) -> None:
        """Take all faults out of force."""
        self._client.send(calls.nothing(self._name, "/faults"))


class Deviations(Hand):
    """The deviations of a world."""

    def set(self, *names: str) -> tuple[answers.Deviation, ...]:
        """Let the world deviate in just these ways; none at all without names."""
        return self._client.send(calls.set_deviations(self._name, names)).deviations

    def list(self) -> tuple[answers.Deviation, ...]:
        """Return the deviations of the world."""
        return self._client.send(calls.deviations(self._name)).deviations
