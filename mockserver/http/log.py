"""One line per request, as text or as JSON, cheap enough to be on by default.

Lines are gathered and written together some milliseconds later: under load one write serves many
requests. API keys never reach a line.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Literal

from mockserver.domain.redaction import redact
from mockserver.domain.timestamp import format_timestamp
from mockserver.http.messages import Handler, Request, Response

Format = Literal["text", "json"]
_GATHERED_SECONDS = 0.01


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
        self._lines: list[str] = []

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
        target = self._clean(request.target)
        milliseconds = seconds * 1000
        octets = 0 if request.method == "HEAD" else len(response.body)
        if self._style == "text":
            self._gather(
                f"{self._format_time()} {request.peer} {request.method} {target} {response.status} "
                f"{octets} {milliseconds:.2f}ms {request.operation}\n"
            )
        else:
            self._gather_json(
                peer=request.peer,
                method=request.method,
                target=target,
                status=response.status,
                bytes=octets,
                milliseconds=round(milliseconds, 3),
                operation=request.operation,
            )

    def say(self, kind: str, message: str) -> None:
        """Log something that is not a request, such as a violation of the contract."""
        clean = self._clean(message)
        if self._style == "text":
            self._gather(f"{self._format_time()} {kind}: {clean}\n")
        else:
            self._gather_json(kind=kind, message=clean)

    def flush(self) -> None:
        """Write the gathered lines."""
        if self._lines:
            lines, self._lines = self._lines, []
            self._write("".join(lines))

    def _clean(self, text: str) -> str:
        """Return *text* on one line of ASCII and without API keys."""
        text = redact(text, self._api_keys())
        if text.isascii() and text.isprintable():
            return text
        return text.encode("unicode_escape").decode("ascii")

    def _format_time(self) -> str:
        return format_timestamp(int(self._wall() * 1000))

    def _gather_json(self, **members: object) -> None:
        self._gather(json.dumps({"time": self._format_time(), **members}) + "\n")

    def _gather(self, line: str) -> None:
        if not self._lines:
            asyncio.get_running_loop().call_later(_GATHERED_SECONDS, self.flush)
        self._lines.append(line)
