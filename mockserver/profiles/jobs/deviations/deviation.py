"""What a deviation is: a name, what it breaks, and how it changes requests, calls or lifecycles."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl, urlencode

import msgspec

from mockserver.contract.document import Operation
from mockserver.domain.lifecycle import Lifecycle
from mockserver.http.messages import Request, Response
from mockserver.http.routing import Match, Routes
from mockserver.worlds.context import ContextHandler, RequestContext

#: ``must``: it breaks a documented clause. ``conforming``: the documents leave it open.
Level = Literal["must", "conforming"]
ShownJob = dict[str, Any]


class InterceptedCall(NamedTuple):
    """A call of *operation*, which *match* has found, and the *handle* that responds rightly."""

    context: RequestContext
    match: Match
    operation: Operation
    routes: Routes
    handle: ContextHandler

    @property
    def request(self) -> Request:
        """The request that calls."""
        return self.context.request

    @property
    def name(self) -> str:
        """The operationId."""
        return self.operation.operation_id

    @property
    def project_key(self) -> str:
        """The key of the project in the path."""
        return self.match.parameters["projectKey"]

    @property
    def is_admitted(self) -> bool:
        """Whether the caller's key opens the project."""
        tenant = self.context.tenant
        return tenant is not None and tenant.project(self.project_key) is not None

    @property
    def conflict(self) -> int | None:
        """The status code that says that the call conflicts with an earlier one."""
        return None if self.operation.conflict is None else self.operation.conflict.status

    def encode_parameter(self, name: str) -> bytes:
        """Return the octets of a path parameter, whether or not they are UTF-8."""
        return self.match.parameters[name].encode("utf-8", "surrogateescape")

    async def respond(self) -> Response:
        """Return the right response."""
        return await self.handle(self.context)

    async def respond_to(self, path: str, query: str = "", method: str | None = None) -> Response:
        """Return the right response to the same caller for another path, query and method."""
        target = f"{path}?{query}" if query else path
        return await self.handle(self.context.retarget(target, self.routes, method))

    async def respond_with(self, **values: int) -> Response:
        """Return the right response to the call with other query parameters."""
        query = dict(parse_qsl(self.request.query, keep_blank_values=True))
        query |= {name: str(value) for name, value in values.items()}
        return await self.respond_to(self.request.path, urlencode(query))

    def read_number(self, name: str) -> int | None:
        """Return a query parameter if it is given and an integer."""
        text = dict(parse_qsl(self.request.query)).get(name)
        try:
            return None if text is None else int(text)
        except ValueError:
            return None


#: Responds to a call, given the way to the right response.
Around = Callable[[InterceptedCall], Awaitable[Response]]


class InterceptedRequest(NamedTuple):
    """A request before it is known what it calls.

    *handle* responds as all deviations further in would.
    """

    context: RequestContext
    routes: Routes
    handle: ContextHandler

    @property
    def request(self) -> Request:
        """The request as it was received."""
        return self.context.request

    @property
    def match(self) -> Match | None:
        """What is at its path."""
        return self.context.match

    async def respond(self) -> Response:
        """Return the response to the request as it is."""
        return await self.handle(self.context)

    async def respond_to(self, path: str) -> Response:
        """Return the response to the same request for another path."""
        query = self.request.query
        other = self.context.retarget(f"{path}?{query}" if query else path, self.routes)
        response = await self.handle(other)
        self.request.operation = other.request.operation
        return response


#: Responds to a request that has just arrived, given the way to what lies further in.
Before = Callable[[InterceptedRequest], Awaitable[Response]]


class Deviation(NamedTuple):
    """A way to deviate.

    *does* says in a sentence what is different, *clause* is a JSON pointer to what it breaks or
    makes use of. *around* changes calls of operations and their answers, *before* any request,
    *lifecycle* the table by which jobs move; one for *any_method* lets methods in that HTTP's
    parser does not know. A bundle has none of them, but *parts*.
    """

    name: str
    level: Level
    does: str
    clause: str
    around: Around | None = None
    lifecycle: Callable[[Lifecycle], Lifecycle] | None = None
    before: Before | None = None
    any_method: bool = False
    parts: tuple[str, ...] = ()


def intercept_call(around: Around, routes: Routes, handle: ContextHandler) -> ContextHandler:
    """Return *handle* with *around* around it where an operation is called."""

    async def intercept(context: RequestContext) -> Response:
        match = context.match
        if match is None or match.operation is None:
            return await handle(context)
        return await around(InterceptedCall(context, match, match.operation, routes, handle))

    return intercept


def intercept_request(before: Before, routes: Routes, handle: ContextHandler) -> ContextHandler:
    """Return *handle* with *before* before it."""

    async def intercept(context: RequestContext) -> Response:
        return await before(InterceptedRequest(context, routes, handle))

    return intercept


def decode_data(response: Response) -> Any:
    """Return what a 200 holds under ``data``; None for any other answer."""
    return msgspec.json.decode(response.body)["data"] if response.status == 200 else None


def replace_body(response: Response, value: Any, status: int | None = None) -> Response:
    """Return *response* with another JSON body."""
    return Response(response.status if status is None else status, msgspec.json.encode(value))


def change_jobs(change: Callable[[ShownJob], ShownJob]) -> Around:
    """Return a deviation that shows each job as *change* makes it."""

    async def around(call: InterceptedCall) -> Response:
        response = await call.respond()
        data = decode_data(response)
        if isinstance(data, list):
            return replace_body(response, {"data": [change(job) for job in data]})
        return response if data is None else replace_body(response, {"data": change(data)})

    return around


def replace_response(operations: tuple[str, ...], status: int, then: Response) -> Around:
    """Return a deviation that answers *then* where *operations* answer *status*."""

    async def around(call: InterceptedCall) -> Response:
        response = await call.respond()
        return then if call.name in operations and response.status == status else response

    return around
