"""What is known of an API, as frozen values: each fact with its grade and its reason."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from msgspec import Struct

from mockserver.contract.operations import Operation
from mockserver.contract.tree import Node

SERVER = "server"
T = TypeVar("T")


class Grade(StrEnum):
    """How much a fact can be relied on.

    *Declared* stands in the description. *Inferred* follows from its structure. *Assumed* is a
    guess by words, about behaviour that the description does not state.
    """

    DECLARED = "declared"
    INFERRED = "inferred"
    ASSUMED = "assumed"


class Fact(Struct, Generic[T], frozen=True):
    """A value, how much it can be relied on, and why."""

    value: T
    grade: Grade
    reason: str


class Location(Struct, frozen=True):
    """A place in a response: a JSON *pointer* into its body, or else the name of a *header*."""

    pointer: str | None = None
    header: str | None = None


class Bound(Struct, frozen=True):
    """A number that a list takes; what is None is not stated.

    *outside* is what a number outside the range means: ``default``, ``nearest`` or a status code.
    """

    parameter: str
    where: str = "query"
    default: int | None = None
    min: int | None = None
    max: int | None = None
    outside: str | int | None = None


class Cursor(Struct, frozen=True):
    """The parameter that says after which record a page begins.

    *kind* is ``token`` or ``key`` (of the last record), *back* the parameter that leads the other
    way, *unknown* the status of a cursor that names nothing.
    """

    parameter: str
    where: str = "query"
    kind: str = "token"
    back: str | None = None
    unknown: int | None = None


class Order(Struct, frozen=True):
    """The order of a list: by which property, which way, and the parameter that sets it."""

    by: str | None = None
    direction: str | None = None
    parameter: str | None = None


class Pages(Struct, frozen=True):
    """How a list pages. *items* points to the records, and is empty where the body is the array."""

    style: str
    items: str
    limit: Bound | None = None
    page: Bound | None = None
    offset: Bound | None = None
    cursor: Cursor | None = None
    next: Location | None = None
    previous: Location | None = None
    first: Location | None = None
    last: Location | None = None
    more: Location | None = None
    total: Location | None = None
    order: Order | None = None


class Filter(Struct, frozen=True):
    """What a parameter of a list compares; *place* is None where the parameter is ignored."""

    parameter: str
    place: str | None
    relation: str = "eq"


class Stamps(Struct, frozen=True):
    """The properties that hold moments, as pointers; *entered* by state. *unit* is theirs."""

    made: str | None = None
    moved: str | None = None
    entered: Mapping[str, str] = {}
    unit: str = "ms"


class Move(Struct, frozen=True):
    """One way from some states to others.

    *by* is `SERVER` or the name of an operation; *targets* is empty where the record is gone.
    *after* (least, most) and *within* are ISO 8601 durations. *otherwise* is the status by state,
    ``*`` for the rest; empty where it is not stated.
    """

    event: str
    by: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    given: Mapping[str, Any] = {}
    not_before: str | None = None
    after: tuple[str, str] | None = None
    within: str | None = None
    otherwise: Mapping[str, int] = {}


class Lifecycle(Struct, frozen=True):
    """How a record moves. *states* gives each name the properties that make the state."""

    states: Fact[Mapping[str, Mapping[str, Any]]]
    initial: Fact[tuple[str, ...]]
    terminal: Fact[tuple[str, ...]]
    stamps: Fact[Stamps] | None
    keeps: Fact[tuple[str, ...]] | None
    moves: tuple[Fact[Move], ...]


class Conflict(Struct, frozen=True):
    """A second record with the same *key* is refused while a first is in one of *states*.

    *given* is the runtime expression of the request's value; *states* is None for every state.
    """

    given: str
    key: str
    states: tuple[str, ...] | None
    status: int


class Creation(Struct, frozen=True):
    """An operation that makes a record, and what its places are *set* to."""

    operation: Operation
    set: Mapping[str, Any] = {}
    conflict: Conflict | None = None


class Resource(Struct, frozen=True):
    """Records of one kind, and the operations on them.

    *record* is their schema: that of the read, or that of the list. *key* points to what identifies
    one.
    """

    name: str
    record: Node
    key: Fact[str] | None
    list: Fact[Operation] | None
    read: Fact[Operation] | None
    creations: tuple[Fact[Creation], ...]
    delete: Fact[Operation] | None
    pages: Fact[Pages] | None
    filters: tuple[Fact[Filter], ...]
    lifecycle: Lifecycle | None
    #: The path parameters of the list: records of other values of these are not seen by it.
    scope: tuple[str, ...]
    #: Operations on one record of which it is not known what they do.
    unknown: tuple[Operation, ...]


class Credential(Struct, frozen=True):
    """What a call has to carry: *kind* is ``apiKey``, or a scheme of Authorization in lower case.

    Such are ``bearer`` and ``basic``, and what a description makes up, as ``token``. *where*
    (header, query, cookie) and *parameter* say where it stands.
    """

    scheme: str
    kind: str
    where: str
    parameter: str


class Tenancy(Struct, frozen=True):
    """The parameters that name the tenant, and the status for who may not see it."""

    parameters: tuple[str, ...]
    where: str = "path"
    stranger: int | None = None


class Contract(Struct, frozen=True):
    """All that is known of an API, as *file* and *overlays* say. *others* are on no resource.

    *base_path* is the path of the first server, below which the paths stand; empty without one.
    """

    file: Path
    title: str
    resources: tuple[Resource, ...]
    credentials: Fact[tuple[Credential, ...]]
    tenancy: Fact[Tenancy] | None
    operations: tuple[Operation, ...]
    others: tuple[Operation, ...]
    warnings: tuple[str, ...]
    base_path: str = ""
    overlays: tuple[Path, ...] = ()
