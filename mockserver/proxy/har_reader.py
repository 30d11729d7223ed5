"""HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/) of any recorder, as exchanges."""

import base64
import binascii
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct, field

from mockserver.parsing.sources import invalid
from mockserver.proxy.exchange import Content, Exchange, Fields

_MOST_BYTES = 512 * 1024 * 1024


class _Pair(Struct):
    name: str
    value: str = ""


class _Text(Struct):
    text: str | None = None
    encoding: str | None = None


class _Request(Struct, rename="camel"):
    method: str
    url: str
    headers: list[_Pair] = []
    post_data: _Text | None = None


class _Response(Struct):
    status: int
    headers: list[_Pair] = []
    content: _Text = field(default_factory=_Text)


class _Entry(Struct, rename="camel"):
    started_date_time: str
    request: _Request
    response: _Response
    time: float | None = None


class _Log(Struct):
    entries: list[_Entry]


class _Har(Struct):
    log: _Log


def read_har(path: Path) -> list[Exchange]:
    """Return the exchanges of a HAR file that have a response, in the order of their times.

    Raises:
        InvalidSourceError: it cannot be read, or is not a HAR.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            told = f"is larger than {_MOST_BYTES // 1024**2} MiB; record less at a time"
            raise invalid(path, "har", told)
        har = msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=_Har)
        found = [_read(entry) for entry in har.log.entries if entry.response.status > 0]
    except OSError as error:
        raise invalid(path, "har", f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise invalid(path, "har", f"is not a HAR: {error}; give a recording in HAR 1.2") from None
    return sorted(found, key=lambda exchange: exchange.started)


def _read(entry: _Entry) -> Exchange:
    started = datetime.fromisoformat(entry.started_date_time)
    if started.tzinfo is None:
        started = started.replace(tzinfo=UTC)
    asked = entry.request.post_data
    return Exchange(
        method=entry.request.method.upper(),
        url=entry.request.url,
        started=started.timestamp() * 1000,
        milliseconds=max(entry.time or 0.0, 0.0),
        request_fields=_join(entry.request.headers),
        request=Content() if asked is None else _read_content(asked),
        status=entry.response.status,
        fields=_join(entry.response.headers),
        response=_read_content(entry.response.content),
    )


def _join(pairs: Iterable[_Pair]) -> Fields:
    # Pseudo fields of HTTP/2 begin with a colon.
    return tuple((pair.name, pair.value) for pair in pairs if not pair.name.startswith(":"))


def _read_content(content: _Text) -> Content:
    if content.text is None:
        return Content(None, 0, "not recorded")
    if content.encoding != "base64":
        octets = content.text.encode("utf-8", "surrogatepass")
        return Content(octets, len(octets))
    try:
        octets = base64.b64decode(content.text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"a body is not base64: {error}") from None
    return Content(octets, len(octets))
