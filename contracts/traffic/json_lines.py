"""Exchanges as JSON lines: one object a line, for recorders that have no HAR."""

from __future__ import annotations

import base64
import binascii

import msgspec

from contracts.traffic.recorded import Recorded, compute_end, read_time


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """One exchange; docs/guides/watch.md describes the members."""

    at: float | str
    method: str
    url: str
    status: int
    ms: float | None = None
    headers: dict[str, str] = {}
    response_headers: dict[str, str] | None = None
    body: str | None = None
    body_base64: str | None = None


_decode = msgspec.json.Decoder(_Line).decode


def read_start(line: bytes) -> float:
    """Return when the request of *line* was sent; raises ValueError if it does not say."""
    return _read_at(_decode(line))


def _read_at(line: _Line) -> float:
    return read_time(line.at) if isinstance(line.at, str) else line.at / 1000


def read_line(line: bytes) -> Recorded:
    """Read one line; raises ValueError, which says what is wrong with it."""
    found = _decode(line)
    sent = _read_at(found)
    body = None if found.body is None else found.body.encode("utf-8", "surrogatepass")
    if found.body_base64 is not None:
        if body is not None:
            raise ValueError("it has both `body` and `body_base64`")
        try:
            body = base64.b64decode(found.body_base64, validate=True)
        except binascii.Error as error:
            raise ValueError(f"`body_base64` is not base64: {error}") from error
    return Recorded(
        method=found.method.upper(),
        url=found.url,
        headers={name.lower(): value for name, value in found.headers.items()},
        status=max(found.status, 0),
        response_headers=None
        if found.response_headers is None
        else {name.lower(): value for name, value in found.response_headers.items()},
        body=body,
        sent=sent,
        received=compute_end(sent, found.ms),
    )
