"""HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), written as exchanges end."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from mockserver import __version__
from mockserver.proxy.exchange import Content, Exchange, Fields, find_field
from mockserver.proxy.growing_file import GrowingFile

_HEAD = {
    "log": {
        "version": "1.2",
        "creator": {"name": "mockserver proxy", "version": __version__},
        "entries": [],
    }
}
_NOTHING = b"]}}"


class HarSink:
    """Writes exchanges to the new file *path*; *tell* is told what could not be written.

    Raises:
        OSError: the file is there already, or cannot be made.
    """

    def __init__(self, path: Path, tell: Callable[[str], object]) -> None:
        head = msgspec.json.encode(_HEAD).removesuffix(_NOTHING) + b"\n"
        tail = b"\n" + _NOTHING + b"\n"
        self._file = GrowingFile(path, tell, head=head, separator=b",\n", tail=tail)

    def take(self, exchange: Exchange) -> None:
        """Write *exchange*."""
        self._file.append(msgspec.json.encode(write_entry(exchange)))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def is_complete(self) -> bool:
        """Whether all exchanges are in the file."""
        return self._file.is_complete


def write_entry(exchange: Exchange) -> dict[str, Any]:
    """Return the entry of *exchange*. One without a response has the status 0."""
    receive = max(exchange.milliseconds - exchange.waited, 0.0)
    entry: dict[str, Any] = {
        "startedDateTime": _format(exchange.started),
        "time": round(exchange.milliseconds, 3),
        "request": _write_request(exchange),
        "response": _write_response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": round(exchange.waited, 3), "receive": round(receive, 3)},
    }
    if exchange.failure:
        entry["comment"] = exchange.failure
    return entry


def _write_request(exchange: Exchange) -> dict[str, Any]:
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    written: dict[str, Any] = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _write_pairs(exchange.request_fields),
        "queryString": _write_pairs(tuple(query)),
        "headersSize": -1,
        "bodySize": exchange.request.length,
    }
    if exchange.request.length:
        kind = find_field(exchange.request_fields, "content-type")
        content = _write_content(exchange.request, kind)
        written["postData"] = {name: content[name] for name in content if name != "size"}
    return written


def _write_response(exchange: Exchange) -> dict[str, Any]:
    return {
        "status": exchange.status,
        "statusText": exchange.reason,
        "httpVersion": exchange.version,
        "cookies": [],
        "headers": _write_pairs(exchange.fields),
        "content": _write_content(exchange.response, find_field(exchange.fields, "content-type")),
        "redirectURL": find_field(exchange.fields, "location"),
        "headersSize": -1,
        "bodySize": -1,
    }


def _write_content(content: Content, kind: str) -> dict[str, Any]:
    written: dict[str, Any] = {"size": content.length, "mimeType": kind}
    if content.octets is None:
        return {**written, "comment": content.note}
    try:
        return {**written, "text": content.octets.decode()}
    except UnicodeDecodeError:
        text = base64.b64encode(content.octets).decode()
        return {**written, "text": text, "encoding": "base64"}


def _write_pairs(pairs: Fields) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _format(moment: float) -> str:
    """Return a moment in epoch milliseconds as ISO 8601, to the microsecond."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="microseconds")
