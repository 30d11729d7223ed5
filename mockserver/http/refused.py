"""How a request of a test, not of a client under test, is refused: with a place and a hint."""

from mockserver.http.messages import Response, json_response


class RefusedError(Exception):
    """The request is refused: *what* is wrong, *where* (a JSON pointer or a name), and a *hint*."""

    def __init__(self, status: int, what: str, where: str, hint: str) -> None:
        super().__init__(what)
        self.status = status
        self.where = where
        self.hint = hint

    @property
    def response(self) -> Response:
        """The response to the refused request."""
        content = {"error": str(self), "where": self.where, "hint": self.hint}
        return json_response(self.status, content)
