"""Requests whose method HTTP's parser does not know: all that is known of them, and their answer.

Nobody can be asked at once what such a request gets, since the parser is not written to wait.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from mockserver.http.messages import Request, Response

#: Answers such a request, which has no header; None: as it is answered usually.
Stranger = Callable[[Request], Awaitable[Response | None]]
#: The request line as aiohttp quotes it.
_QUOTED_LINE = re.compile(r"""b(['"])(?P<method>[!#$%&'*+.^_`|~0-9A-Za-z-]+) (?P<target>[^ ]+) """)


def stranger_of(reason: str, peer: str) -> Request | None:
    """Return the request that aiohttp complains of, from *peer*; None if it has no request line."""
    line = _QUOTED_LINE.search(reason)
    return None if line is None else Request(line["method"], line["target"], {}, peer)


class LateReply:
    """What aiohttp's protocol asks of a response; its octets are *coming*. Ends the connection."""

    __slots__ = ("_coming",)
    keep_alive = False

    def __init__(self, coming: Awaitable[Any]) -> None:
        self._coming = coming

    async def prepare(self, request: Any) -> None:
        """Write the answer."""
        await (await self._coming).prepare(request)

    async def write_eof(self) -> None:
        """Nothing is left to write."""
