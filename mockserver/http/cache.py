"""A cache of responses to reads, valid until any record changes. This module exists for speed.

Clients of a mock poll: the same record, the same page, over and over. Such a response is kept when
it is built for the second time, and written many times: to keep those that nobody asks for again
would cost more memory than their building costs time. It is never stale, since a store's revision
changes with every change of a record, the moves of the clock included.
"""

from collections.abc import Hashable

from mockserver.http.messages import Response

_MOST_BYTES = 8 * 2**20
_OWN_BYTES = 512
#: How many requests are remembered that have been responded to once.
_MOST_ASKED = 1024


class ResponseCache:
    """The responses of one revision, by what was asked, and by whom; bounded to some megabytes."""

    __slots__ = ("_asked", "_bytes", "_responses", "_revision")

    def __init__(self) -> None:
        self._revision: int | None = None
        self._responses: dict[Hashable, Response] = {}
        self._asked: set[Hashable] = set()
        self._bytes = 0

    def get(self, revision: int, asked: Hashable) -> Response | None:
        """Return the response to what was *asked*, if it was kept in this *revision*."""
        if revision != self._revision:
            self._forget(revision)
            return None
        return self._responses.get(asked)

    def keep(self, revision: int, asked: Hashable, response: Response) -> None:
        """Keep *response*, built in *revision* and before; drop others first if there is no room.

        Of one that is built for the first time only that is remembered.
        """
        if revision != self._revision or self._bytes > _MOST_BYTES:
            self._forget(revision)
        if asked in self._asked:
            self._asked.remove(asked)
            self._responses[asked] = response
            # Twice: once it is written again, its octets are kept as well.
            self._bytes += 2 * response.length + _OWN_BYTES
            return
        if len(self._asked) == _MOST_ASKED:
            self._asked.clear()
        self._asked.add(asked)

    def _forget(self, revision: int) -> None:
        self._revision = revision
        self._responses.clear()
        self._asked.clear()
        self._bytes = 0
