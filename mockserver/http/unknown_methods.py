"""Requests whose method aiohttp's parser does not know: what can be read of them."""

import re
from collections.abc import Awaitable, Callable

from mockserver.http.messages import Request, Response

#: Responds to such a request, which has no header; None: as the server responds without deviations.
UnknownMethodHandler = Callable[[Request], Awaitable[Response | None]]
#: The request line as aiohttp quotes it.
_QUOTED_LINE = re.compile(r"""b(['"])(?P<method>[!#$%&'*+.^_`|~0-9A-Za-z-]+) (?P<target>[^ ]+) """)


def parse_request(reason: str, peer: str) -> Request | None:
    """Return the request of aiohttp's *reason*, from *peer*; None if it quotes no request line."""
    line = _QUOTED_LINE.search(reason)
    return None if line is None else Request(line["method"], line["target"], {}, peer)
