"""A journal of exchanges, one JSON object a line, as ``contracts watch`` reads it."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from mockserver.proxy.exchange import Exchange
from mockserver.proxy.growing_file import GrowingFile


class JournalSink:
    """Writes exchanges to the new file *path*; *tell* is told what could not be written.

    Raises:
        OSError: the file is there already, or cannot be made.
    """

    def __init__(self, path: Path, tell: Callable[[str], object]) -> None:
        self._file = GrowingFile(path, tell)

    def take(self, exchange: Exchange) -> None:
        """Write *exchange* as a line."""
        self._file.append(msgspec.json.encode(_write_line(exchange)) + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def is_complete(self) -> bool:
        """Whether all exchanges are in the file."""
        return self._file.is_complete


def _write_line(exchange: Exchange) -> dict[str, Any]:
    line: dict[str, Any] = {
        "at": round(exchange.started, 3),
        "ms": round(exchange.milliseconds, 3),
        "method": exchange.method,
        "url": exchange.url,
        "status": exchange.status,
        "headers": dict(exchange.request_fields),
        "response_headers": dict(exchange.fields),
    }
    octets = exchange.response.octets
    if octets is None or not exchange.is_whole:
        return line
    try:
        return {**line, "body": octets.decode()}
    except UnicodeDecodeError:
        return {**line, "body_base64": base64.b64encode(octets).decode()}
