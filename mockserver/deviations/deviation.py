"""What a deviation is: a name, what it breaks, and the hands that it lays on the core."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import parse_qsl, unquote, unquote_to_bytes, urlencode

import msgspec

from mockserver.contract.document import Operation
from mockserver.domain.lifecycle import Lifecycle
from mockserver.http.messages import Answer, Exchange, Handle

if TYPE_CHECKING:
    from mockserver.http.routing import Match, Routes

#: ``must``: it breaks a documented clause. ``conforming``: the documents leave it open.
Level = Literal["must", "conforming"]
ShownJob = dict[str, Any]


class Call(NamedTuple):
    """A call of *operation*, with its path parameters, and the *handle* that answers it rightly."""

    exchange: Exchange
    operation: Operation
    path: Mapping[str, str]
    handle: Handle

    @property
    def name(self) -> str:
        """The operationId."""
        return self.operation.operation_id

    @property
    def admitted(self) -> bool:
        """Whether the caller's key opens the project."""
        tenant = self.exchange.tenant
        return tenant is not None and tenant.project(unquote(self.path["projectKey"])) is not None

    @property
    def conflict(self) -> int | None:
        """The status code that says that the call conflicts with an earlier one."""
        return None if self.operation.conflict is None else self.operation.conflict.status

    def octets(self, name: str) -> bytes:
        """Return a path parameter, decoded, whether or not it is UTF-8."""
        return unquote_to_bytes(self.path[name])

    async def answer(self) -> Answer:
        """Return the right answer."""
        return await self.handle(self.exchange)

    async def answer_to(self, path: str, query: str) -> Answer:
        """Return the right answer to the same call for another path and query."""
        return await self.handle(self.exchange.asking(f"{path}?{query}" if query else path))

    async def answer_with(self, **values: int) -> Answer:
        """Return the right answer to the call with other query parameters."""
        query = dict(parse_qsl(self.exchange.query, keep_blank_values=True))
        query |= {name: str(value) for name, value in values.items()}
        return await self.answer_to(self.exchange.path, urlencode(query))

    def number(self, name: str) -> int | None:
        """Return a query parameter if it is given and an integer."""
        text = dict(parse_qsl(self.exchange.query)).get(name)
        try:
            return None if text is None else int(text)
        except ValueError:
            return None


#: Answers a call, given the way to the right answer.
Around = Callable[[Call], Awaitable[Answer]]


class Arrival(NamedTuple):
    """A request before anybody knows what it calls.

    *routes* tell what is at a path, and *handle* answers as all deviations further in would.
    """

    exchange: Exchange
    routes: "Routes"
    handle: Handle

    @property
    def place(self) -> "Match | None":
        """What is at its path."""
        return self.routes.match(self.exchange.path)

    async def answer(self) -> Answer:
        """Return the answer to the request as it is."""
        return await self.handle(self.exchange)

    async def answer_to(self, path: str) -> Answer:
        """Return the answer to the same request for another path."""
        query = self.exchange.query
        other = self.exchange.asking(f"{path}?{query}" if query else path)
        answer = await self.handle(other)
        self.exchange.operation = other.operation
        return answer


#: Answers a request that has just arrived, given the way to what lies further in.
Before = Callable[[Arrival], Awaitable[Answer]]


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
    around: Around, operation: Operation, path: Mapping[str, str], handle: Handle
) -> Handle:
    """Return *handle* with *around* around it."""

    async def deviant(exchange: Exchange) -> Answer:
        return await around(Call(exchange, operation, path, handle))

    return deviant


def arriving(before: Before, routes: "Routes", handle: Handle) -> Handle:
    """Return *handle* with *before* before it."""

    async def deviant(exchange: Exchange) -> Answer:
        return await before(Arrival(exchange, routes, handle))

    return deviant


def data_of(answer: Answer) -> Any:
    """Return what a 200 holds under ``data``; None for any other answer."""
    return msgspec.json.decode(answer.body)["data"] if answer.status == 200 else None


def rewritten(answer: Answer, value: Any, status: int | None = None) -> Answer:
    """Return *answer* with another JSON body."""
    return Answer(answer.status if status is None else status, msgspec.json.encode(value))


def shows(change: Callable[[ShownJob], ShownJob]) -> Around:
    """Return a deviation that shows each job as *change* makes it."""

    async def around(call: Call) -> Answer:
        answer = await call.answer()
        data = data_of(answer)
        if isinstance(data, list):
            return rewritten(answer, {"data": [change(job) for job in data]})
        return answer if data is None else rewritten(answer, {"data": change(data)})

    return around


def instead(operations: tuple[str, ...], status: int, then: Answer) -> Around:
    """Return a deviation that answers *then* where *operations* answer *status*."""

    async def around(call: Call) -> Answer:
        answer = await call.answer()
        return then if call.name in operations and answer.status == status else answer

    return around
