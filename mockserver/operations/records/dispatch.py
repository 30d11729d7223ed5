"""From a request to the operation on records that it calls: credential, path, body, work."""

from collections.abc import Awaitable, Callable
from random import Random
from urllib.parse import parse_qsl

from mockserver.contract.description.operations import Operation
from mockserver.http import errors
from mockserver.http.errors import HttpError
from mockserver.http.messages import Handler, Request, Response
from mockserver.http.routing import is_percent_encoded
from mockserver.operations.records.api import Api
from mockserver.operations.records.call import RecordCall, RefusedCallError, write_error
from mockserver.worlds.record_context import RecordContext
from mockserver.records.arguments import Arguments
from mockserver.records.bodies import InvalidBodyError
from mockserver.records.credentials import Access, Caller, choose_refusal
from mockserver.records.fixtures import is_by_credential
from mockserver.records.pages import Target
from mockserver.records.refusals import InvalidArgumentError
from mockserver.worlds.records import RecordWorlds

_MOST_NAMED = 12
_UNAUTHORIZED = 401
_NOT_FOUND = 404


def identify(
    handle: Callable[[RecordContext], Awaitable[Response]], worlds: RecordWorlds, api: Api
) -> Handler:
    """Return *handle* for any request. One of an unknown credential meets the default world."""

    def identify_request(request: Request) -> Awaitable[Response]:
        query = tuple(parse_qsl(request.query, keep_blank_values=True)) if request.query else ()
        headers = {name.lower(): value for name, value in request.headers.items()}
        match = api.paths.match(request.method, request.path)
        operation = None if match is None else match.operation
        world, caller = worlds.find_caller(headers, query, operation)
        context = RecordContext(request, world, caller, match=match, query=query, headers=headers)
        return handle(context)

    return identify_request


class RecordDispatcher:
    """Responds to the requests for the operations of an API.

    Args:
        api: the API.
        chance: returns random numbers that no other call has.
    """

    def __init__(self, api: Api, chance: Callable[[], Random]) -> None:
        self._api = api
        self._chance = chance
        tenancy = api.contract.tenancy
        stranger = None if tenancy is None else tenancy.value.stranger
        self._stranger = _NOT_FOUND if stranger is None else stranger
        self._is_by_credential = is_by_credential(None if tenancy is None else tenancy.value)
        self._challenges = Access(api.contract.credentials.value).challenges

    async def __call__(self, context: RecordContext) -> Response:
        """Return the response; a refusal is a response too."""
        try:
            match, request = context.match, context.request
            if match is None:
                raise self._no_match(request.path)
            operation = match.operation
            if operation is None:
                if request.method == "OPTIONS":
                    return Response(204, headers={"Allow": match.allow})
                raise errors.method_not_allowed(request.method, match.allow)
        except HttpError as error:
            return error.response
        if context.caller is None:
            return self._refuse_stranger(operation)
        try:
            return await self._perform(context, operation, context.caller)
        except (RefusedCallError, InvalidBodyError, InvalidArgumentError) as error:
            return write_error(operation, error.status, str(error))

    async def _perform(
        self, context: RecordContext, operation: Operation, caller: Caller
    ) -> Response:
        request, world = context.request, context.world
        match = context.match
        path = {} if match is None else match.parameters
        if not world.seed.knows(path):
            raise RefusedCallError(_NOT_FOUND, "not found")
        if not world.seed.sees(caller, path):
            raise RefusedCallError(self._stranger, "not found")
        performer = self._api.performer(operation)
        body = None
        if performer.body is not None:
            body = performer.body.read(request.body, context.headers.get("content-type", ""))
        origin = f"http://{context.headers.get('host', 'localhost')}"
        call = RecordCall(
            arguments=Arguments(path, context.query, context.headers, body),
            records=world.records,
            now=world.clock.now(),
            tenant=(caller.tenant,) if self._is_by_credential else (),
            target=Target(f"{origin}{request.path}", context.query),
            chance=self._chance,
        )
        return await performer.perform(call)

    def _refuse_stranger(self, operation: Operation) -> Response:
        status = choose_refusal(operation)
        headers = {}
        if status == _UNAUTHORIZED and self._challenges:
            headers["WWW-Authenticate"] = ", ".join(self._challenges)
        told = "no credential, or one that opens nothing here"
        return write_error(operation, status, told, headers)

    def _no_match(self, path: str) -> HttpError:
        if not is_percent_encoded(path):
            return errors.path_not_percent_encoded(path)
        templates = self._api.paths.templates
        more = [f"{len(templates) - _MOST_NAMED} more"] if len(templates) > _MOST_NAMED else []
        return errors.path_not_found(path, [*templates[:_MOST_NAMED], *more])
