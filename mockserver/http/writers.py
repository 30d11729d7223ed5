"""Ways to write a response other than as a whole: cut, in pieces, as a stream, or not at all."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator

#: RFC 9293's reset instead of an orderly end: linger for no time at all.
_NO_LINGER = struct.pack("ii", 1, 0)


class ResetWriter:
    """The connection is reset before any octet of the response."""

    async def write(self, transport: asyncio.Transport, head: bytes, content: bytes) -> None:  # noqa: ARG002 -- the client gets neither
        """Reset the connection."""
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        transport.abort()


class TruncatingWriter:
    """The content ends after some *octets* (None: halfway), though its length is announced."""

    def __init__(self, octets: int | None) -> None:
        self._octets = octets

    async def write(self, transport: asyncio.Transport, head: bytes, content: bytes) -> None:
        """Write less than is announced."""
        octets = len(content) // 2 if self._octets is None else self._octets
        transport.write(head + content[:octets])


class DrippingWriter:
    """The content comes in pieces of some *octets*, with a pause of some *seconds* before each."""

    def __init__(self, octets: int, seconds: float) -> None:
        self._octets = octets
        self._seconds = seconds

    async def write(self, transport: asyncio.Transport, head: bytes, content: bytes) -> None:
        """Write slowly, until all is written or the client has gone."""
        transport.write(head)
        for start in range(0, len(content), self._octets):
            await asyncio.sleep(self._seconds)
            if transport.is_closing():
                return
            transport.write(content[start : start + self._octets])


class StreamingWriter:
    """The content is made while it is written; an empty piece tests whether the client is there."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces

    async def write(self, transport: asyncio.Transport, head: bytes, content: bytes) -> None:
        """Write each piece as it comes, until there are no more or the client has gone."""
        transport.write(head + content)
        async for piece in self._pieces:
            if transport.is_closing():
                return
            transport.write(piece)
