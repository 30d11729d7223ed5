"""From a request to the operation on records that it calls: credential, path, body, work."""

from collections.abc import Awaitable, Callable
from random import Random

from mockserver.contract.description.operations import Operation
from mockserver.http import errors
from mockserver.http.errors import HttpError
from mockserver.http.messages import Handler, Request, Response
from mockserver.http.routing import is_percent_encoded
from mockserver.operations.records.api import Api
from mockserver.operations.records.call import RecordCall, RefusedCallError
from mockserver.profiles.profile import Profile
from mockserver.profiles.refusals import Refusal, StrangerRefusal
from mockserver.records.arguments import Arguments
from mockserver.records.bodies import InvalidBodyError
from mockserver.records.credentials import Access, Caller, choose_refusal
from mockserver.records.fixtures import is_by_credential
from mockserver.records.pages import Target
from mockserver.records.refusals import InvalidArgumentError
from mockserver.records.store import Records
from mockserver.worlds.record_context import RecordContext, parse_query
from mockserver.worlds.records import RecordWorlds

_MOST_NAMED = 12
_UNAUTHORIZED = 401
_NOT_FOUND = 404


class Identifier:
    """Finds out whose a request is and what it calls.

    Args:
        worlds: the worlds of the server. A request of an unknown credential meets the default one.
        api: the API.
        takes_first: whether of several query parameters of one name the first counts, not all.
    """

    def __init__(self, worlds: RecordWorlds, api: Api, *, takes_first: bool = False) -> None:
        self._worlds = worlds
        self._api = api
        self._takes_first = takes_first

    def identify(self, handle: Callable[[RecordContext], Awaitable[Response]]) -> Handler:
        """Return *handle* for any request."""
        return lambda request: handle(self.make_context(request))

    def make_context(self, request: Request) -> RecordContext:
        """Return *request* with its world, its caller, and what is at its path."""
        query = parse_query(request.query, takes_first=self._takes_first)
        headers = {name.lower(): value for name, value in request.headers.items()}
        match = self._api.paths.match(request.method, request.path)
        operation = None if match is None else match.operation
        world, caller = self._worlds.find_caller(headers, query, operation)
        return RecordContext(
            request,
            world,
            caller,
            match=match,
            query=query,
            headers=headers,
            paths=self._api.paths,
            takes_first=self._takes_first,
        )


class RecordDispatcher:
    """Responds to the requests for the operations of an API.

    Args:
        api: the API.
        profile: what is its own beside the contract.
        chance: returns random numbers that no other call has.
        choose_records: returns the records that an operation meets, given the world's and its name.
    """

    def __init__(
        self,
        api: Api,
        profile: Profile,
        chance: Callable[[], Random],
        choose_records: Callable[[Records, str], Records] = lambda records, _: records,
    ) -> None:
        self._api = api
        self._write = profile.write_refusal
        self._chance = chance
        self._choose_records = choose_records
        tenancy = api.contract.tenancy
        stranger = None if tenancy is None else tenancy.value.stranger
        self._unknown = _NOT_FOUND if profile.stranger is None else profile.stranger
        self._stranger = self._unknown if stranger is None else stranger
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
        except RefusedCallError as error:
            return self._write(operation, error.refusal)
        except (InvalidBodyError, InvalidArgumentError) as error:
            return self._write(operation, Refusal(error.status, str(error)))

    async def _perform(
        self, context: RecordContext, operation: Operation, caller: Caller
    ) -> Response:
        request, world = context.request, context.world
        match = context.match
        path = {} if match is None else match.parameters
        if not world.seed.knows(path):
            raise RefusedCallError(StrangerRefusal(self._unknown, "not found", is_known=True))
        if not world.seed.sees(caller, path):
            raise RefusedCallError(StrangerRefusal(self._stranger, "not found", is_known=True))
        performer = self._api.performer(operation)
        body = None
        if performer.body is not None:
            body = performer.body.read(request.body, context.headers.get("content-type", ""))
        origin = f"http://{context.headers.get('host', 'localhost')}"
        call = RecordCall(
            arguments=Arguments(
                path, context.query, context.headers, body, world.seed.members_of(path)
            ),
            records=self._choose_records(world.records, operation.name),
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
        return self._write(operation, StrangerRefusal(status, told, headers))

    def _no_match(self, path: str) -> HttpError:
        if not is_percent_encoded(path):
            return errors.path_not_percent_encoded(path)
        templates = self._api.paths.templates
        more = [f"{len(templates) - _MOST_NAMED} more"] if len(templates) > _MOST_NAMED else []
        return errors.path_not_found(path, [*templates[:_MOST_NAMED], *more])
