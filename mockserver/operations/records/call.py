"""A call of an operation on records by a caller that may make it."""

from collections.abc import Callable, Mapping
from random import Random

from msgspec import Struct

from mockserver.contract.description.operations import Operation
from mockserver.http.messages import Response
from mockserver.records.arguments import Arguments
from mockserver.records.errors import ErrorWriter
from mockserver.records.kind import Kind
from mockserver.records.pages import Target
from mockserver.records.record import Scope
from mockserver.records.store import Records

#: The header field that tells people why a call was refused, whatever its body is.
REASON = "Mockserver-Reason"
_LONGEST_REASON = 500


class RefusedCallError(Exception):
    """A call is refused with *status*; the message tells why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class RecordCall(Struct, frozen=True):
    """What an operation is given: the records, what is asked, and when (epoch milliseconds).

    *tenant* is what scopes have after the values of the path. *target* is where the request was
    sent. *chance* returns random numbers that no other call has.
    """

    arguments: Arguments
    records: Records
    now: int
    tenant: Scope
    target: Target
    chance: Callable[[], Random]


def write_error(
    operation: Operation | None, status: int, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error as *operation* declares it, or in plain JSON; it tells *message*.

    A body that is declared may not have room for the message, so a header field has it too.
    """
    made = ErrorWriter(operation).write(status, message)
    reason = message.encode("ascii", "backslashreplace").decode().replace("\n", " ")
    fields = {"Content-Type": made.media_type, REASON: reason[:_LONGEST_REASON]}
    return Response(status, made.body, {**fields, **(headers or {})})


class Addressing:
    """Finds what the path of *operation* names: a scope of *kind*, and the key of a record.

    Parameters are told by where they stand as well, for one position may have several names.
    """

    def __init__(self, kind: Kind, operation: Operation) -> None:
        self._kind = kind
        listing, read = kind.resource.list, kind.resource.read
        self._scope = {
            name: found
            for name in kind.scope
            if listing is not None
            and (found := _same_place(listing.value, name, operation)) is not None
        }
        if read is not None:
            self._key = _same_place(read.value, read.value.path_parameters[-1], operation)
        else:
            count = len(kind.resource.scope)
            self._key = next(iter(operation.path_parameters[count:]), None)

    def scope_of(self, call: RecordCall) -> Scope | None:
        """Return the scope that a call names; None where its path does not say."""
        if len(self._scope) < len(self._kind.scope):
            return None
        path = call.arguments.path
        return (*(path[self._scope[name]] for name in self._kind.scope), *call.tenant)

    def key_text(self, call: RecordCall) -> str | None:
        """Return what the path has where the key of a record stands; None if it has none."""
        return None if self._key is None else call.arguments.path[self._key]


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
