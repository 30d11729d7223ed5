"""The listener: aiohttp parses HTTP; this passes requests on and writes the responses.

aiohttp's router, application and ``web.Response`` cost more than all that a mock does for a
request. So `web.Server`, the documented layer below them, is used, and a response's octets are
written as they are.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import copy_context
from email.utils import formatdate

from aiohttp import ClientError, web
from aiohttp.http import RawRequestMessage
from aiohttp.web_request import BaseRequest

from mockserver import __version__
from mockserver.http import errors
from mockserver.http.errors import HttpError
from mockserver.http.log import AccessLog
from mockserver.http.messages import Handler, Request, Response
from mockserver.http.protocol import MOST_AT_ONCE, Begun, Server
from mockserver.http.replies import PATIENCE_SECONDS, Reply, WriterReply
from mockserver.http.unknown_methods import UnknownMethodHandler, parse_request

HTTP_11 = (1, 1)
#: No operation takes content; a little is read and passed over.
MOST_BODY_BYTES = 64 * 1024
#: What is sent below `UPLOADS` is kept, since the control API reads it.
MOST_UPLOADED_BYTES = 16 * 1024 * 1024
UPLOADS = "/__admin/"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Listener:
    """Serves one `Handler` over HTTP/1.1.

    Args:
        handle: responds to the requests.
        wall: real time in seconds since 1970, for ``Date``.
        log: records the responses to what could not be parsed, which no `Handler` sees.
        on_unknown_method: may respond to a request whose method aiohttp does not know.
        keeps_bodies: whether the content of every request is kept, or only of uploads.
    """

    def __init__(
        self,
        handle: Handler,
        wall: Callable[[], float],
        log: AccessLog,
        on_unknown_method: UnknownMethodHandler | None,
        *,
        keeps_bodies: bool = False,
    ) -> None:
        self.handle = handle
        self._on_unknown_method = on_unknown_method
        self._keeps_bodies = keeps_bodies
        self._wall = wall
        self._log = log
        self._second = -1
        self._date_fields = b""
        self._closing = False
        self._under_way = 0
        self._idle = asyncio.Event()

    def server(self) -> web.Server:
        """Return what makes a protocol for each connection; needs a running event loop."""
        return Server(self, PATIENCE_SECONDS)

    async def drain(self, seconds: float) -> None:
        """Close each connection with its next answer; wait until no request is under way.

        Args:
            seconds: how long to wait at most.
        """
        self._closing = True
        if self._under_way:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._idle.wait()

    def begin(self, message: RawRequestMessage, peer: str) -> bytes | Awaitable[Response] | None:
        """Begin to respond to a request without content, on a connection that is kept.

        Return the octets of the response; what has been begun, where they are not all that there is
        to do; or None, if nothing has.
        """
        target = message.path
        if self._closing or not target.startswith("/"):
            return None
        steps = self.handle(Request(message.method, target, message.headers, peer)).__await__()
        context = copy_context()
        try:
            return Begun(context.run(next, steps), steps, context)
        except StopIteration as ended:
            response: Response = ended.value
        if response.writer is None and response.length <= MOST_AT_ONCE:
            return response.octets(self._get_date_fields())
        done = asyncio.get_running_loop().create_future()
        done.set_result(response)
        return done

    async def respond(
        self, base: BaseRequest, begun: Awaitable[Response] | None = None
    ) -> Reply | WriterReply:
        """Return the reply to a request that aiohttp has parsed; its response may have *begun*."""
        target = base.raw_path
        if not target.startswith("/"):
            # The absolute form of RFC 9112, section 3.2.2; `*` and authorities stay as they are.
            target = base.rel_url.raw_path_qs if "://" in target else target
        request = Request(base.method, target, base.headers, base.remote or "-")
        self._under_way += 1
        try:
            if base.body_exists:
                await _read_content(base, request, keeps_bodies=self._keeps_bodies)
            response = await (self.handle(request) if begun is None else begun)
        except HttpError as error:
            self._log.record(request, error.response, 0.0)
            return self.reply(base, error.response, keep_alive=False)
        finally:
            self._under_way -= 1
            if self._closing and not self._under_way:
                self._idle.set()
        if response.writer is not None:
            head = b"".join((response.head, self._get_date_fields(), b"Connection: close\r\n\r\n"))
            content = b"" if base.method == "HEAD" else response.body
            return WriterReply(response.writer, head, content)
        # Looked at last: the server may be ending by now.
        keep_alive = base.keep_alive and not self._closing
        return self.reply(base, response, keep_alive=keep_alive)

    def reply(self, base: BaseRequest, response: Response, *, keep_alive: bool) -> Reply:
        """Return the octets of *response* for this request and this second."""
        if keep_alive and base.version >= HTTP_11 and base.method != "HEAD":
            return Reply(response.octets(self._get_date_fields()), keep_alive)
        connection = b"\r\n"
        if not keep_alive:
            connection = b"Connection: close\r\n\r\n"
        elif base.version < HTTP_11:
            connection = b"Connection: keep-alive\r\n\r\n"
        content = b"" if base.method == "HEAD" else response.body
        return Reply(
            b"".join((response.head, self._get_date_fields(), connection, content)), keep_alive
        )

    def _get_date_fields(self) -> bytes:
        second = int(self._wall())
        if second != self._second:
            self._second = second
            self._date_fields = _format_date_fields(second)
        return self._date_fields

    def refuse(self, base: BaseRequest, error: HttpError) -> Reply:
        """Return the reply to what is not a request, and close the connection with it."""
        self._log.record(Request("-", "-", {}, base.remote or "-"), error.response, 0.0)
        return self.reply(base, error.response, keep_alive=False)

    async def refuse_method(self, base: BaseRequest, reason: str) -> Reply:
        """Return the reply to an unknown method: RFC 9110, section 15.6.2, unless deviating."""
        request = parse_request(reason, base.remote or "-")
        if self._on_unknown_method is not None and request is not None:
            response = await self._on_unknown_method(request)
            if response is not None:
                self._log.record(request, response, 0.0)
                return self.reply(base, response, keep_alive=False)
        return self.refuse(base, errors.unreadable_request(501, reason.splitlines()[0]))


async def _read_content(base: BaseRequest, request: Request, *, keeps_bodies: bool) -> None:
    """Read the content of *base*; keep it only where something reads it, or all is kept.

    Raises:
        HttpError: it is too large, too slow, not framed as its header says, or not whole.
    """
    if base.headers.get("Expect", "").lower() == "100-continue":
        await base.writer.write(_CONTINUE)
    is_upload = request.target.startswith(UPLOADS)
    most = MOST_UPLOADED_BYTES if is_upload else MOST_BODY_BYTES
    keeps = is_upload or keeps_bodies
    chunks: list[bytes] = []
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for chunk in base.content.iter_any():
                request.body_length += len(chunk)
                if request.body_length > most:
                    reason = f"the content is longer than {most:,} octets"
                    raise errors.unreadable_request(413, reason)
                if keeps:
                    chunks.append(chunk)
    except TimeoutError:
        reason = f"the content did not come within {PATIENCE_SECONDS:g} seconds"
        raise errors.unreadable_request(408, reason) from None
    except web.RequestPayloadError:
        raise errors.unreadable_request(
            400, "the content is not framed as its header says"
        ) from None
    except (ConnectionError, ClientError):
        # The client does not read this; the log has it.
        raise errors.unreadable_request(
            400, "the client left before its content was whole"
        ) from None
    request.body = b"".join(chunks)


def _format_date_fields(second: int) -> bytes:
    """Return the header fields that all responses of one second share."""
    date = formatdate(second, usegmt=True)
    return f"Date: {date}\r\nServer: jobs-mockserver/{__version__}\r\n".encode()
