"""A cache of responses to reads, valid until any record changes. This module exists for speed.

Clients of a mock poll: the same record, the same page, over and over. Such a response is built once
and written many times. It is never stale, since a store's revision changes with every change of a
record, the moves of the clock included.
"""

from collections.abc import Hashable

from mockserver.http.messages import Response

_MOST_BYTES = 8 * 2**20
_OWN_BYTES = 512


class ResponseCache:
    """The responses of one revision, by caller and target; bounded to some megabytes."""

    __slots__ = ("_bytes", "_responses", "_revision")

    def __init__(self) -> None:
        self._revision: int | None = None
        self._responses: dict[tuple[Hashable, str], Response] = {}
        self._bytes = 0

    def get(self, revision: int, caller: Hashable, target: str) -> Response | None:
        """Return the response to *caller* for *target*, if it was built in this *revision*."""
        if revision != self._revision:
            self._forget(revision)
            return None
        return self._responses.get((caller, target))

    def keep(self, revision: int, caller: Hashable, target: str, response: Response) -> None:
        """Keep *response*, built in *revision*; drop the others first where there is no room."""
        if revision != self._revision or self._bytes > _MOST_BYTES:
            self._forget(revision)
        self._responses[caller, target] = response
        # Twice the body: once it has been written, its octets are kept as well.
        self._bytes += _OWN_BYTES + len(target) + 2 * len(response.body)

    def _forget(self, revision: int) -> None:
        self._revision = revision
        self._responses.clear()
        self._bytes = 0
