"""Opaque cursors: a position in a list as text, which another list refuses.

A token holds all that it means, so it outlives a restart and every replica reads it; it names a
record's position and no count, so records that are made meanwhile shift nothing.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Any

import msgspec

from mockserver.records.listing.query import Mark, Position

_CHECKED = 8
_LONGEST = 4096


class UnknownTokenError(ValueError):
    """The text is not a token of this list."""


def write_token(position: Position | None, identity: bytes, *, back: bool = False) -> str:
    """Return the token of a *position* in the list of that *identity*.

    None is the end of the list. A token that leads *back* is of the page before.
    """
    payload = msgspec.json.encode([int(back), position])
    text = urlsafe_b64encode(_seal(payload, identity) + payload)
    return text.decode().rstrip("=")


def read_token(text: str, identity: bytes) -> Mark:
    """Return the mark that a token of the list of that *identity* stands for.

    Raises:
        UnknownTokenError: it is made up, or is of another list.
    """
    if len(text) > _LONGEST or not text.isascii():
        raise UnknownTokenError(text)
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise UnknownTokenError(text) from None
    payload = sealed[_CHECKED:]
    # The decoder passes over characters that are not of base64.
    is_canonical = urlsafe_b64encode(sealed).decode().rstrip("=") == text
    if not is_canonical or sealed[:_CHECKED] != _seal(payload, identity):
        raise UnknownTokenError(text)
    back, position = msgspec.json.decode(payload)
    return Mark(_position(position), back=bool(back))


def list_identity(*parts: Any) -> bytes:
    """Return what tells one list from others, of *parts* that JSON can state."""
    return blake2b(msgspec.json.encode(parts), digest_size=32).digest()


def _seal(payload: bytes, identity: bytes) -> bytes:
    return blake2b(payload, digest_size=_CHECKED, key=identity).digest()


def _position(stated: Any) -> Position | None:
    if isinstance(stated, list):
        return tuple(tuple(part) if isinstance(part, list) else part for part in stated)
    return None if stated is None else int(stated)
