"""The hands that steer a world, to be awaited."""

from typing import TYPE_CHECKING

from mockserver.client import answers, calls
from mockserver.client.effects import Effect

if TYPE_CHECKING:
    from mockserver.client.awaiting import AsyncClient


class Hand:
    """What the hands share: the client, and the world's name."""

    def __init__(self, client: "AsyncClient", name: str) -> None:
        self._client = client
        self._name = name


class AsyncClock(Hand):
    """The clock of a world."""

    async def read(self) -> answers.ClockState:
        """Return what time it is."""
        return await self._client.send(calls.clock(self._name))

    async def advance(self, by: str) -> answers.ClockState:
        """Let it be later *by* a duration such as ``12h``; every job moves as if it had passed."""
        return await self._client.send(calls.advance(self._name, by))

    async def set(self, now: int | str) -> answers.ClockState:
        """Go on from *now*: epoch milliseconds or ISO 8601."""
        return await self._client.send(calls.set_clock(self._name, now, None))

    async def run(self, speed: float) -> answers.ClockState:
        """Go on at *speed*, in world seconds per real second."""
        return await self._client.send(calls.set_clock(self._name, None, speed))

    async def stop(self) -> answers.ClockState:
        """Let the time stand still."""
        return await self._client.send(calls.stop(self._name))


class AsyncJobs(Hand):
    """The jobs of a world."""

    async def create(  # noqa: PLR0913 -- the members of a job
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
        return await self._client.send(calls.create_job(self._name, job))

    async def get(self, job_id: int) -> answers.SteeredJob:
        """Return a job."""
        return await self._client.send(calls.job(self._name, job_id))

    async def move(self, job_id: int, to: str, errors: str | None = None) -> answers.SteeredJob:
        """Move a job to status *to* now, by the transitions of the contract."""
        return await self._client.send(calls.move_job(self._name, job_id, to, errors))

    async def plan(
        self, job_id: int, *, runs: str, ends: str, errors: str | None = None
    ) -> answers.SteeredJob:
        """Say how long a job *runs*, such as ``1h``, and in which status it *ends*."""
        return await self._client.send(calls.plan_job(self._name, job_id, runs, ends, errors))


class AsyncFaults(Hand):
    """The faults in force in a world."""

    async def add(  # noqa: PLR0913 -- the members of a fault
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
        return await self._client.send(calls.add_fault(self._name, rule))

    async def start(self, scenario: str) -> tuple[answers.Force, ...]:
        """Put the faults of a *scenario* of the fixtures into force."""
        return (await self._client.send(calls.start_scenario(self._name, scenario))).faults

    async def list(self) -> tuple[answers.Force, ...]:
        """Return the faults in force, with their counts."""
        return (await self._client.send(calls.faults(self._name))).faults

    async def remove(self, name: str) -> None:
        """Take one fault out of force."""
        await self._client.send(calls.remove_fault(self._name, name))

    async def clear(self) -> None:
        """Take all faults out of force."""
        await self._client.send(calls.nothing(self._name, "/faults"))


class AsyncDeviations(Hand):
    """The deviations of a world."""

    async def set(self, *names: str) -> tuple[answers.Deviation, ...]:
        """Let the world deviate in just these ways; none at all without names."""
        return (await self._client.send(calls.set_deviations(self._name, names))).deviations

    async def list(self) -> tuple[answers.Deviation, ...]:
        """Return the deviations of the world."""
        return (await self._client.send(calls.deviations(self._name))).deviations
