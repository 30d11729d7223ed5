"""From a request to the operation on records that it calls: credential, path, body, work."""

from collections.abc import Callable
from random import Random

from mockserver.contract.operations import Operation
from mockserver.http import errors
from mockserver.http.credentials import Caller, choose_refusal, list_challenges
from mockserver.http.errors import HttpError
from mockserver.http.messages import Handler, Request, Response
from mockserver.http.paths import PathMatch, is_percent_encoded
from mockserver.operations.api import Api
from mockserver.operations.call import Call, RefusedCallError
from mockserver.operations.roles import Performer
from mockserver.profiles.profile import Profile
from mockserver.profiles.refusals import MissingRefusal, Refusal, StrangerRefusal
from mockserver.records.arguments import Arguments, QueryText
from mockserver.records.fixtures.fixtures import is_by_credential
from mockserver.records.refusals import InvalidArgumentError, InvalidBodyError
from mockserver.store.records import RecordNotFoundError, Records
from mockserver.worlds.context import ContextHandler, RequestContext
from mockserver.worlds.registry import Worlds

_MOST_NAMED = 12
_UNAUTHORIZED = 401
_NOT_FOUND = 404
_NO_QUERY = QueryText("")


class Identifier:
    """Finds out whose a request is and what it calls.

    Args:
        worlds: the worlds of the server. A request of an unknown credential meets the default one.
        api: the API.
        takes_first: whether of several query parameters of one name the first counts, not all.
    """

    def __init__(self, worlds: Worlds, api: Api, *, takes_first: bool = False) -> None:
        self._worlds = worlds
        self._paths = api.paths
        self._takes_first = takes_first

    def identify(self, handle: ContextHandler) -> Handler:
        """Return *handle* for any request."""
        return lambda request: handle(self.make_context(request))

    def make_context(self, request: Request) -> RequestContext:
        """Return *request* with its world, its caller, and what is at its path."""
        text = request.query
        query = QueryText(text, takes_first=self._takes_first) if text else _NO_QUERY
        match = self._paths.match(request.method, request.path)
        operation = None if match is None else match.operation
        world, caller = self._worlds.find_caller(request.headers, query, operation)
        return RequestContext(request, world, caller, match=match, paths=self._paths, query=query)


class Dispatcher:
    """Responds to the requests for the operations of an API.

    Args:
        api: the API.
        profile: what is its own beside the contract.
        chance: returns random numbers that no other call has.
        choose_records: returns the records that an operation meets, given the world's and its name;
            without it, it meets the world's.
    """

    def __init__(
        self,
        api: Api,
        profile: Profile,
        chance: Callable[[], Random],
        choose_records: Callable[[Records, str], Records] | None = None,
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
        self._challenges = list_challenges(api.contract.credentials.value)

    async def __call__(self, context: RequestContext) -> Response:
        """Return the response; a refusal is a response too."""
        match, request, operation = context.match, context.request, context.operation
        if match is None or operation is None:
            return self._respond_without_operation(request, match)
        caller = context.caller
        if caller is None:
            return self._refuse_stranger(operation)
        world, performer = context.world, self._api.performer(operation)
        now = world.clock.now()
        records = world.records
        if self._choose_records is not None:
            records = self._choose_records(records, operation.name)
        is_repeatable = performer.is_repeatable and not request.body
        revision = records.revision(now) if is_repeatable else None
        asked = caller, request.headers.get("host") if performer.names_host else "", request.target
        if revision is not None:
            # A read has the response that it had before, unless a record has changed since.
            kept = world.response_cache.get(revision, asked)
            if kept is not None:
                return kept
        try:
            call = self._make_call(context, match, caller, performer, records, now)
            response = await performer.perform(call)
        except RefusedCallError as error:
            response = self._write(operation, error.refusal)
        except RecordNotFoundError:
            response = self._write(operation, MissingRefusal(_NOT_FOUND, "not found"))
        except (InvalidBodyError, InvalidArgumentError) as error:
            response = self._write(operation, Refusal(error.status, str(error)))
        if revision is not None:
            world.response_cache.keep(revision, asked, response)
        return response

    def _respond_without_operation(self, request: Request, match: PathMatch | None) -> Response:
        if match is None:
            return self._no_match(request.path).response
        if request.method == "OPTIONS":
            return Response(204, headers={"Allow": match.allow})
        return errors.method_not_allowed(request.method, match.allow).response

    def _make_call(  # noqa: PLR0913, PLR0917 -- what `__call__` has found out
        self,
        context: RequestContext,
        match: PathMatch,
        caller: Caller,
        performer: Performer,
        records: Records,
        now: int,
    ) -> Call:
        """Return the call that a request is, of a *caller* who may make it.

        Raises:
            RefusedCallError: the path names nothing that *caller* may see.
            InvalidBodyError: the body cannot be taken.
        """
        request, seed = context.request, context.world.seed
        named = seed.find_scopes(self._api.find_scope(match))
        seen = caller.choose(named)
        if not seen and seed.scopes:
            status = self._stranger if named else self._unknown
            raise RefusedCallError(StrangerRefusal(status, "not found", is_known=True))
        headers, body = request.headers, request.body
        content_type = headers.get("content-type", "") if body else ""
        stated = performer.read_body(body, content_type)
        implied = seed.scopes[seen[0]].members if len(seen) == 1 else {}
        return Call(
            Arguments(match.parameters, context.query, headers, stated, implied),
            records,
            now,
            (caller.tenant,) if self._is_by_credential else (),
            request.path,
            self._chance,
        )

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
