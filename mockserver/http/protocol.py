"""aiohttp's protocol, with a short way to the responses that need no waiting; it is for speed.

For each request aiohttp makes a task, a request object and a writer, and the event loop turns twice
before the task runs: as much work as all that a mock does for a read. So a request without content
is responded to while it is received, if its connection is idle and is kept. All else goes the way
of aiohttp, and so does what cannot be responded to without waiting, from where it waits.
"""

import asyncio
from collections.abc import Awaitable, Generator
from contextvars import Context
from typing import Any, Protocol, cast

from aiohttp import EMPTY_PAYLOAD, web
from aiohttp.http import HttpVersion11, RawRequestMessage
from aiohttp.http_exceptions import BadHttpMethod, LineTooLong
from aiohttp.web_request import BaseRequest

from mockserver.http import errors
from mockserver.http.errors import HttpError
from mockserver.http.messages import Response
from mockserver.http.replies import DeferredReply, Reply, WriterReply

#: A longer response waits for its reader. So much an event loop buffers before it asks to wait.
MOST_AT_ONCE = 64 * 1024 - 1024
MOST_LINE_BYTES = 8190
#: How long the rest of a refused content is passed over, so that the client reads the refusal.
LINGER_SECONDS = 2.0


class Responder(Protocol):
    """Responds to what a connection receives."""

    def begin(self, message: RawRequestMessage, peer: str) -> bytes | Awaitable[Response] | None:
        """Return a response, or what has been begun of it; None if nothing has."""
        ...

    async def respond(
        self, base: BaseRequest, begun: Awaitable[Response] | None = None
    ) -> Reply | WriterReply:
        """Return the reply to a request, which may have *begun*."""
        ...

    def refuse(self, base: BaseRequest, error: HttpError) -> Reply:
        """Return the reply to what is not a request."""
        ...

    async def refuse_method(self, base: BaseRequest, reason: str) -> Reply:
        """Return the reply to a request of a method that aiohttp does not know."""
        ...


class Begun:
    """The rest of the *steps* of a response, after the *awaited* one; awaited once.

    All of them run in one *context*, in the protocol or in a task, as those of one task would: a
    transaction that is begun while a request is received goes on in the task that takes over.
    """

    def __init__(
        self, awaited: Any, steps: Generator[Any, Any, Response], context: Context
    ) -> None:
        self._awaited = awaited
        self._steps = steps
        self._context = context

    def __await__(self) -> Generator[Any, Any, Response]:
        """Let the task that awaits this take over, from where it waits."""
        awaited, run, steps = self._awaited, self._context.run, self._steps
        try:
            while True:
                try:
                    yield awaited
                except BaseException as error:  # noqa: BLE001 -- it is raised where it is awaited
                    awaited = run(steps.throw, error)
                else:
                    awaited = run(steps.send, None)
        except StopIteration as ended:
            response: Response = ended.value
            return response


class Server(web.Server):
    """Makes a protocol for each connection, which *responder* responds to.

    A connection that nothing comes from for *idle_seconds* is closed.
    """

    def __init__(self, responder: Responder, idle_seconds: float) -> None:
        super().__init__(cast("Any", self._respond))
        self.responder = responder
        self.idle_seconds = idle_seconds

    def __call__(self) -> web.RequestHandler:
        """Return the protocol of another connection."""
        return _Connection(self)

    async def _respond(self, base: BaseRequest) -> Reply | WriterReply:
        return await self.responder.respond(base, cast("_Connection", base.protocol).take_begun())


class _Connection(web.RequestHandler):
    """aiohttp's protocol, which responds in JSON also where nothing could be parsed."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=server.idle_seconds,
            max_line_size=MOST_LINE_BYTES,
            max_field_size=MOST_LINE_BYTES,
            access_log=cast("Any", None),
            lingering_time=LINGER_SECONDS,
        )
        self._responder = server.responder
        self._idle_seconds = server.idle_seconds
        self._begun: Awaitable[Response] | None = None
        self._peer = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note who is at the other end."""
        super().connection_made(transport)
        name = self.peername
        self._peer = str(name[0] if isinstance(name, list | tuple) else name or "-")

    def data_received(self, data: bytes) -> None:
        """Respond at once if that can be done, or let aiohttp's task wake up and do it."""
        # aiohttp wakes its task where it finds this; where it is None, the task is at work.
        waiter, self._waiter = self._waiter, None
        try:
            super().data_received(data)
        finally:
            self._waiter = waiter
        if waiter is None or waiter.done() or not self._messages:
            return
        if len(self._messages) == 1 and self._has_responded(*self._messages[0]):
            self._messages.clear()
            if self._parser is not None:
                self._parser.message_consumed()
            self._next_keepalive_close_time = self._loop.time() + self._idle_seconds
        else:
            waiter.set_result(None)

    def _has_responded(self, message: Any, content: object) -> bool:
        """Respond to a request if that can be done without waiting; return whether it was."""
        transport = self.transport
        if (
            content is not EMPTY_PAYLOAD
            or not isinstance(message, RawRequestMessage)
            or message.should_close
            or message.upgrade
            or message.version != HttpVersion11
            or message.method == "HEAD"
            or transport is None
            # It has not read what it was sent before.
            or transport.get_write_buffer_size() > 0
        ):
            return False
        begun = self._responder.begin(message, self._peer)
        if not isinstance(begun, bytes):
            self._begun = begun
            return False
        transport.write(begun)
        return True

    def take_begun(self) -> Awaitable[Response] | None:
        """Return what has been begun of the response to the request that is next, if anything."""
        begun, self._begun = self._begun, None
        return begun

    def handle_error(
        self,
        base: BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Return the reply to a request that aiohttp could not parse or this server failed at."""
        error = errors.internal_error()
        if isinstance(exc, BadHttpMethod):
            coming = self._responder.refuse_method(base, message or "this is not an HTTP request")
            return cast("web.StreamResponse", DeferredReply(coming))
        if status < 500:
            # RFC 6585, section 5: header fields that are too large.
            status = 431 if isinstance(exc, LineTooLong) else status
            reason = (message or "this is not an HTTP request").splitlines()[0]
            error = errors.unreadable_request(status, reason)
        elif exc is not None:
            self.log_exception("unforeseen", exc_info=exc)
        return cast("web.StreamResponse", self._responder.refuse(base, error))
