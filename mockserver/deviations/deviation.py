"""What a deviation is: a name, what it breaks, and the hands that it lays on the core."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import parse_qsl, unquote, unquote_to_bytes, urlencode

import msgspec

from mockserver.contract.document import Operation
from mockserver.domain.lifecycle import Lifecycle
from mockserver.http.messages import Handler, Request, Response

if TYPE_CHECKING:
    from mockserver.http.routing import Match, Routes

#: ``must``: it breaks a documented clause. ``conforming``: the documents leave it open.
Level = Literal["must", "conforming"]
ShownJob = dict[str, Any]


class Call(NamedTuple):
    """A call of *operation*, with its path parameters, and the *handle* that answers it rightly."""

    request: Request
    operation: Operation
    path: Mapping[str, str]
    handle: Handler

    @property
    def name(self) -> str:
        """The operationId."""
        return self.operation.operation_id

    @property
    def admitted(self) -> bool:
        """Whether the caller's key opens the project."""
        tenant = self.request.tenant
        return tenant is not None and tenant.project(unquote(self.path["projectKey"])) is not None

    @property
    def conflict(self) -> int | None:
        """The status code that says that the call conflicts with an earlier one."""
        return None if self.operation.conflict is None else self.operation.conflict.status

    def octets(self, name: str) -> bytes:
        """Return a path parameter, decoded, whether or not it is UTF-8."""
        return unquote_to_bytes(self.path[name])

    async def response(self) -> Response:
        """Return the right answer."""
        return await self.handle(self.request)

    async def answer_to(self, path: str, query: str) -> Response:
        """Return the right answer to the same call for another path and query."""
        return await self.handle(self.request.asking(f"{path}?{query}" if query else path))

    async def answer_with(self, **values: int) -> Response:
        """Return the right answer to the call with other query parameters."""
        query = dict(parse_qsl(self.request.query, keep_blank_values=True))
        query |= {name: str(value) for name, value in values.items()}
        return await self.answer_to(self.request.path, urlencode(query))

    def number(self, name: str) -> int | None:
        """Return a query parameter if it is given and an integer."""
        text = dict(parse_qsl(self.request.query)).get(name)
        try:
            return None if text is None else int(text)
        except ValueError:
            return None


#: Answers a call, given the way to the right answer.
Around = Callable[[Call], Awaitable[Response]]


class Arrival(NamedTuple):
    """A request before anybody knows what it calls.

    *routes* tell what is at a path, and *handle* answers as all deviations further in would.
    """

    request: Request
    routes: "Routes"
    handle: Handler

    @property
    def place(self) -> "Match | None":
        """What is at its path."""
        return self.routes.match(self.request.path)

    async def response(self) -> Response:
        """Return the answer to the request as it is."""
        return await self.handle(self.request)

    async def answer_to(self, path: str) -> Response:
        """Return the answer to the same request for another path."""
        query = self.request.query
        other = self.request.asking(f"{path}?{query}" if query else path)
        response = await self.handle(other)
        self.request.operation = other.operation
        return response


#: Answers a request that has just arrived, given the way to what lies further in.
Before = Callable[[Arrival], Awaitable[Response]]


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


def wrapped(
    around: Around, operation: Operation, path: Mapping[str, str], handle: Handler
) -> Handler:
    """Return *handle* with *around* around it."""

    async def deviant(request: Request) -> Response:
        return await around(Call(request, operation, path, handle))

    return deviant


def arriving(before: Before, routes: "Routes", handle: Handler) -> Handler:
    """Return *handle* with *before* before it."""

    async def deviant(request: Request) -> Response:
        return await before(Arrival(request, routes, handle))

    return deviant


def data_of(response: Response) -> Any:
    """Return what a 200 holds under ``data``; None for any other answer."""
    return msgspec.json.decode(response.body)["data"] if response.status == 200 else None


def rewritten(response: Response, value: Any, status: int | None = None) -> Response:
    """Return *response* with another JSON body."""
    return Response(response.status if status is None else status, msgspec.json.encode(value))


def shows(change: Callable[[ShownJob], ShownJob]) -> Around:
    """Return a deviation that shows each job as *change* makes it."""

    async def around(call: Call) -> Response:
        response = await call.response()
        data = data_of(response)
        if isinstance(data, list):
            return rewritten(response, {"data": [change(job) for job in data]})
        return response if data is None else rewritten(response, {"data": change(data)})

    return around


def instead(operations: tuple[str, ...], status: int, then: Response) -> Around:
    """Return a deviation that answers *then* where *operations* answer *status*."""

    async def around(call: Call) -> Response:
        response = await call.response()
        return then if call.name in operations and response.status == status else response

    return around
