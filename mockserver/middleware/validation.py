"""``--validate``: each exchange is held against the contract, and complaints are handed on."""

from collections.abc import Callable

from mockserver.http.messages import Handler, Middleware, Request, Response
from mockserver.validation.validator import Complaint, Validator


def stage(validator: Validator, complain: Callable[[Complaint], object]) -> Middleware:
    """Return the stage; *complain* is told of each breach of the contract."""

    def around(handle: Handler) -> Handler:
        async def validated(request: Request) -> Response:
            response = await handle(request)
            for complaint in validator.complaints(request, response):
                complain(complaint)
            return response

        return validated

    return around
