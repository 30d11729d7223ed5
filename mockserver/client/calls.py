"""Each call of the control API as a value: what is sent, and what the answer is. No I/O."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from mockserver.client import answers

T = TypeVar("T")
JSON = "application/json"
#: A fixture: a mapping, or the .json or .yaml file that holds one.
Fixture = Mapping[str, Any] | Path


class ControlError(Exception):
    """The control API refused a call: *status*, what is wrong, *where*, and what to do."""

    def __init__(self, status: int, message: str, where: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.where = where


class Call(NamedTuple, Generic[T]):
    """A call: method, path below the server's origin, content, and the *shape* of its answer."""

    method: str
    path: str
    shape: type[T]
    content: bytes = b""
    media_type: str = JSON

    def read(self, status: int, content: bytes) -> T:
        """Return the answer.

        Raises:
            ControlError: it is a refusal.
        """
        if status >= 400:
            raise _refusal(status, content)
        if not content:
            content = b"null"
        return msgspec.json.decode(content, type=self.shape)


def worlds() -> Call[answers.WorldList]:
    """List the worlds."""
    return Call("GET", "/__admin/worlds", answers.WorldList)


def create_world(
    name: str | None, source: str | None, fixture: Fixture | None
) -> Call[answers.WorldState]:
    """Make a world."""
    path = "/__admin/worlds"
    if isinstance(fixture, Path) and fixture.suffix in (".yaml", ".yml"):
        query = f"?{urlencode({'name': name})}" if name else ""
        content = fixture.read_bytes()
        return Call("POST", path + query, answers.WorldState, content, "application/yaml")
    body: dict[str, Any] = {"name": name, "from": source}
    if fixture is not None:
        body["fixture"] = (
            msgspec.json.decode(fixture.read_bytes().removeprefix(BOM_UTF8))
            if isinstance(fixture, Path)
            else fixture
        )
    return Call("POST", path, answers.WorldState, _json(body))


def world(name: str, rest: str = "", method: str = "GET") -> Call[answers.WorldState]:
    """Read a world, or do what *method* and the *rest* of the path say."""
    return Call(method, _path(name, rest), answers.WorldState)


def nothing(name: str, rest: str) -> Call[None]:
    """Delete a world or something of it."""
    return Call("DELETE", _path(name, rest), type(None))


def snapshot(name: str) -> Call[dict[str, Any]]:
    """Take a snapshot."""
    return Call("GET", _path(name, "/snapshot"), dict[str, Any])


def restore(name: str, fixture: Fixture) -> Call[answers.WorldState]:
    """Restore a snapshot."""
    path = _path(name, "/snapshot")
    if isinstance(fixture, Path):
        kind = JSON if fixture.suffix == ".json" else "application/yaml"
        return Call("PUT", path, answers.WorldState, fixture.read_bytes(), kind)
    return Call("PUT", path, answers.WorldState, _json(fixture))


def clock(name: str) -> Call[answers.ClockState]:
    """Read the clock."""
    return Call("GET", _path(name, "/clock"), answers.ClockState)


def set_clock(name: str, now: int | str | None, speed: float | None) -> Call[answers.ClockState]:
    """Set the clock."""
    body = _json({"now": now, "speed": speed})
    return Call("PATCH", _path(name, "/clock"), answers.ClockState, body)


def advance(name: str, by: str) -> Call[answers.ClockState]:
    """Advance the clock."""
    return Call("POST", _path(name, "/clock/advance"), answers.ClockState, _json({"by": by}))


def stop(name: str) -> Call[answers.ClockState]:
    """Stop the clock."""
    return Call("POST", _path(name, "/clock/stop"), answers.ClockState)


def create_job(name: str, job: Mapping[str, Any]) -> Call[answers.SteeredJob]:
    """Make a job."""
    given = {key: value for key, value in job.items() if value is not None}
    return Call("POST", _path(name, "/jobs"), answers.SteeredJob, _json(given))


def job(name: str, job_id: int) -> Call[answers.SteeredJob]:
    """Read a job."""
    return Call("GET", _path(name, f"/jobs/{job_id}"), answers.SteeredJob)


def move_job(name: str, job_id: int, to: str, errors: str | None) -> Call[answers.SteeredJob]:
    """Move a job."""
    body = _json({"to": to, "errors": errors})
    return Call("POST", _path(name, f"/jobs/{job_id}/transition"), answers.SteeredJob, body)


def plan_job(
    name: str, job_id: int, runs: str, ends: str, errors: str | None
) -> Call[answers.SteeredJob]:
    """Say what will become of a job."""
    body = _json({"runs": runs, "ends": ends, "errors": errors})
    return Call("PUT", _path(name, f"/jobs/{job_id}/plan"), answers.SteeredJob, body)


def faults(name: str) -> Call[answers.ForceList]:
    """List the faults."""
    return Call("GET", _path(name, "/faults"), answers.ForceList)


def add_fault(name: str, rule: Mapping[str, Any]) -> Call[answers.Force]:
    """Put a fault into force."""
    given = {key: value for key, value in rule.items() if value is not None}
    return Call("POST", _path(name, "/faults"), answers.Force, _json(given))


def remove_fault(name: str, fault: str) -> Call[None]:
    """Take a fault out of force."""
    return nothing(name, f"/faults/{quote(fault, safe='')}")


def start_scenario(name: str, scenario: str) -> Call[answers.ForceList]:
    """Put the faults of a scenario into force."""
    return Call("POST", _path(name, f"/scenarios/{quote(scenario, safe='')}"), answers.ForceList)


def deviations(name: str) -> Call[answers.DeviationList]:
    """Read a world's deviations."""
    return Call("GET", _path(name, "/deviations"), answers.DeviationList)


def set_deviations(name: str, names: tuple[str, ...]) -> Call[answers.DeviationList]:
    """Set a world's deviations."""
    body = _json({"names": names})
    return Call("PUT", _path(name, "/deviations"), answers.DeviationList, body)


def journal(name: str, criteria: Mapping[str, Any]) -> Call[answers.Journal]:
    """Read the journal."""
    given = {
        key: str(value).lower() if isinstance(value, bool) else value
        for key, value in criteria.items()
        if value is not None
    }
    query = f"?{urlencode(given)}" if given else ""
    return Call("GET", _path(name, "/journal") + query, answers.Journal)


def verify(name: str, expectation: Mapping[str, Any]) -> Call[answers.Verdict]:
    """Verify what was called."""
    given = {key: value for key, value in expectation.items() if value is not None}
    return Call("POST", _path(name, "/journal/verify"), answers.Verdict, _json(given))


def expectation(  # noqa: PLR0913 -- the criteria of the control API
    *,
    operation: str | None = None,
    project: str | None = None,
    job_id: int | None = None,
    user_id: str | None = None,
    method: str | None = None,
    path: str | None = None,
    status: int | None = None,
    fault: str | None = None,
    broke_contract: bool | None = None,
    exactly: int | None = None,
    at_least: int | None = None,
    at_most: int | None = None,
) -> dict[str, Any]:
    """Return what is looked for, in the words of the control API."""
    return {
        "operation": operation,
        "project": project,
        "jobId": job_id,
        "userId": user_id,
        "method": method,
        "path": path,
        "status": status,
        "fault": fault,
        "brokeContract": broke_contract,
        "exactly": exactly,
        "atLeast": at_least,
        "atMost": at_most,
    }


def _path(name: str, rest: str) -> str:
    return f"/__admin/worlds/{quote(name, safe='')}{rest}"


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)


def _refusal(status: int, content: bytes) -> ControlError:
    try:
        told = msgspec.json.decode(content)
        message = f"{told['error']} ({told['where']}): {told['hint']}"
        return ControlError(status, message, told["where"])
    except (msgspec.DecodeError, LookupError, TypeError):
        return ControlError(status, content[:200].decode(errors="replace"))
