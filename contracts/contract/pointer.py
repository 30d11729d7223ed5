"""JSON Pointers (RFC 6901) into the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class PointerError(LookupError):
    """A pointer leads nowhere."""


def escape(token: str | int) -> str:
    """Write *token* as one step of a pointer (RFC 6901 §3)."""
    return str(token).replace("~", "~0").replace("/", "~1")


def unescape(step: str) -> str:
    """Return the token that one *step* of a pointer writes (RFC 6901 §4)."""
    return step.replace("~1", "/").replace("~0", "~")


def resolve(document: Any, pointer: str) -> Any:
    """Return what *pointer* (`#/a/b` or `/a/b`) names in *document*."""
    here = document
    for step in pointer.removeprefix("#").split("/")[1:]:
        token = unescape(step)
        if isinstance(here, Mapping) and token in here:
            here = here[token]
        elif (
            isinstance(here, Sequence)
            and not isinstance(here, str)
            and token.isdigit()
            and int(token) < len(here)
        ):
            here = here[int(token)]
        else:
            raise PointerError(f"{pointer}: nothing is at {token!r}")
    return here
