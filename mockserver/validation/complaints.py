"""What a request does that the contract does not ask for, also where the API lets it pass.

Looked at when somebody asks, not while the request is answered.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

from msgspec import Struct

from mockserver.contract.document import Operation, Parameter
from mockserver.domain.integer import parse_integer
from mockserver.domain.paging import Bound
from mockserver.http.messages import Request
from mockserver.http.routing import Routes


class Complaint(Struct, frozen=True):
    """A *clause* of openapi.yaml (a JSON pointer) and how the request breaks it."""

    clause: str
    message: str


class Complaints:
    """Judges requests by the contract whose *routes* these are."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    def of(self, request: Request) -> list[Complaint]:
        """Return all that is wrong with the request."""
        match = self._routes.match(request.path)
        if match is None:
            return [Complaint("/paths", f"no path is {request.path}")]
        if not match.sound:
            return [Complaint("/paths", "the path is not percent-encoded (RFC 3986, section 2.1)")]
        method = "GET" if request.method == "HEAD" else request.method
        operation = match.operations.get(method)
        if operation is None:
            if method == "OPTIONS":
                return []
            clause = next(iter(match.operations.values())).pointer.rpartition("/")[0]
            return [Complaint(clause, f"no operation has the method {method}; {match.allow} do")]
        found = [*_of_headers(request, operation), *_of_query(request, operation)]
        for parameter in operation.parameters:
            if parameter.where == "path":
                text = unquote(match.parameters[parameter.name])
                found += _of_value(operation.pointer, parameter, text)
        return found


def _of_headers(request: Request, operation: Operation) -> Iterator[Complaint]:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        yield Complaint("/security", "no Authorization: Bearer")
    elif request.tenant is None:
        yield Complaint("/security", "the API key opens nothing")
    if request.body_length:
        yield Complaint(operation.pointer, f"{operation.method} takes no body here")


def _of_query(request: Request, operation: Operation) -> Iterator[Complaint]:
    queries = {p.name: p for p in operation.parameters if p.where == "query"}
    seen = set()
    for name, text in parse_qsl(request.query, keep_blank_values=True):
        if name not in queries:
            known = ", ".join(queries) or "none"
            yield Complaint(
                operation.pointer, f"no query parameter is named {name}; known are {known}"
            )
            continue
        if name in seen:
            yield Complaint(operation.pointer, f"{name} is given twice")
        seen.add(name)
        yield from _of_value(operation.pointer, queries[name], text)
        if operation.paging is not None:
            bounds = {b.parameter: b for b in (operation.paging.limit, operation.paging.page)}
            yield from _of_bound(operation.pointer, bounds[name], text)


def _of_bound(clause: str, bound: Bound, text: str) -> Iterator[Complaint]:
    try:
        value = parse_integer(text)
    except ValueError:
        return
    if value < bound.min or (bound.max is not None and value > bound.max):
        span = f"{bound.min} or more" if bound.max is None else f"{bound.min} to {bound.max}"
        message = f"{bound.parameter} is {value}, outside {span}, so {bound.default} holds"
        yield Complaint(f"{clause}/x-pagination", message)


def _of_value(clause: str, parameter: Parameter, text: str) -> Iterator[Complaint]:
    schema: dict[str, Any] = dict(parameter.schema)
    if schema.get("type") == "integer":
        try:
            parse_integer(text)
        except ValueError:
            yield Complaint(clause, f"{parameter.name} is no integer: {text[:64]!r}")
        return
    if len(text) < schema.get("minLength", 0):
        yield Complaint(clause, f"{parameter.name} is too short")
    if len(text) > schema.get("maxLength", len(text)):
        yield Complaint(clause, f"{parameter.name} is longer than {schema['maxLength']} characters")
