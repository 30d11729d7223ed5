"""The client for programs that wait: one connection, kept open, of the standard library.

`http.client` is used since it adds nothing to an install of the mock and costs little to import,
which every run of pytest with the plugin would pay.
"""

import http.client
import threading
from types import TracebackType
from typing import Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from mockserver.client import answers, calls
from mockserver.client.calls import Call, Fixture
from mockserver.client.effects import Effect

T = TypeVar("T")
_PATIENCE_SECONDS = 60.0


class Client:
    """Calls the control API of the mock at *url*, such as ``http://127.0.0.1:8080``.

    Threads may share a client. *token* is that of ``--admin-token``. Where the control API has a
    port of its own, *url* names that, and *api_url* the port of the jobs API.
    """

    def __init__(self, url: str, token: str | None = None, api_url: str | None = None) -> None:
        parts = urlsplit(url)
        self.base_url = (api_url or url).rstrip("/")
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._lock = threading.Lock()
        self._connection = http.client.HTTPConnection(
            parts.hostname or "127.0.0.1", parts.port or 80, timeout=_PATIENCE_SECONDS
        )

    def send(self, call: Call[T]) -> T:
        """Send *call* and return its answer.

        Raises:
            ControlError: the server refuses it.
            OSError: the server cannot be reached.
        """
        headers = {**self._headers, "Content-Type": call.media_type}
        with self._lock:
            try:
                return call.read(*self._answer(call, headers))
            except (http.client.RemoteDisconnected, ConnectionResetError):
                # The server closed the connection while it was idle.
                self._connection.close()
                return call.read(*self._answer(call, headers))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Return the client, which is closed afterwards."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the client."""
        self.close()

    def worlds(self) -> "list[World]":
        """Return all worlds."""
        return [World(self, state) for state in self.send(calls.worlds()).worlds]

    def world(self, name: str = "default") -> "World":
        """Return the world of that name."""
        return World(self, self.send(calls.world(name)))

    def create_world(
        self,
        name: str | None = None,
        *,
        source: Literal["seed", "empty"] | None = None,
        fixture: Fixture | None = None,
    ) -> "World":
        """Make a world, from the server's seed, from nothing, or from a fixture."""
        return World(self, self.send(calls.create_world(name, source, fixture)))

    def _answer(self, call: Call[T], headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request(call.method, call.path, call.content or None, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()


class World:
    """A world: its keys for clients under test, and the hands that steer it."""

    def __init__(self, client: Client, state: answers.WorldState) -> None:
        self._client = client
        self.state = state
        self.name = state.name
        self.base_url = client.base_url
        self.clock = Clock(client, state.name)
        self.jobs = Jobs(client, state.name)
        self.faults = Faults(client, state.name)
        self.deviations = Deviations(client, state.name)

    @property
    def api_key(self) -> str:
        """The key of the world's first organization."""
        return self.state.organizations[0].api_key

    @property
    def project_key(self) -> str:
        """The key of that organization's first project."""
        return self.state.organizations[0].projects[0].project_key

    def requests(self, *, limit: int = 100, **criteria: Any) -> tuple[answers.Entry, ...]:
        """Return the newest exchanges that fit, the oldest first; see `calls.expectation`."""
        asked = {**calls.expectation(**criteria), "limit": limit}
        return self._client.send(calls.journal(self.name, asked)).entries

    def journal(self) -> answers.Journal:
        """Return the newest exchanges, with the counts of the journal."""
        return self._client.send(calls.journal(self.name, {}))

    def clear_journal(self) -> None:
        """Forget all exchanges."""
        self._client.send(calls.nothing(self.name, "/journal"))

    def verify(self, **expected: Any) -> answers.Verdict:
        """Return whether as many exchanges fit as expected; see `calls.expectation`."""
        return self._client.send(calls.verify(self.name, calls.expectation(**expected)))

    def snapshot(self) -> dict[str, Any]:
        """Return the world as a fixture."""
        return self._client.send(calls.snapshot(self.name))

    def restore(self, fixture: Fixture) -> None:
        """Let the world be what *fixture* states."""
        self.state = self._client.send(calls.restore(self.name, fixture))

    def reset(self) -> None:
        """Let the world begin again."""
        self.state = self._client.send(calls.world(self.name, "/reset", "POST"))

    def delete(self) -> None:
        """Forget the world."""
        self._client.send(calls.nothing(self.name, ""))


class _Hand:
    """What the hands share: the client, and the world's name."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name


class Clock(_Hand):
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


class Jobs(_Hand):
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


class Faults(_Hand):
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


class Deviations(_Hand):
    """The deviations of a world."""

    def set(self, *names: str) -> tuple[answers.Deviation, ...]:
        """Let the world deviate in just these ways; none at all without names."""
        return self._client.send(calls.set_deviations(self._name, names)).deviations

    def list(self) -> tuple[answers.Deviation, ...]:
        """Return the deviations of the world."""
        return self._client.send(calls.deviations(self._name)).deviations
