"""One line per request, as text or as JSON, cheap enough to be on by default.

What lines tell is gathered, and they are formatted and written together some milliseconds later:
the client has its response by then, and under load one write serves many requests. API keys never
reach a line.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct

from mockserver.http.messages import Handler, Request, Response
from mockserver.parsing.redaction import redact
from mockserver.parsing.timestamp import format_timestamp

Format = Literal["text", "json"]
_GATHERED_SECONDS = 0.01


class _Exchange(Struct, frozen=True):
    """A request that ended at the moment *wall* (seconds since 1970), and of its response a little.

    The rest of that is let go: hundreds of pages are read while lines are gathered, and memory that
    has been used just now is faster. *api_keys* are what was to be redacted then.
    """

    wall: float
    request: Request
    status: int
    octets: int
    seconds: float
    api_keys: Iterable[str]


class AccessLog:
    """Writes the access log, and whatever else the server logs.

    Args:
        write: takes text that ends in a newline.
        style: ``text`` for people, ``json`` for machines.
        wall: real time in seconds since 1970.
        monotonic: real time in seconds, from any origin.
        api_keys: returns what to redact; keys that a mock has made are known by themselves.
        requests: whether requests are logged, or only the rest.
    """

    def __init__(  # noqa: PLR0913 -- made once, by app.py
        self,
        *,
        write: Callable[[str], object],
        style: Format,
        wall: Callable[[], float],
        monotonic: Callable[[], float],
        api_keys: Callable[[], Iterable[str]],
        requests: bool = True,
    ) -> None:
        self._write = write
        self._style = style
        self._wall = wall
        self._monotonic = monotonic
        self._api_keys = api_keys
        self._requests = requests
        self._lines: list[str | _Exchange] = []
        self._second = -1
        self._formatted_second = ""

    def log_requests(self, handle: Handler) -> Handler:
        """Return *handle* with a line for each request that it responds to."""
        if not self._requests:
            return handle

        async def log(request: Request) -> Response:
            began = self._monotonic()
            response = await handle(request)
            self.record(request, response, self._monotonic() - began)
            return response

        return log

    def record(self, request: Request, response: Response, seconds: float) -> None:
        """Log one request, which took *seconds*."""
        if not self._requests:
            return
        status, octets, keys = response.status, response.length, self._api_keys()
        self._gather(_Exchange(self._wall(), request, status, octets, seconds, keys))

    def say(self, kind: str, message: str) -> None:
        """Log something that is not a request, such as a violation of the contract."""
        clean, time = _clean(message, self._api_keys()), self._format_time(self._wall())
        if self._style == "text":
            self._gather(f"{time} {kind}: {clean}\n")
        else:
            self._gather(_format_json(time=time, kind=kind, message=clean))

    def flush(self) -> None:
        """Write what was gathered."""
        if self._lines:
            lines, self._lines = self._lines, []
            self._write(
                "".join([line if isinstance(line, str) else self._format(line) for line in lines])
            )

    def _format(self, exchange: _Exchange) -> str:
        request, status = exchange.request, exchange.status
        time = self._format_time(exchange.wall)
        target = _clean(request.target, exchange.api_keys)
        milliseconds = exchange.seconds * 1000
        octets = 0 if request.method == "HEAD" else exchange.octets
        if self._style == "text":
            return (
                f"{time} {request.peer} {request.method} {target} {status} "
                f"{octets} {milliseconds:.2f}ms {request.operation}\n"
            )
        return _format_json(
            time=time,
            peer=request.peer,
            method=request.method,
            target=target,
            status=status,
            bytes=octets,
            milliseconds=round(milliseconds, 3),
            operation=request.operation,
        )

    def _format_time(self, wall: float) -> str:
        second, milliseconds = divmod(int(wall * 1000), 1000)
        if second != self._second:
            self._second = second
            self._formatted_second = format_timestamp(second * 1000).removesuffix("Z")
        return f"{self._formatted_second}{f'.{milliseconds:03}' if milliseconds else ''}Z"

    def _gather(self, line: str | _Exchange) -> None:
        if not self._lines:
            asyncio.get_running_loop().call_later(_GATHERED_SECONDS, self.flush)
        self._lines.append(line)


def _clean(text: str, api_keys: Iterable[str]) -> str:
    """Return *text* on one line of ASCII and without *api_keys*."""
    text = redact(text, api_keys)
    if text.isascii() and text.isprintable():
        return text
    return text.encode("unicode_escape").decode("ascii")


def _format_json(**members: object) -> str:
    return json.dumps(members) + "\n"
