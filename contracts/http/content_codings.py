"""Takes the content codings off a body (RFC 9110 §8.4), and never makes more than was allowed."""

from __future__ import annotations

import zlib

ACCEPTED = "gzip, deflate"
"""What is asked for, whatever other decoders this machine may have."""

GZIP, ZLIB, BARE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
"""The formats of zlib, in its own numbers."""

GZIP_MAGIC = b"\x1f\x8b"


class CodingError(ValueError):
    """The body does not have the coding that the answer names."""


class LengthError(ValueError):
    """The body is longer than what was allowed once it is decoded."""


def decode(body: bytes, named: str, most: int) -> bytes:
    """Return *body* without the codings that Content-Encoding has *named*, *most* octets at most.

    Raises CodingError and LengthError. A body without an octet has no coding that could be wrong.
    """
    codings = [coding.strip().lower() for coding in named.split(",")]
    for coding in reversed([coding for coding in codings if coding not in ("", "identity")]):
        if not body:
            return body
        if coding in ("gzip", "x-gzip"):
            body = _gzip(body, most)
        elif coding == "deflate":
            body = _deflate(body, most)
        else:
            raise CodingError(f"{coding!r} was not asked for ({ACCEPTED})")
    return body


def _gzip(body: bytes, most: int) -> bytes:
    """Take gzip off, member by member; what follows the last one is padding, as all clients say."""
    found = bytearray()
    while body.startswith(GZIP_MAGIC) or not found:
        part, body = _inflate(body, GZIP, most - len(found), "gzip")
        found += part
        if not body:
            break
    return bytes(found)


def _deflate(body: bytes, most: int) -> bytes:
    """Take deflate off, also where the server forgot its zlib header (RFC 9110 §8.4.1.2)."""
    try:
        return _inflate(body, ZLIB, most, "deflate")[0]
    except CodingError:
        return _inflate(body, BARE, most, "deflate")[0]


def _inflate(body: bytes, form: int, most: int, coding: str) -> tuple[bytes, bytes]:
    """Return what one compressed stream holds, and the octets that follow it."""
    stream = zlib.decompressobj(form)
    try:
        found = stream.decompress(body, most + 1)
    except zlib.error as error:
        raise CodingError(f"the body is not {coding}: {error}") from error
    if len(found) > most:
        raise LengthError
    if not stream.eof:
        raise CodingError(f"the body is not {coding}: it ends too early")
    return found, stream.unused_data
