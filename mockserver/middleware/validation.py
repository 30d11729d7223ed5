"""``--validate``: each exchange is checked against the contract, and violations are reported."""

from collections.abc import Callable

from mockserver.contract.contract import Contract
from mockserver.http.messages import Response
from mockserver.http.paths import Paths
from mockserver.validation.requests import RequestValidator
from mockserver.validation.responses import ResponseValidator
from mockserver.validation.violation import Violation
from mockserver.worlds.context import ContextHandler, RequestContext


def validate(
    contract: Contract, paths: Paths, report: Callable[[Violation], object]
) -> Callable[[ContextHandler], ContextHandler]:
    """Return middleware that gives each violation of *contract* to *report*."""
    requests, responses = RequestValidator(contract, paths), ResponseValidator(contract.file.name)

    def wrap(handle: ContextHandler) -> ContextHandler:
        async def check(context: RequestContext) -> Response:
            response = await handle(context)
            request, match, operation = context.request, context.match, context.operation
            is_authenticated = context.is_authenticated
            for violation in requests.check(request, match, is_authenticated=is_authenticated):
                report(violation)
            if operation is not None:
                for violation in responses.check(operation, request.method, response):
                    report(violation)
            return response

        return check

    return wrap
