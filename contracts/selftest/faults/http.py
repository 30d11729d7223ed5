"""Faults in good manners: what a deployment should do."""

from __future__ import annotations

from contracts.selftest.messages import Answer, Request
from contracts.selftest.miniature import Miniature


class SaysNotWhatIsAllowed(Miniature):
    """An answer 405 has no Allow header."""

    def no_operation(self, request: Request) -> Answer:
        answer = super().no_operation(request)
        return Answer(answer.status, answer.body)


class NamesNoChallenge(Miniature):
    """An answer 401 has no WWW-Authenticate header."""

    def unauthorized(self) -> Answer:
        return Answer(401)


class ErrorsAreHtml(Miniature):
    """An error is a page of HTML."""

    def encode(self, answer: Answer) -> tuple[bytes, str]:
        if answer.status >= 400:
            return b"<h1>Error</h1>", "text/html"
        return super().encode(answer)
