"""A call of an operation on records by a caller that may make it."""

import math
from collections.abc import Callable, Mapping
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mockserver.contract.operations import Operation
from mockserver.http.messages import JSON, Content, Response
from mockserver.profiles.refusals import ParameterRefusal, Refusal
from mockserver.records.arguments import Arguments
from mockserver.records.kind import Kind
from mockserver.records.listing.pages import Target
from mockserver.records.record import Scope
from mockserver.store.records import Records

if TYPE_CHECKING:
    from mockserver.records.bodies.request import RequestBody


class RefusedCallError(Exception):
    """A call is refused, as *refusal* says."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class Call(Struct, frozen=True):
    """What an operation is given: the records, what is asked, and when (epoch milliseconds).

    *tenant* is what scopes have after the values of the path. *path* is where the request was
    sent. *chance* returns random numbers that no other call has.
    """

    arguments: Arguments
    records: Records
    now: int
    tenant: Scope
    path: str
    chance: Callable[[], Random]

    @property
    def origin(self) -> str:
        """The scheme and the host that the request was sent to, for links."""
        return f"http://{self.arguments.headers.get('host', 'localhost')}"

    @property
    def target(self) -> Target:
        """Where the request was sent, for links to other pages."""
        return Target(self.origin + self.path, self.arguments.query)


def make_response(
    status: int, content: Content, media_type: str | None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a response; one without a body has no *media_type*."""
    if not headers and (media_type == JSON or not content):
        return Response(status, content)
    typed = {"Content-Type": media_type} if media_type and content else {}
    return Response(status, content, {**typed, **(headers or {})})


class Body:
    """Reads the bodies of requests for *operation*; what is needed is imported with the first."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._is_declared = operation.node.get("requestBody") is not None

    def read(self, octets: bytes, content_type: str) -> Any:
        """Return what a body states; None where there is none.

        Raises:
            InvalidBodyError: it is missing, does not parse, or breaks its schema.
        """
        return self._reader.read(octets, content_type) if octets or self._is_declared else None

    @cached_property
    def _reader(self) -> "RequestBody":
        from mockserver.records.bodies.request import RequestBody

        return RequestBody(self._operation)


class PathTexts:
    """Holds the parameters of the path of *operation* against what their schemas say of texts."""

    def __init__(self, operation: Operation) -> None:
        self._status = 400 if "400" in operation.responses else 404
        self._said = []
        for name in operation.path_parameters:
            found = operation.parameter(name, "path")
            schema = found.schema.value if found is not None and found.schema is not None else {}
            said = schema if isinstance(schema, dict) else {}
            self._said.append((name, said.get("minLength", 0), said.get("maxLength", math.inf)))

    def check(self, path: Mapping[str, str]) -> None:
        """Check the decoded parameters of a *path*.

        Raises:
            RefusedCallError: one is not UTF-8, or shorter or longer than its schema says.
        """
        for name, shortest, longest in self._said:
            text = path[name]
            if shortest <= len(text) <= longest and text.isascii():
                continue
            if not text.isascii():
                try:
                    text.encode()
                except UnicodeEncodeError:
                    raise self._invalid(name, text, "is not UTF-8") from None
            if len(text) < shortest:
                raise self._invalid(name, text, f"has fewer than {shortest} characters")
            if len(text) > longest:
                raise self._invalid(name, text, f"has more than {longest} characters")

    def _invalid(self, name: str, text: str, why: str) -> RefusedCallError:
        return RefusedCallError(ParameterRefusal(self._status, why, parameter=name, text=text))


class Addressing:
    """Finds what the path of *operation* names: a scope of *kind*, and the key of a record.

    Parameters are told by where they stand as well, for one position may have several names.

    Attributes:
        key: the parameter of the path that states the key of a record, if there is one.
    """

    def __init__(self, kind: Kind, operation: Operation) -> None:
        self._kind = kind
        listing, read = kind.resource.list, kind.resource.read
        if read is not None:
            self.key = _same_place(read.value, read.value.path_parameters[-1], operation)
        else:
            count = len(kind.resource.scope)
            self.key = next(iter(operation.path_parameters[count:]), None)
        places = [
            None if listing is None else _same_place(listing.value, name, operation)
            for name in kind.scope
        ]
        # A parameter of the list's path may have the name of the key: the key is meant here.
        named = [place for place in places if place is not None and place != self.key]
        self._scope = tuple(named) if len(named) == len(places) else None

    def scope_of(self, call: Call) -> Scope | None:
        """Return the scope that a call names; None where its path does not say."""
        if self._scope is None:
            return None
        return (*map(call.arguments.path.__getitem__, self._scope), *call.tenant)


def _same_place(known: Operation, name: str, other: Operation) -> str | None:
    """Return the parameter that *other* has where *known* has the one of that *name*."""
    if name in other.path_parameters:
        return name
    if name not in known.path_parameters:
        return None
    at = known.path_parameters.index(name)
    places = [i for i, segment in enumerate(known.segments) if segment == "{}"]
    place = places[at] if at < len(places) else -1
    if known.segments[: place + 1] != other.segments[: place + 1] or place < 0:
        return None
    return other.path_parameters[at]
