"""``--validate``: each exchange is checked against the contract, and violations are reported."""

from collections.abc import Awaitable, Callable

from mockserver.http.messages import Response
from mockserver.validation.requests import RequestValidator
from mockserver.validation.responses import AnswerValidator
from mockserver.validation.violation import Violation
from mockserver.worlds.record_context import RecordContext

_Handle = Callable[[RecordContext], Awaitable[Response]]


def validate(
    requests: RequestValidator, responses: AnswerValidator, report: Callable[[Violation], object]
) -> Callable[[_Handle], _Handle]:
    """Return middleware that gives each violation of the contract to *report*."""

    def wrap(handle: _Handle) -> _Handle:
        async def check(context: RecordContext) -> Response:
            response = await handle(context)
            request, operation = context.request, context.operation
            is_authenticated = context.is_authenticated
            for violation in requests.check(
                request, context.match, is_authenticated=is_authenticated
            ):
                report(violation)
            if operation is not None:
                for violation in responses.check(operation, request.method, response):
                    report(violation)
            return response

        return check

    return wrap
