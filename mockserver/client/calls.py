"""Each call of the control API as a value: what is sent, and what is answered. No I/O.

A function is named after the operation (operationId) of ``mockserver/control/openapi.yaml``.
"""

from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from msgspec.json import decode, encode

from mockserver.client import models

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
    """A call: method, path below the server's origin, content, and the *shape* of its response."""

    method: str
    path: str
    shape: type[T]
    content: bytes = b""
    media_type: str = JSON

    def read(self, status: int, content: bytes) -> T:
        """Return what is answered.

        Raises:
            ControlError: it is a refusal.
        """
        if status >= 400:
            raise _refusal(status, content)
        return decode(content or b"null", type=self.shape)


def list_worlds() -> Call[models.WorldList]:
    """List the worlds."""
    return Call("GET", "/__admin/worlds", models.WorldList)


def create_world(
    name: str | None, source: str | None, fixture: Fixture | None
) -> Call[models.WorldState]:
    """Create a world."""
    path = "/__admin/worlds"
    if isinstance(fixture, Path) and fixture.suffix in (".yaml", ".yml"):
        query = f"?{urlencode({'name': name})}" if name else ""
        content = fixture.read_bytes()
        return Call("POST", path + query, models.WorldState, content, "application/yaml")
    body: dict[str, Any] = {"name": name, "from": source}
    if isinstance(fixture, Path):
        body["fixture"] = decode(fixture.read_bytes().removeprefix(BOM_UTF8))
    elif fixture is not None:
        body["fixture"] = fixture
    return Call("POST", path, models.WorldState, encode(body))


def get_world(name: str) -> Call[models.WorldState]:
    """Read a world."""
    return Call("GET", _path(name), models.WorldState)


def reset_world(name: str) -> Call[models.WorldState]:
    """Let a world begin again."""
    return Call("POST", _path(name, "/reset"), models.WorldState)


def delete_world(name: str) -> Call[None]:
    """Delete a world."""
    return Call("DELETE", _path(name), type(None))


def snapshot_world(name: str) -> Call[dict[str, Any]]:
    """Take a snapshot."""
    return Call("GET", _path(name, "/snapshot"), dict[str, Any])


def restore_world(name: str, fixture: Fixture) -> Call[models.WorldState]:
    """Restore a snapshot."""
    path = _path(name, "/snapshot")
    if isinstance(fixture, Path):
        kind = JSON if fixture.suffix == ".json" else "application/yaml"
        return Call("PUT", path, models.WorldState, fixture.read_bytes(), kind)
    return Call("PUT", path, models.WorldState, encode(fixture))


def read_clock(name: str) -> Call[models.ClockState]:
    """Read the clock."""
    return Call("GET", _path(name, "/clock"), models.ClockState)


def set_clock(name: str, now: int | str | None, speed: float | None) -> Call[models.ClockState]:
    """Set the clock."""
    body = encode({"now": now, "speed": speed})
    return Call("PATCH", _path(name, "/clock"), models.ClockState, body)


def advance_clock(name: str, by: str) -> Call[models.ClockState]:
    """Advance the clock."""
    return Call("POST", _path(name, "/clock/advance"), models.ClockState, encode({"by": by}))


def stop_clock(name: str) -> Call[models.ClockState]:
    """Stop the clock."""
    return Call("POST", _path(name, "/clock/stop"), models.ClockState)


def create_job(name: str, job: Mapping[str, Any]) -> Call[models.SteeredJob]:
    """Create a job."""
    return Call("POST", _path(name, "/jobs"), models.SteeredJob, encode(_trim(job)))


def read_job(name: str, job_id: int) -> Call[models.SteeredJob]:
    """Read a job."""
    return Call("GET", _path(name, f"/jobs/{job_id}"), models.SteeredJob)


def move_job(name: str, job_id: int, to: str, errors: str | None) -> Call[models.SteeredJob]:
    """Move a job."""
    body = encode({"to": to, "errors": errors})
    return Call("POST", _path(name, f"/jobs/{job_id}/transition"), models.SteeredJob, body)


def plan_job(
    name: str, job_id: int, runs: str, ends: str, errors: str | None
) -> Call[models.SteeredJob]:
    """Say what will become of a job."""
    body = encode({"runs": runs, "ends": ends, "errors": errors})
    return Call("PUT", _path(name, f"/jobs/{job_id}/plan"), models.SteeredJob, body)


def list_faults(name: str) -> Call[models.ActiveFaultList]:
    """List the faults."""
    return Call("GET", _path(name, "/faults"), models.ActiveFaultList)


def add_fault(name: str, rule: Mapping[str, Any]) -> Call[models.ActiveFault]:
    """Put a fault into force."""
    return Call("POST", _path(name, "/faults"), models.ActiveFault, encode(_trim(rule)))


def remove_fault(name: str, fault: str) -> Call[None]:
    """Take a fault out of force."""
    return Call("DELETE", _path(name, f"/faults/{quote(fault, safe='')}"), type(None))


def clear_faults(name: str) -> Call[None]:
    """Take all faults out of force."""
    return Call("DELETE", _path(name, "/faults"), type(None))


def start_scenario(name: str, scenario: str) -> Call[models.ActiveFaultList]:
    """Put the faults of a scenario into force."""
    return Call(
        "POST", _path(name, f"/scenarios/{quote(scenario, safe='')}"), models.ActiveFaultList
    )


def read_deviations(name: str) -> Call[models.DeviationList]:
    """Read a world's deviations."""
    return Call("GET", _path(name, "/deviations"), models.DeviationList)


def set_deviations(name: str, names: tuple[str, ...]) -> Call[models.DeviationList]:
    """Set a world's deviations."""
    body = encode({"names": names})
    return Call("PUT", _path(name, "/deviations"), models.DeviationList, body)


def read_journal(name: str, criteria: Mapping[str, Any]) -> Call[models.Journal]:
    """Read the journal."""
    texts: list[tuple[str, Any]] = []
    for key, value in _trim(criteria).items():
        if isinstance(value, Mapping):
            texts += [(key, f"{name}={text}") for name, text in value.items()]
        else:
            texts.append((key, str(value).lower() if isinstance(value, bool) else value))
    query = f"?{urlencode(texts)}" if texts else ""
    return Call("GET", _path(name, "/journal") + query, models.Journal)


def clear_journal(name: str) -> Call[None]:
    """Forget all exchanges."""
    return Call("DELETE", _path(name, "/journal"), type(None))


def verify_journal(name: str, expectation: Mapping[str, Any]) -> Call[models.Verdict]:
    """Verify what was called."""
    return Call("POST", _path(name, "/journal/verify"), models.Verdict, encode(_trim(expectation)))


def _path(name: str, rest: str = "") -> str:
    return f"/__admin/worlds/{quote(name, safe='')}{rest}"


def _trim(members: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value is not None}


def _refusal(status: int, content: bytes) -> ControlError:
    try:
        body = decode(content)
        message = f"{body['error']} ({body['where']}): {body['hint']}"
        return ControlError(status, message, body["where"])
    except (msgspec.DecodeError, LookupError, TypeError):
        return ControlError(status, content[:200].decode(errors="replace"))
