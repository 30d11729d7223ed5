"""``--validate``: each exchange is checked against the contract, and violations are reported."""

from collections.abc import Callable

from mockserver.http.messages import Response
from mockserver.validation.requests import check_request
from mockserver.validation.responses import ResponseValidator
from mockserver.validation.violation import Violation
from mockserver.worlds.context import ContextHandler, ContextMiddleware, RequestContext


def validate(
    validator: ResponseValidator, report: Callable[[Violation], object]
) -> ContextMiddleware:
    """Return middleware that gives each violation of the contract to *report*."""

    def wrap(handle: ContextHandler) -> ContextHandler:
        async def check(context: RequestContext) -> Response:
            response = await handle(context)
            request, operation = context.request, context.operation
            is_authenticated = context.tenant is not None
            for violation in check_request(
                request, context.match, is_authenticated=is_authenticated
            ):
                report(violation)
            if operation is not None:
                for violation in validator.check(operation, request.method, response):
                    report(violation)
            return response

        return check

    return wrap
