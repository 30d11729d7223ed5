"""Entries of a journal as they are shown: decoded, judged, and without keys."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Annotated
from urllib.parse import unquote

import msgspec
from msgspec import Meta, Struct

from mockserver.client import models
from mockserver.domain.integer import parse_integer
from mockserver.domain.timestamp import format_timestamp
from mockserver.http.routing import Routes
from mockserver.validation.complaints import Complaint, Complaints
from mockserver.worlds.journal import Entry
from mockserver.worlds.slices import slices
from mockserver.worlds.world import World

_MOST_BODY = 16_384
_ENTRIES_AT_ONCE = 20
_REDACTED = "[API key]"


class Criteria(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What an entry is looked for by; what is left out does not matter."""

    operation: str | None = None
    project: str | None = None
    job_id: int | None = None
    user_id: str | None = None
    method: str | None = None
    path: str | None = None
    status: Annotated[int, Meta(ge=100, le=599)] | None = None
    fault: str | None = None
    broke_contract: bool | None = None


class Reading:
    """What can be said of one entry."""

    def __init__(self, entry: Entry, routes: Routes, complaints: Complaints) -> None:
        self.entry = entry
        request = entry.request
        match = routes.match(request.path)
        named = {} if match is None else match.parameters
        self.parameters: Mapping[str, str] = {k: unquote(v) for k, v in named.items()}
        self._complaints = complaints

    @cached_property
    def complaints(self) -> list[Complaint]:
        """How the request broke the contract; looked at only where it matters."""
        return self._complaints.of(self.entry.request)

    @property
    def job_id(self) -> int | None:
        """The jobId in the path, if there is one that is an integer."""
        with suppress(KeyError, ValueError):
            return parse_integer(self.parameters["jobId"])
        return None

    def differences(self, criteria: Criteria) -> list[str]:
        """Return in which ways the entry is not what is looked for."""
        request = self.entry.request
        fields = {
            "operation": request.operation,
            "project": self.parameters.get("projectKey"),
            "jobId": self.job_id,
            "userId": self.parameters.get("userId"),
            "method": request.method,
            "path": request.path,
            "status": self.entry.response.status,
        }
        wanted = msgspec.to_builtins(criteria)
        if wanted["brokeContract"] is not None:
            fields["brokeContract"] = bool(self.complaints)
        found = [
            f"{name} is {value}, not {wanted[name]}"
            for name, value in fields.items()
            if wanted[name] is not None and wanted[name] != value
        ]
        if criteria.fault is not None and criteria.fault not in request.faults:
            found.append(f"fault {criteria.fault} did not touch it")
        return found

    def shown(self, redact: "Redaction") -> models.Entry:
        """Return the entry as the control API shows it."""
        request, response = self.entry.request, self.entry.response
        body = response.body[:_MOST_BODY].decode("utf-8", "replace")
        return models.Entry(
            number=self.entry.number,
            at=format_timestamp(self.entry.at),
            milliseconds=round(self.entry.seconds * 1000, 3),
            operation=request.operation,
            project=self.parameters.get("projectKey"),
            job_id=self.job_id,
            request=models.RecordedRequest(
                method=request.method,
                target=redact.text(request.target),
                headers=redact.fields(request.headers),
                body_length=request.body_length,
            ),
            answer=models.RecordedResponse(
                status=response.status,
                headers=redact.fields(response.headers),
                body=redact.text(body),
            ),
            faults=tuple(request.faults),
            complaints=tuple(
                models.Violation(c.clause, redact.text(c.message)) for c in self.complaints
            ),
        )


class Redaction:
    """Takes API keys out of text."""

    def __init__(self, world: World) -> None:
        self._api_keys = [organization.api_key for organization in world.organizations]

    def text(self, text: str) -> str:
        """Return *text* without keys, in a form that JSON can hold."""
        clean = text.encode("utf-8", "backslashreplace").decode()
        for api_key in self._api_keys:
            clean = clean.replace(api_key, _REDACTED)
        return clean

    def fields(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return header fields; what authorizes is left out altogether."""
        return {
            name: _redacted_scheme(value) if name.lower() == "authorization" else self.text(value)
            for name, value in headers.items()
        }


def _redacted_scheme(value: str) -> str:
    scheme, _, key = value.partition(" ")
    known = scheme.lower() in ("bearer", "basic", "digest")
    return f"{scheme} {_REDACTED}" if known and key else _REDACTED


async def judged(
    entries: Sequence[Entry], routes: Routes, criteria: Criteria
) -> list[tuple[Reading, list[str]]]:
    """Return what can be said of each entry, and in which ways it is not what is looked for."""
    complaints = Complaints(routes)
    found: list[tuple[Reading, list[str]]] = []
    async for some in slices(entries, _ENTRIES_AT_ONCE):
        for entry in some:
            reading = Reading(entry, routes, complaints)
            found.append((reading, reading.differences(criteria)))
    return found


async def told(readings: Sequence[Reading], redact: Redaction) -> list[models.Entry]:
    """Return the entries as the control API shows them."""
    return [
        reading.shown(redact)
        async for some in slices(readings, _ENTRIES_AT_ONCE)
        for reading in some
    ]
