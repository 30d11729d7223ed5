"""Requests whose method HTTP's parser does not know: all that is known of them, and their response.

The parser is not written to wait, so the response of such a request is found when it is written.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from mockserver.http.messages import Request, Response

#: Responds to such a request, which has no header; None: as the server responds without deviations.
UnknownMethodHandler = Callable[[Request], Awaitable[Response | None]]
#: The request line as aiohttp quotes it.
_QUOTED_LINE = re.compile(r"""b(['"])(?P<method>[!#$%&'*+.^_`|~0-9A-Za-z-]+) (?P<target>[^ ]+) """)


def parse_request(reason: str, peer: str) -> Request | None:
    """Return the request of aiohttp's *reason*, from *peer*; None if it quotes no request line."""
    line = _QUOTED_LINE.search(reason)
    return None if line is None else Request(line["method"], line["target"], {}, peer)


class DeferredReply:
    """What aiohttp's protocol asks of a response; its octets are *awaited*. Ends the connection."""

    __slots__ = ("_awaited",)
    keep_alive = False

    def __init__(self, awaited: Awaitable[Any]) -> None:
        self._awaited = awaited

    async def prepare(self, request: Any) -> None:
        """Write the response."""
        await (await self._awaited).prepare(request)

    async def write_eof(self) -> None:
        """Nothing is left to write."""
