"""Runtime expressions: what a request, another record or the clock says, as a value of a member.

The forms are those of OpenAPI 3.1, section 4.8.20.4, and ``$source#/p`` (a member of the record
that the path names), ``$record#/p`` (one of the record that is being made), ``$now``,
``$now+PT1H``, ``$now-PT1H`` and ``$nextMidnight``.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, Struct

from mockserver.contract.tree import dig
from mockserver.parsing.pointer import split
from mockserver.parsing.timestamp import next_midnight
from mockserver.records.arguments import Arguments
from mockserver.records.moments import milliseconds, stamp_of

_PARAMETER = re.compile(r"\$request\.(path|query|header)\.(.+)")
_MEMBER = re.compile(r"\$(request\.body|source|record)#(/.*)?")
_MOMENT = re.compile(r"\$now(?:([+-])(P.+))?")
_EMBEDDED = re.compile(r"\{(\$[^}]+)\}")


class Circumstances(Struct, frozen=True):
    """What expressions can speak of: the request, the moment, the *source* and the *record*."""

    now: int = 0
    arguments: Arguments = Arguments()
    source: Mapping[str, Any] | None = None
    record: Mapping[str, Any] | None = None


def evaluate(value: Any, known: Circumstances, unit: str = "rfc3339") -> Any:
    """Return what *value* stands for: an expression, a text with some in it, or a constant.

    UNSET is what an expression gives that speaks of something that is not there.

    Args:
        value: the constant or the expression.
        known: what it can speak of.
        unit: in which moments are written: ``ms``, ``s``, ``rfc3339`` or ``rfc2822``.
    """
    if isinstance(value, dict):
        return {name: evaluate(inner, known, unit) for name, inner in value.items()}
    if isinstance(value, list):
        return [evaluate(inner, known, unit) for inner in value]
    if not isinstance(value, str) or "$" not in value:
        return value
    if value.startswith("$"):
        return _expression(value, known, unit)
    return _EMBEDDED.sub(lambda found: _text(_expression(found[1], known, unit), found[0]), value)


def _expression(text: str, known: Circumstances, unit: str) -> Any:
    if match := _PARAMETER.fullmatch(text):
        return _parameter(known.arguments, match[1], match[2])
    if match := _MEMBER.fullmatch(text):
        holders = {"source": known.source, "record": known.record}
        holder = holders.get(match[1], known.arguments.body)
        return look_up(holder, match[2] or "")
    if text == "$nextMidnight":
        return stamp_of(next_midnight(known.now), unit)
    if match := _MOMENT.fullmatch(text):
        shift = milliseconds(match[2]) if match[2] else 0
        return stamp_of(known.now - shift if match[1] == "-" else known.now + shift, unit)
    return text


def _parameter(arguments: Arguments, where: str, name: str) -> Any:
    if where == "query":
        return next((value for key, value in arguments.query if key == name), UNSET)
    if where == "path":
        return arguments.path.get(name, UNSET)
    return arguments.headers.get(name.lower(), UNSET)


def look_up(holder: Any, pointer: str) -> Any:
    """Return a copy of what *pointer* names; UNSET where nothing stands, which null is not."""
    try:
        return copy.deepcopy(dig(holder, split(pointer)))
    except LookupError:
        return UNSET


def _text(value: Any, otherwise: str) -> str:
    return otherwise if value is UNSET else str(value)
