"""Faults in what HTTP asks of a deployment beyond the contract."""

from __future__ import annotations

from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Miniature


class SaysNotWhatIsAllowed(Miniature):
    """An answer 405 has no Allow header."""

    def refuse_operation(self, request: Request) -> Response:
        response = super().refuse_operation(request)
        return Response(response.status, response.body)


class NamesNoChallenge(Miniature):
    """An answer 401 has no WWW-Authenticate header."""

    def refuse_key(self) -> Response:
        return Response(401)


class ErrorsAreHtml(Miniature):
    """An error is a page of HTML."""

    def encode(self, response: Response) -> tuple[bytes, str]:
        if response.status >= 400:
            return b"<h1>Error</h1>", "text/html"
        return super().encode(response)
