"""What is wrong with a value, in words for the person who wrote it. Needed on failure only.

The messages of jsonschema, such as "is not valid under any of the given schemas", say what the
validator did. These say what was written, and what can be written instead.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from jsonschema import ValidationError

from mockserver.parsing.timestamp import (
    DURATION_PATTERN,
    TIMESTAMP_PATTERN,
    explain_duration,
    explain_timestamp,
)

_KINDS = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
_PHRASES = {TIMESTAMP_PATTERN: explain_timestamp, DURATION_PATTERN: explain_duration}


class Flaw(NamedTuple):
    """One thing that is wrong: the *path* from the root, the *rule*, the *value*, the *message*."""

    path: tuple[str, ...]
    rule: str
    value: Any
    message: str


def flaws(error: ValidationError) -> Iterator[Flaw]:
    """Yield the flaws behind *error*; of several alternatives, those of the nearest."""
    path, rule = tuple(map(str, error.absolute_path)), str(error.validator)
    wanted: Any = error.validator_value
    value: Any = error.instance
    schema = error.schema if isinstance(error.schema, dict) else {}
    if rule in ("anyOf", "oneOf") and error.context:
        yield from _alternative(error, schema, path)
    elif rule == "additionalProperties" and isinstance(value, dict):
        known = tuple(schema.get("properties", ()))
        for name in value:
            if name not in known:
                yield Flaw((*path, name), rule, value[name], _unknown("key", name, known))
    elif rule == "required":
        missing = [name for name in wanted if name not in value]
        # jsonschema has one error for each member, and names it only in the message.
        name = next((name for name in missing if error.message.startswith(repr(name))), missing[0])
        yield Flaw(path, rule, value, f"{name} is missing")
    elif rule == "dependentRequired":
        # One such error stands for each name that is missing; the first is told by whom it needs.
        for name in (name for name in wanted if name in value):
            for missing in (other for other in wanted[name] if other not in value):
                if error.message.startswith(repr(missing)) and error.message.endswith(repr(name)):
                    yield Flaw(path, rule, value, f"{missing} is missing, which {name} needs")
    else:
        yield Flaw(path, rule, value, _message(error, rule, schema))


def _alternative(
    error: ValidationError, schema: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[Flaw]:
    """Yield what is wrong with a value that fits none of several schemas."""
    value: Any = error.instance
    branches: Any = error.validator_value
    discriminator = schema.get("discriminator")
    context: list[ValidationError] = list(error.context or ())
    if discriminator is not None and isinstance(value, dict):
        member, kinds = discriminator["propertyName"], discriminator["mapping"]
        if member not in value:
            message = f"{member} is missing; there are {', '.join(kinds)}"
            yield Flaw(path, "required", value, message)
            return
        kind = value[member]
        if not isinstance(kind, str) or kind not in kinds:
            message = _unknown(member, kind, tuple(kinds))
            yield Flaw((*path, member), "enum", kind, message)
            return
        chosen = [branch.get("$ref") for branch in branches].index(kinds[kind])
        context = [inner for inner in context if inner.relative_schema_path[0] == chosen]
    else:
        # An alternative of another type is not what was meant.
        elsewhere = {
            inner.relative_schema_path[0]: inner
            for inner in context
            if inner.validator == "type" and not inner.relative_path
        }
        meant = [e for e in context if e.relative_schema_path[0] not in elsewhere]
        if not meant:
            yield Flaw(path, "type", value, _of_another_type(error, elsewhere.values()))
            return
        context = [
            e for e in meant if e.relative_schema_path[0] == meant[0].relative_schema_path[0]
        ]
    for inner in context:
        yield from flaws(inner)


def _of_another_type(error: ValidationError, tried: Iterable[ValidationError]) -> str:
    kinds: list[str] = []
    for inner in tried:
        if isinstance(inner.schema, dict) and inner.schema.get("pattern") in _PHRASES:
            return _PHRASES[inner.schema["pattern"]](error.instance)
        kinds += [inner.validator_value] if isinstance(inner.validator_value, str) else []
    return f"is not {_either(kinds)}" if kinds else error.message


def _message(error: ValidationError, rule: str, schema: Mapping[str, Any]) -> str:
    wanted: Any = error.validator_value
    value: Any = error.instance
    if rule in ("type", "pattern") and schema.get("pattern") in _PHRASES:
        return _PHRASES[schema["pattern"]](value)
    messages = {
        "type": lambda: f"is not {_either([wanted] if isinstance(wanted, str) else wanted)}",
        "pattern": lambda: f"does not match the pattern {wanted}",
        "enum": lambda: _unknown("value", value, tuple(v for v in wanted if v is not None)),
        "const": lambda: f"is not {wanted}",
        "minimum": lambda: f"is less than {wanted:,}",
        "maximum": lambda: f"is more than {wanted:,}",
        "minLength": lambda: "is empty" if wanted == 1 else f"has fewer than {wanted} characters",
        "maxLength": lambda: f"has {len(value):,} characters; it may have {wanted:,}",
    }
    return messages[rule]() if rule in messages else error.message


def _unknown(kind: str, name: object, known: tuple[object, ...]) -> str:
    """Return that *name* is unknown, what was probably meant, and what is *known*."""
    names = [str(one) for one in known]
    near = difflib.get_close_matches(_plain(str(name)), [_plain(one) for one in names], n=1)
    meant = next((one for one in names if near and _plain(one) == near[0]), None)
    guess = f" (did you mean {meant}?)" if meant else ""
    text = repr(name) if isinstance(name, str) else name
    return f"there is no {kind} {text}{guess}; there are {', '.join(names)}"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _either(kinds: Iterable[str]) -> str:
    names = [_KINDS.get(kind, kind) for kind in kinds]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
