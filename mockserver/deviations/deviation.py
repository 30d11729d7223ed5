"""What a deviation is: a name, what it breaks, and how it changes a contract, records or calls."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from mockserver.contract.contract import Resource
from mockserver.contract.operations import Operation
from mockserver.http.messages import Request, Response
from mockserver.records.lifecycle import Lifecycle
from mockserver.store.records import Records
from mockserver.worlds.context import ContextHandler, RequestContext

#: ``must``: it breaks what the contract declares. ``conforming``: the contract leaves it open.
Level = Literal["must", "conforming"]
#: Returns how an API refuses a call of an operation with a status, for the reason that is told.
WriteRefusal = Callable[[Operation, int, str], Response]


class InterceptedCall(Struct, frozen=True):
    """A call of *operation* with the decoded *parameters* of its path.

    *handle* responds as all deviations further in would, *write_refusal* as the API refuses.
    """

    context: RequestContext
    operation: Operation
    parameters: Mapping[str, str]
    handle: ContextHandler
    write_refusal: WriteRefusal

    @property
    def request(self) -> Request:
        """The request that calls."""
        return self.context.request

    @property
    def name(self) -> str:
        """The operationId, or the method and path where there is none."""
        return self.operation.name

    def is_admitted(self, parameters: Mapping[str, str]) -> bool:
        """Return whether the caller may see what the *parameters* of a path name."""
        caller, seed = self.context.caller, self.context.world.seed
        if caller is None:
            return False
        return not seed.scopes or bool(caller.choose(seed.find_scopes(parameters)))

    def text(self, name: str) -> str | None:
        """Return the last query parameter of that name, decoded; None if it is not given."""
        texts = [text for key, text in self.context.query if key == name]
        return texts[-1] if texts else None

    def number(self, name: str) -> int | None:
        """Return a query parameter if it is given and an integer."""
        text = self.text(name)
        try:
            return None if text is None else int(text)
        except ValueError:
            return None

    def refuse(self, status: int, message: str) -> Response:
        """Return the refusal of the call with *status*, worded as the API words it."""
        return self.write_refusal(self.operation, status, message)

    async def respond(self) -> Response:
        """Return the response to the call as it is."""
        return await self.handle(self.context)

    async def respond_to(self, path: str, query: str = "") -> Response:
        """Return the response to the same caller for another path and query."""
        return await self.handle(self.context.retarget(f"{path}?{query}" if query else path))

    async def respond_with(self, values: Mapping[str, str | int | None]) -> Response:
        """Return the response to the call with other query parameters; None leaves one out."""
        kept = [pair for pair in self.context.query if pair[0] not in values]
        given = [(name, str(value)) for name, value in values.items() if value is not None]
        return await self.respond_to(self.request.path, urlencode([*kept, *given]))


#: Responds to a call, given the way to what lies further in.
Around = Callable[[InterceptedCall], Awaitable[Response]]


class InterceptedRequest(Struct, frozen=True):
    """A request before it is known what it calls.

    *handle* responds as all deviations further in would.
    """

    context: RequestContext
    handle: ContextHandler

    @property
    def request(self) -> Request:
        """The request as it was received."""
        return self.context.request

    async def respond(self) -> Response:
        """Return the response to the request as it is."""
        return await self.handle(self.context)

    async def respond_to(self, path: str) -> Response:
        """Return the response to the same request for another path."""
        query = self.request.query
        other = self.context.retarget(f"{path}?{query}" if query else path)
        response = await self.handle(other)
        self.request.operation = other.request.operation
        return response


#: Responds to a request that has just arrived, given the way to what lies further in.
Before = Callable[[InterceptedRequest], Awaitable[Response]]
#: Returns records that one operation, by its name, is to meet instead of those of the world.
OtherRecords = Callable[[Records, str], Records]


class Deviation(Struct, frozen=True):
    """A way to deviate.

    *does* says in a sentence what is different, *clause* is a JSON pointer to what it breaks or
    makes use of. It changes the *resource* of that name by *contract*, what its records do by
    *lifecycle*, the *records* that operations meet, calls and their responses by *around*, or any
    request by *before*; one for *any_method* lets methods in that HTTP's parser does not know. A
    bundle has none of them, but *parts*.
    """

    name: str
    level: Level
    does: str
    clause: str
    resource: str = ""
    contract: Callable[[Resource], Resource] | None = None
    lifecycle: Callable[[Lifecycle], Lifecycle] | None = None
    records: OtherRecords | None = None
    around: Around | None = None
    before: Before | None = None
    any_method: bool = False
    parts: tuple[str, ...] = ()


def intercept_call(
    around: Around, write_refusal: WriteRefusal, handle: ContextHandler
) -> ContextHandler:
    """Return *handle* with *around* around it where an operation is called."""

    async def intercept(context: RequestContext) -> Response:
        match = context.match
        if match is None or match.operation is None:
            return await handle(context)
        return await around(
            InterceptedCall(context, match.operation, match.parameters, handle, write_refusal)
        )

    return intercept


def intercept_request(before: Before, handle: ContextHandler) -> ContextHandler:
    """Return *handle* with *before* before it."""

    async def intercept(context: RequestContext) -> Response:
        return await before(InterceptedRequest(context, handle))

    return intercept


def decode_body(response: Response) -> Any:
    """Return what the JSON body of a response states; None if there is none."""
    try:
        return msgspec.json.decode(response.body)
    except msgspec.DecodeError:
        return None


def replace_body(response: Response, value: Any) -> Response:
    """Return *response* with another JSON body."""
    fields = {n: v for n, v in response.headers.items() if n != "Content-Length"}
    return Response(response.status, msgspec.json.encode(value), fields)


def replace_status(response: Response, status: int) -> Response:
    """Return *response* with another status code; a 204 has no body."""
    if status == 204:
        return Response(status)
    return Response(status, response.body, response.headers if response.body else None)
