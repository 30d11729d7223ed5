r"""JSON text of unknown origin, read so that nothing in it can hurt who works with it.

Python's reader takes what RFC 8259 has not (NaN, UTF-16), refuses what it has (an integer of 5,000
digits), and gives away strings that cannot be written again: half an emoji, `"\ud83d"`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

NOT_JSON = object()
"""Stands for the value of a body that is not a JSON text."""

DEEPEST = 64
"""How deep values may be nested: comparing and showing them takes a call for each level."""

MOST_VALUES = 1_000_000
"""How many values a body may hold, at some 100 octets of memory each."""

LONGEST_NUMBER = 300
"""Characters: a longer number is read as a float, which has an infinity."""

LARGEST = 1e40
"""A number that is written with a fraction or an exponent is read as an integer below this."""

TOKENS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|([\[{])|([\]}])', re.DOTALL)
"""Strings, which may hold brackets, and brackets; no text takes it more than one pass."""

ESCAPES = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a pair: one character
    r"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)

ENCODINGS = {"utf-8-sig": "UTF-8 with a byte order mark"}


class ExcessError(ValueError):
    """The text is JSON, perhaps, and holds more than this judge can look at."""


@dataclass(frozen=True, slots=True)
class JsonText:
    """A body, read as JSON."""

    value: Any
    """NOT_JSON if it is none."""
    encoding: str = "utf-8"
    repeated: tuple[str, ...] = ()
    """Names that an object has more than once; the value is that of the last."""


@dataclass(frozen=True, slots=True)
class Nested:
    """A member of a record that is an object or a list, where records have none.

    Laws use members as keys and compare them: with this they can do so whatever was sent.
    """

    text: str
    """The member as JSON, its names in order."""

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


def read(body: bytes) -> JsonText:
    """Read *body*; raises ExcessError if it holds too much.

    Half a surrogate pair becomes the text of its escape, so that each string can be written.
    """
    encoding = json.detect_encoding(body)
    named = ENCODINGS.get(encoding, encoding.upper() if encoding != "utf-8" else encoding)
    repeated: list[str] = []

    def build_object(given: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(given)
        if len(found) < len(given):
            repeated.extend(n for n, times in Counter(n for n, _ in given).items() if times > 1)
        return found

    try:
        check(body)
        text = body.decode(encoding)
        value = json.loads(
            ESCAPES.sub(_complete_escape, text) if "\\" in text else text,
            parse_constant=_refuse,
            parse_int=_read_integer,
            parse_float=_read_number,
            object_pairs_hook=build_object,
        )
    except ExcessError:
        raise
    except (ValueError, RecursionError):
        return JsonText(NOT_JSON, named)
    return JsonText(value, named, tuple(dict.fromkeys(repeated)))


def check(body: bytes) -> None:
    """Return if *body* holds no more than can be looked at, and raise ExcessError if it does."""
    opened = body.count(b"[") + body.count(b"{")
    if opened + body.count(b",") > MOST_VALUES:
        raise ExcessError(f"more than {MOST_VALUES:,} values")
    if opened <= DEEPEST:
        return
    depth = 0
    for token in TOKENS.finditer(body):
        depth += (token[1] is not None) - (token[2] is not None)
        if depth > DEEPEST:
            raise ExcessError(f"values nested more than {DEEPEST} levels deep")


def _complete_escape(escape: re.Match[str]) -> str:
    return f"\\\\{escape['half']}" if escape["half"] else escape[0]


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON (RFC 8259 §6)")


def _read_number(text: str) -> int | float:
    """Read a number with a fraction or an exponent."""
    value = float(text)
    # Of a larger one, a short text such as 1e300 would be written out in hundreds of digits.
    if not value.is_integer() or abs(value) >= LARGEST:
        return value
    exact = Decimal(text) if value else Decimal(0)
    return int(exact) if exact == exact.to_integral_value() else value


def _read_integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)
