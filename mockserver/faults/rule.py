"""Faults: which calls they hit, and what they do to the response. Only values."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, convert, field, structs

from mockserver.faults.path_names import FaultNames
from mockserver.parsing.scalars import Duration, Name
from mockserver.parsing.timestamp import parse_duration

#: The longest that a fault may hold a request up, in milliseconds.
LONGEST_MILLISECONDS = 3_600_000

#: RFC 9110, section 6.4.1: what never has content.
_WITHOUT_CONTENT = (204, 304)
#: RFC 9112, sections 6 and 9, and RFC 9110, sections 6.6.2, 7.6.1 and 7.8.
_FRAMING = frozenset(
    (
        "connection",
        "content-length",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
_OWN = frozenset(("date", "server"))

_Count = Annotated[int, Meta(ge=1, le=1_000_000)]
_Octets = Annotated[int, Meta(ge=0, le=1_000_000)]
_Field = Annotated[str, Meta(pattern="^[A-Za-z0-9-]{1,64}$")]
_FieldValue = Annotated[str, Meta(pattern="^[ -~]{0,1024}$")]


class _Effect(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename="camel",
    omit_defaults=True,
    tag_field="kind",
):
    """What all effects share: the member ``kind`` tells them apart."""


class Delay(_Effect, frozen=True, tag="delay"):
    """The response comes later.

    *fixed*: by *duration*. *uniform*: by something from *duration* up to *upTo*. *log-normal*: by
    something around the median *duration*, spread by *sigma*, the deviation of its logarithm.
    """

    duration: Duration
    distribution: Literal["fixed", "uniform", "log-normal"] = "fixed"
    up_to: Duration | None = None
    sigma: Annotated[float, Meta(ge=0, le=5)] = 0.5


class Status(_Effect, frozen=True, tag="status"):
    """Another response: *status*, *headers* and *body* (text as it is, anything else as JSON)."""

    status: Annotated[int, Meta(ge=200, le=599)]
    headers: dict[_Field, _FieldValue] = {}
    body: Any | UnsetType = UNSET


class Reset(_Effect, frozen=True, tag="reset"):
    """The connection is reset, before or after the call took effect."""

    when: Literal["before", "after"] = "before"


class Truncate(_Effect, frozen=True, tag="truncate"):
    """The body ends after *octets* (default: halfway), though more are announced."""

    octets: _Octets | None = None


class Malformed(_Effect, frozen=True, tag="malformed"):
    """The body is not JSON."""


class Drip(_Effect, frozen=True, tag="drip"):
    """The body comes in pieces of *octets*, one *every* so often."""

    octets: _Count = 16
    every: Duration = "100ms"


class RateLimit(_Effect, frozen=True, tag="rate-limit"):
    """After *calls* in a *window* of the world's time, 429 with Retry-After until it is over."""

    calls: _Count
    window: Duration


Effect = Delay | Status | Reset | Truncate | Malformed | Drip | RateLimit


class FaultRule(
    FaultNames, frozen=True, forbid_unknown_fields=True, rename="camel", omit_defaults=True
):
    """A fault: the calls that it is about, when it fires, and its effect.

    It is about the calls of *operation* (an operationId, or a method and a path) whose path has
    these *parameters*, each where it is given; other members are shorter names of some, see
    `spell_out`. Of those it fires at the *nth*, or at each with *probability*, drawn from *seed*,
    or at all; at most *times*. *name* is how the journal calls it.
    """

    effect: Effect
    name: Name | None = None
    operation: Name | None = None
    parameters: dict[Name, str] = field(default_factory=dict)
    nth: _Count | None = None
    probability: Annotated[float, Meta(ge=0, le=1)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**53)] = 0
    times: _Count | None = None


class Scenario(Struct, frozen=True):
    """Faults that are put into force together."""

    name: str
    faults: tuple[FaultRule, ...]


def inconsistencies(
    rule: FaultRule, operations: Collection[str], places: Mapping[str, Collection[str] | None]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with *rule* beyond its type: a pointer to the member, and a message.

    Args:
        rule: the fault.
        operations: the names of all operations.
        places: the values of each path parameter and of each shorter name of one; None: any.
    """
    if rule.operation is not None and rule.operation not in operations:
        # A method and a path name an operation too, but not as well as its operationId.
        known = ", ".join(name for name in operations if " " not in name) or ", ".join(operations)
        yield "/operation", _unknown("operation", rule.operation, known)
    for member, value in _list_words(rule):
        known_values = places.get(member, ())
        if value is not None and known_values is not None and value not in known_values:
            yield f"/{member}", _unknown(member, value, ", ".join(known_values))
    for name in rule.parameters:
        if name not in places:
            yield f"/parameters/{name}", _unknown("path parameter", name, ", ".join(places))
    if rule.nth is not None and rule.probability is not None:
        yield "/nth", "a fault has nth or probability, not both"
    yield from _check_effect(rule.effect)


def _unknown(kind: str, value: object, known: str) -> str:
    return f"{value!r} is not a known {kind}; known are {known or 'none'}"


def spell_out(rule: FaultRule, words: Mapping[str, str]) -> FaultRule:
    """Return *rule* with path parameters in place of the shorter names that *words* has for them.

    Only so can a call be compared with it.
    """
    parameters = dict(rule.parameters)
    for word, value in _list_words(rule):
        if value is not None and word in words:
            parameters[words[word]] = str(value)
    none = {named.name: None for named in structs.fields(FaultNames)}
    return structs.replace(rule, parameters=parameters, **none)


def abbreviate(rule: FaultRule, words: Mapping[str, str]) -> FaultRule:
    """Return *rule* as people write it: the opposite of `spell_out`."""
    parameters = dict(rule.parameters)
    named = {
        one.name: convert(parameters.pop(words[one.encode_name]), one.type, strict=False)
        for one in structs.fields(FaultNames)
        if words.get(one.encode_name) in parameters
    }
    return structs.replace(rule, parameters=parameters, **named)


def _list_words(rule: FaultRule) -> list[tuple[str, str | int | None]]:
    """Return the shorter names of path parameters, and what *rule* has there."""
    return [(f.encode_name, getattr(rule, f.name)) for f in structs.fields(FaultNames)]


def _check_effect(effect: Effect) -> Iterator[tuple[str, str]]:
    if isinstance(effect, Status):
        yield from _check_status(effect)
    if isinstance(effect, Delay) and effect.distribution == "uniform":
        if effect.up_to is None:
            yield "/effect/upTo", "a uniform delay needs upTo, the longest"
        elif parse_duration(effect.up_to) < parse_duration(effect.duration):
            yield "/effect/upTo", "upTo is shorter than duration"
    if isinstance(effect, RateLimit) and parse_duration(effect.window) == 0:
        yield "/effect/window", "the window is empty; give 1ms or more"
    for member, length in _list_durations(effect):
        if parse_duration(length) > LONGEST_MILLISECONDS:
            yield f"/effect/{member}", "is longer than an hour, the most that a fault can take"


def _check_status(effect: Status) -> Iterator[tuple[str, str]]:
    """Yield what would break the framing of the response, or send a field twice."""
    if effect.body is not UNSET and effect.status in _WITHOUT_CONTENT:
        yield "/effect/body", f"a response of {effect.status} has no body (RFC 9110, section 6.4.1)"
    seen: set[str] = set()
    for name in effect.headers:
        lower, at = name.lower(), f"/effect/headers/{name}"
        if lower in _FRAMING:
            what = "says how the response is framed, which this server does itself"
            yield at, f"{name} {what}; the kinds truncate and reset break the framing"
        elif lower in _OWN:
            yield at, f"{name} is sent with every response already"
        elif lower in seen:
            yield at, f"{name} is given more than once"
        seen.add(lower)


def _list_durations(effect: Effect) -> Iterator[tuple[str, str]]:
    if isinstance(effect, Delay):
        yield "duration", effect.duration
        if effect.up_to is not None:
            yield "upTo", effect.up_to
    elif isinstance(effect, Drip):
        yield "every", effect.every
