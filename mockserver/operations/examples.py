"""The role of operations on no record: what they declare is all that is known of them."""

from mockserver.contract.operations import Operation
from mockserver.http.messages import Response
from mockserver.operations.call import Body, Call, RefusedCallError, make_response
from mockserver.profiles.refusals import Refusal
from mockserver.records.bodies.response import Result


class Exemplary:
    """Responds with the example that *operation* declares, or with one of its schema."""

    def __init__(self, operation: Operation) -> None:
        self.read_body = Body(operation).read
        self.is_repeatable = False
        self.names_host = False
        self._operation = operation
        self._result = Result(operation, None)

    async def perform(self, _: Call) -> Response:
        """Return the example; without anything declared, say that nothing is known."""
        if self._operation.success is None:
            told = f"{self._operation.name} declares no success, so this mock has none to give"
            raise RefusedCallError(Refusal(501, told))
        body = self._result.body()
        return make_response(self._result.status, body, self._result.media_type)
