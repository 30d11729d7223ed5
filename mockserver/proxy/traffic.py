"""What exchanges mean by a contract: which operation was called, and which records it showed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec import Struct

from mockserver.contract.contract import Contract
from mockserver.contract.operations import Operation
from mockserver.contract.schemas import properties
from mockserver.http.paths import Paths
from mockserver.proxy.exchange import Exchange, find_field
from mockserver.records.kind import Kind
from mockserver.records.places import Place

#: How deep in a body a record may stand.
_DEPTH = 2
#: How many of its declared members an object has to have, to be taken for a record.
_ALIKE = 0.5
_NAME = re.compile(r"credential-\d+")

Members = dict[str, Any]


class Observation(Struct, frozen=True):
    """An exchange that called an operation on records of *kind*.

    Attributes:
        operation: what was called.
        kind: the records that it is about.
        role: what it does with them: list, read, create, move, delete or other.
        path: the parameters of the path, decoded.
        query: those of the query, decoded, in their order.
        status: of the response.
        fields: the header of the response.
        at: when the request began, in epoch milliseconds.
        asked: the body of the request, if it was JSON.
        body: the body of the response; None where it was not JSON, or not whole.
        records: the records that it shows, in their order.
        credential: the name of what let the caller in; empty if there was nothing.
    """

    operation: Operation
    kind: Kind
    role: str
    path: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    status: int
    fields: Sequence[tuple[str, str]]
    at: float
    asked: Any
    body: Any
    records: Sequence[Members]
    credential: str

    @property
    def is_success(self) -> bool:
        """Whether the call did what was asked."""
        return 200 <= self.status < 300


class TrafficReader:
    """Reads exchanges with a deployment of *contract*, whose records are of *kinds*.

    Its paths stand below one of *bases*, or below the base path of the contract.
    """

    def __init__(
        self, contract: Contract, kinds: Iterable[Kind], bases: Sequence[str] = ()
    ) -> None:
        self._contract = contract
        own = contract.base_path
        self._paths = Paths(contract.operations, (*bases, own, *(base + own for base in bases)))
        self._roles: dict[str, tuple[Kind, str]] = {}
        for kind in kinds:
            for name, role in _list_roles(kind, contract):
                self._roles.setdefault(name, (kind, role))

    def read(self, exchange: Exchange) -> Observation | None:
        """Return what *exchange* says; None if it is not about records."""
        address = urlsplit(exchange.url)
        match = self._paths.match(exchange.method, address.path)
        if match is None or match.operation is None or not exchange.is_whole:
            return None
        if match.operation.name not in self._roles or exchange.method == "HEAD":
            return None
        kind, role = self._roles[match.operation.name]
        body = _decode(exchange.response.octets)
        query = parse_qsl(address.query, keep_blank_values=True)
        return Observation(
            operation=match.operation,
            kind=kind,
            role=role,
            path=match.parameters,
            query=query,
            status=exchange.status,
            fields=exchange.fields,
            at=exchange.started,
            asked=_decode(exchange.request.octets),
            body=body,
            records=tuple(_find_records(kind, role, body)) if exchange.status < 300 else (),
            credential=self._find_credential(exchange, query),
        )

    def _find_credential(self, exchange: Exchange, query: Sequence[tuple[str, str]]) -> str:
        """Return the name that stands where the contract has a credential."""
        for credential in self._contract.credentials.value:
            if credential.kind != "apiKey":
                shown = find_field(exchange.request_fields, "authorization")
            elif credential.where == "query":
                shown = dict(query).get(credential.parameter, "")
            elif credential.where == "cookie":
                cookies = find_field(exchange.request_fields, "cookie").split("; ")
                shown = dict(c.partition("=")[::2] for c in cookies).get(credential.parameter, "")
            else:
                shown = find_field(exchange.request_fields, credential.parameter.lower())
            found = _NAME.search(shown)
            if found is not None:
                return found[0]
        return ""


def _list_roles(kind: Kind, contract: Contract) -> Iterator[tuple[str, str]]:
    """Yield the operations on records of *kind* and what each does; the first counts."""
    resource, lifecycle = kind.resource, kind.lifecycle
    yield from ((creation.value.operation.name, "create") for creation in resource.creations)
    if lifecycle is not None:
        names = (operation.name for operation in contract.operations)
        yield from ((name, "move") for name in names if lifecycle.of_operation(name))
    for role in ("list", "read", "delete"):
        fact = getattr(resource, role)
        if fact is not None:
            yield fact.value.name, role
    yield from ((operation.name, "other") for operation in resource.unknown)


def _decode(octets: bytes | None) -> Any:
    try:
        return msgspec.json.decode(octets) if octets else None
    except msgspec.DecodeError:
        return None


def _find_records(kind: Kind, role: str, body: Any) -> Iterator[Members]:
    if role == "list":
        listed = Place(kind.pages.items).read(body) if kind.pages.items else body
        yield from (m for m in listed if isinstance(m, dict)) if isinstance(listed, list) else ()
        return
    known = frozenset(properties(kind.resource.record))
    found = next((m for m in _walk(body, _DEPTH) if _is_record(kind, known, m)), None)
    if found is not None:
        yield found


def _walk(value: Any, depth: int) -> Iterator[Members]:
    """Yield the objects of *value*, the outer ones first."""
    if isinstance(value, dict):
        yield value
        for item in value.values() if depth else ():
            yield from _walk(item, depth - 1)


def _is_record(kind: Kind, known: frozenset[str], members: Members) -> bool:
    if kind.key is not None and not isinstance(kind.key.read(members), str | int):
        return False
    if kind.lifecycle is not None:
        places = kind.lifecycle.state_places
        if all(Place(place).read(members) is None for place in places):
            return False
    return bool(known) and len(known & members.keys()) > _ALIKE * len(members)
