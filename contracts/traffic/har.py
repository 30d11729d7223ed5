"""Entries of HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), as recorders write them.

Browsers and proxies leave out bodies, cut them off, and add members of their own; what is not
needed here is skipped.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

import msgspec

from contracts.traffic.recorded import Recorded, compute_end, read_time


class _Header(msgspec.Struct):
    name: str
    value: str = ""


class _Request(msgspec.Struct):
    method: str
    url: str
    headers: list[_Header] = []


class _Content(msgspec.Struct):
    text: str | None = None
    encoding: str | None = None
    size: float | None = None
    kind: str | None = msgspec.field(name="mimeType", default=None)


class _Response(msgspec.Struct):
    status: int
    headers: list[_Header] = []
    content: _Content = msgspec.field(default_factory=_Content)


class _Entry(msgspec.Struct):
    started: str = msgspec.field(name="startedDateTime")
    request: _Request
    response: _Response
    time: float | None = None
    from_cache: str | bool | None = msgspec.field(name="_fromCache", default=None)
    from_worker: bool | None = msgspec.field(name="_fetchedViaServiceWorker", default=None)


class _Start(msgspec.Struct):
    started: str = msgspec.field(name="startedDateTime")


_decode_entry = msgspec.json.Decoder(_Entry).decode
_decode_start = msgspec.json.Decoder(_Start).decode


def read_start(entry: bytes) -> float:
    """Return when the request of *entry* was sent; raises ValueError if it does not say."""
    return read_time(_decode_start(entry).started)


def read_entry(entry: bytes) -> Recorded:
    """Read one entry; raises ValueError, which says what is missing or has the wrong type."""
    found = _decode_entry(entry)
    sent = read_time(found.started)
    return Recorded(
        method=found.request.method.upper(),
        url=found.request.url,
        headers=_join_headers(found.request.headers),
        status=max(found.response.status, 0),
        response_headers=_join_headers(found.response.headers)
        or _read_kind(found.response.content),
        body=_read_body(found.response.content),
        sent=sent,
        received=compute_end(sent, found.time),
        cached=bool(found.from_cache or found.from_worker),
    )


def _join_headers(headers: Iterable[_Header]) -> dict[str, str]:
    return {one.name.lower(): one.value for one in headers if not one.name.startswith(":")}


def _read_kind(content: _Content) -> dict[str, str] | None:
    """Return the media type where a recorder keeps nothing else of the headers."""
    return {"content-type": content.kind} if content.kind else None


def _read_body(content: _Content) -> bytes | None:
    """Return the whole body, or None; its size tells an empty one from one that was left out."""
    if content.text is None:
        return b"" if content.size == 0 else None
    if content.encoding == "base64":
        try:
            body = base64.b64decode(content.text, validate=True)
        except binascii.Error as error:
            raise ValueError(f"its body is not base64: {error}") from error
    elif content.encoding:
        return None
    else:
        body = content.text.encode("utf-8", "surrogatepass")
    return None if content.size is not None and len(body) < content.size else body
