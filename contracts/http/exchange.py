"""One request and its response, as laws read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contracts.http import json_text
from contracts.http.json_text import NOT_JSON, JsonText, Nested

__all__ = ["NOT_JSON", "Exchange", "Place", "get_job_id"]

Place = tuple[Any, ...]
"""Where a request stands in the order of a run in which one is sent after the other.

Two places are compared like words: which request is sent first is chance, which comes first is not.
"""


@dataclass(frozen=True)
class Exchange:
    """A request as it left this process and what came back; laws read it, reports never see it."""

    method: str
    url: str
    headers: Mapping[str, str]
    status: int | None
    """None when no response came; `error` says why."""
    response_headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str | None = None
    operation: str | None = None
    """The operationId of the request, if it is one of the contract."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """The path parameters, decoded."""
    sent: float = 0.0
    received: float = 0.0
    """Seconds on a monotonic clock."""
    lag: float = 0.0
    """Seconds by which what it shows may be behind."""
    waits: int = 0
    """How often the deployment asked to wait (429, 503) before this response."""
    uncertain: bool = False
    """An earlier try of this request may have been carried out already."""
    observed: bool = False
    """It was sent to see what the contract leaves open: no promise is judged by it."""
    too_large: bool = False
    """The response holds more than the judge reads; `error` says what."""
    request_body: object = None
    """What the request carried, if anything: octets or text."""
    miscoded: str = ""
    """Why the body is not decoded: it does not have the Content-Encoding of the response."""
    place: Place = ()
    """Where it stands in the order of the run."""
    crowded: bool = False
    """Other requests were under way at the same time."""

    @property
    def since(self) -> float:
        """Return the earliest moment of which it may show how things were."""
        return self.sent - self.lag

    @property
    def failed(self) -> bool:
        """Tell whether there is no response to it, or only a server error."""
        return self.status is None or self.status >= 500

    @cached_property
    def text(self) -> JsonText:
        """Return the body as JSON text."""
        try:
            return json_text.read(self.body)
        except json_text.ExcessError:
            return JsonText(NOT_JSON)

    @property
    def json(self) -> Any:
        """Return the body as JSON, or NOT_JSON; a value that Python's reader adds is not JSON.

        A number without a fraction is an integer, however it is written: `7.0` is 7 (JSON Schema
        2020-12 Core §4.2.1 and §6.3). So a jobId is an int for all laws, or it is not a jobId.
        """
        return self.text.value

    @property
    def request_text(self) -> str:
        """Return what the request carried as text; empty if it carried nothing."""
        body = self.request_body
        return body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")

    @property
    def media_type(self) -> str:
        """Return the media type of the response without its parameters."""
        return self.response_headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def data(self) -> Any:
        """Return what the envelope holds, or None."""
        return self.json.get("data") if isinstance(self.json, dict) else None

    @cached_property
    def job(self) -> dict[str, Any]:
        """Return the one record in the envelope, or an empty one."""
        return _wrap_nested(self.data) if isinstance(self.data, dict) else {}

    @cached_property
    def jobs(self) -> list[dict[str, Any]]:
        """Return the records in the envelope."""
        if not isinstance(self.data, list):
            return []
        return [_wrap_nested(job) for job in self.data if isinstance(job, dict)]


def _wrap_nested(given: dict[str, Any]) -> dict[str, Any]:
    if not any(isinstance(value, dict | list) for value in given.values()):
        return given
    return {
        name: Nested(json.dumps(value, sort_keys=True)) if isinstance(value, dict | list) else value
        for name, value in given.items()
    }


def get_job_id(job: Mapping[str, Any]) -> int | None:
    """Return the jobId of a record, or None if that is not an integer."""
    found = job.get("jobId")
    return found if type(found) is int else None  # a bool is an int to Python, and none to JSON
