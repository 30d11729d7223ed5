"""Answers to reads, kept until any job changes. This module exists for speed.

Clients of a mock poll: the same job, the same page, over and over. Such an answer is built once
and written as often as it is asked for. It can never be stale, since a store's revision is
another one after every change, the moves of the clock included.
"""

from mockserver.domain.tenancy import Tenant
from mockserver.http.messages import Response

_MOST_BYTES = 8 * 2**20
_OWN_BYTES = 512


class ResponseCache:
    """The answers of one revision, by who asked for what; bounded to some megabytes."""

    __slots__ = ("_answers", "_bytes", "_revision")

    def __init__(self) -> None:
        self._revision: int | None = None
        self._answers: dict[tuple[Tenant, str], Response] = {}
        self._bytes = 0

    def get(self, revision: int, tenant: Tenant, target: str) -> Response | None:
        """Return the answer to *tenant* for *target*, if it was built in this *revision*."""
        if revision != self._revision:
            self._forget(revision)
            return None
        return self._answers.get((tenant, target))

    def keep(self, revision: int, tenant: Tenant, target: str, response: Response) -> None:
        """Remember *response*, built in *revision*; when there is no more room, start anew."""
        if revision != self._revision or self._bytes > _MOST_BYTES:
            self._forget(revision)
        self._answers[tenant, target] = response
        # Twice the body: once it has been written, its octets are kept as well.
        self._bytes += _OWN_BYTES + len(target) + 2 * len(response.body)

    def _forget(self, revision: int) -> None:
        self._revision = revision
        self._answers.clear()
        self._bytes = 0
