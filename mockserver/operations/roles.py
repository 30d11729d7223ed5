"""What carries out the operations of an API, by their roles; made at the first call."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

from mockserver.contract.contract import Contract, Creation
from mockserver.contract.operations import Operation
from mockserver.http.messages import Response
from mockserver.operations.call import Call
from mockserver.records.kind import Kind


class Performer(Protocol):
    """Carries out an operation.

    If it *is_repeatable*, what it responds follows from the records, the caller and the target of
    the request, and from the host if it *names_host*; until a record changes, it is the same.
    """

    is_repeatable: bool
    names_host: bool

    def read_body(self, octets: bytes, content_type: str, /) -> Any:
        """Return what the body of a request states.

        Raises:
            InvalidBodyError: it cannot be taken.
        """
        ...

    async def perform(self, call: Call, /) -> Response:
        """Return the response to *call*.

        Raises:
            RefusedCallError: the call is refused.
            RecordNotFoundError: the record that it is about is not there.
        """
        ...


def find_roles(
    kind: Kind, contract: Contract
) -> Iterator[tuple[Operation, Callable[[], Performer]]]:
    """Yield the operations on records of *kind*, each with what makes its performer.

    Of several for one operation the first counts.
    """
    resource, lifecycle = kind.resource, kind.lifecycle
    for creation in resource.creations:
        yield creation.value.operation, partial(_create, kind, creation.value, contract)
    for operation in contract.operations:
        if lifecycle is not None and lifecycle.of_operation(operation.name):
            yield operation, partial(_perform, "Moving", kind, operation)
    if resource.list is not None:
        yield resource.list.value, partial(_list, kind, resource.list.value)
    for role, found in (("Reading", resource.read), ("Deleting", resource.delete)):
        if found is not None:
            yield found.value, partial(_perform, role, kind, found.value)
    for operation in resource.unknown:
        yield operation, partial(_perform, "Changing", kind, operation)


# Each imports what only its role needs, so that a server starts without the others.


def _create(kind: Kind, creation: Creation, contract: Contract) -> Performer:
    from mockserver.operations.creating import Creating
    from mockserver.records.bodies.links import Links

    return Creating(kind, creation, Links(kind, contract.operations))


def _list(kind: Kind, operation: Operation) -> Performer:
    from mockserver.operations.listing import Listing

    return Listing(kind, operation)


def _perform(role: str, kind: Kind, operation: Operation) -> Performer:
    from mockserver.operations import performers

    made: Performer = getattr(performers, role)(kind, operation)
    return made


def show_example(operation: Operation) -> Performer:
    """Return what carries out an *operation* on no record."""
    from mockserver.operations.examples import Exemplary

    return Exemplary(operation)
