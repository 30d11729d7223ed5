"""Responses as aiohttp's protocol wants them: they write themselves, in one of three ways."""

import asyncio
from collections.abc import Awaitable

from aiohttp.web_request import BaseRequest

from mockserver.http.messages import Writer

#: How long a client may take to send a request or its content, or to read a response.
PATIENCE_SECONDS = 30.0


class Reply:
    """Writes *octets* as a whole."""

    __slots__ = ("_octets", "keep_alive")

    def __init__(self, octets: bytes, keep_alive: bool) -> None:  # noqa: FBT001 -- private
        self._octets = octets
        self.keep_alive = keep_alive

    async def prepare(self, base: BaseRequest) -> None:
        """Write the response; wait for a slow reader, but no longer than `PATIENCE_SECONDS`."""
        transport = base.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the client has gone")
        transport.write(self._octets)
        if transport.get_write_buffer_size() > 0:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await base.writer.drain()
            except TimeoutError:
                transport.abort()

    async def write_eof(self) -> None:
        """Do nothing: `prepare` has written all."""


class WriterReply:
    """Lets a *writer* write *head* and *content*; the connection ends with them."""

    __slots__ = ("_content", "_head", "_writer", "keep_alive")

    def __init__(self, writer: Writer, head: bytes, content: bytes) -> None:
        self._writer = writer
        self._head = head
        self._content = content
        self.keep_alive = False

    async def prepare(self, request: BaseRequest) -> None:
        """Write the response."""
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the client has gone")
        await self._writer.write(transport, self._head, self._content)

    async def write_eof(self) -> None:
        """Do nothing: `prepare` has written all."""


class DeferredReply:
    """Writes the reply that is *awaited*, since aiohttp's parser cannot wait for it."""

    __slots__ = ("_awaited",)
    keep_alive = False

    def __init__(self, awaited: Awaitable[Reply]) -> None:
        self._awaited = awaited

    async def prepare(self, base: BaseRequest) -> None:
        """Write the response."""
        await (await self._awaited).prepare(base)

    async def write_eof(self) -> None:
        """Do nothing: `prepare` has written all."""
