"""Responses on their way to the client, written as they come and with nothing added."""

from http import HTTPStatus

from aiohttp.web_request import BaseRequest
from multidict import CIMultiDict

from mockserver.proxy.exchange import Fields, find_field

_HTTP_11 = (1, 1)
#: What has no content, whatever its fields say (RFC 9110, section 6.4.1).
_WITHOUT_CONTENT = (204, 304)


class Delivery:
    """Writes one response to the client of *base*.

    It is what aiohttp takes for a response: written already, it says whether the connection
    stays open (*keep_alive*).
    """

    def __init__(self, base: BaseRequest, *, keep_alive: bool) -> None:
        self._base = base
        self._has_content = False
        self.keep_alive = keep_alive

    async def begin(self, status: int, reason: str, fields: Fields) -> None:
        """Write the head. How the content is framed is up to this connection."""
        head, writer, base = CIMultiDict(fields), self._base.writer, self._base
        self._has_content = base.method != "HEAD" and status not in _WITHOUT_CONTENT
        if self._has_content and not find_field(fields, "content-length"):
            if base.version >= _HTTP_11:
                head["Transfer-Encoding"] = "chunked"
                writer.enable_chunking()
            else:
                # The end of the connection is that of the content (RFC 9112, section 6.3).
                self.keep_alive = False
        if not self.keep_alive:
            head["Connection"] = "close"
        elif base.version < _HTTP_11:
            head["Connection"] = "keep-alive"
        await writer.write_headers(f"HTTP/1.1 {status} {reason}", head)
        writer.send_headers()

    async def write(self, chunk: bytes) -> None:
        """Write a part of the content; wait for a slow reader."""
        if self._has_content:
            await self._base.writer.write(chunk)
            await self._base.writer.drain()

    async def end(self) -> None:
        """Write what says that the content is whole."""
        await self._base.writer.write_eof()

    def break_off(self) -> None:
        """Close the connection, so that the client sees that the content is not whole."""
        self.keep_alive = False
        if self._base.transport is not None:
            self._base.transport.abort()

    async def prepare(self, _: BaseRequest) -> None:
        """Do nothing: all has been written."""

    async def write_eof(self) -> None:
        """Do nothing: all has been written."""


async def refuse(base: BaseRequest, status: int, message: str) -> Delivery:
    """Answer in place of the upstream, say why, and close the connection."""
    delivery = Delivery(base, keep_alive=False)
    content = f"{message}\n".encode()
    fields = (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content))))
    await delivery.begin(status, HTTPStatus(status).phrase, fields)
    await delivery.write(content)
    await delivery.end()
    return delivery
