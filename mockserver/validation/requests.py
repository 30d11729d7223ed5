"""The check of a request: what the contract does not allow, also where the API lets it pass.

The journal and ``--validate`` both say what is found here.
"""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from mockserver.contract.description import operations as described
from mockserver.contract.description.contract import Contract
from mockserver.contract.document import Operation, Parameter
from mockserver.domain.integer import parse_integer
from mockserver.domain.paging import Bound
from mockserver.http.messages import Request
from mockserver.http.paths import PathMatch, Paths
from mockserver.http.routing import Match, is_percent_encoded
from mockserver.validation.calls import Breach, CallValidator
from mockserver.validation.violation import Violation

_MOST_QUOTED = 64


def check_request(
    request: Request, match: Match | None, *, is_authenticated: bool
) -> Iterator[Violation]:
    """Yield how *request* breaks the contract.

    Args:
        request: what was sent.
        match: what the contract has at its path.
        is_authenticated: whether its API key is known.
    """
    if match is None:
        yield _violation("/paths", f"the contract has no path {request.path}")
    elif not match.is_percent_encoded:
        yield _violation("/paths", "the path is not percent-encoded (RFC 3986, section 2.1)")
    elif match.operation is not None:
        yield from _check_call(request, match, match.operation, is_authenticated=is_authenticated)
    elif request.method != "OPTIONS":
        message = f"the path does not have the method {request.method}; it has {match.allow}"
        yield _violation(match.pointer, message)


def _check_call(
    request: Request, match: Match, operation: Operation, *, is_authenticated: bool
) -> Iterator[Violation]:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        yield _violation("/security", "no Authorization: Bearer")
    elif not is_authenticated:
        yield _violation("/security", "the API key is not known")
    if request.body_length:
        yield _violation(operation.pointer, f"{operation.method} takes no body here")
    yield from _check_query(request.query, operation)
    for parameter in operation.parameters:
        if parameter.where == "path":
            yield from _check_value(operation.pointer, parameter, match.parameters[parameter.name])


def _check_query(query: str, operation: Operation) -> Iterator[Violation]:
    declared = {p.name: p for p in operation.parameters if p.where == "query"}
    paging = operation.paging
    bounds = {} if paging is None else {b.parameter: b for b in (paging.limit, paging.page)}
    seen = set()
    for name, text in parse_qsl(query, keep_blank_values=True):
        if name not in declared:
            names = ", ".join(declared) or "none"
            message = f"the query parameter {name} is not declared; declared are {names}"
            yield _violation(operation.pointer, message)
            continue
        if name in seen:
            yield _violation(operation.pointer, f"{name} is given more than once")
        seen.add(name)
        yield from _check_value(operation.pointer, declared[name], text)
        if name in bounds:
            yield from _check_bound(operation.pointer, bounds[name], text)


def _check_bound(clause: str, bound: Bound, text: str) -> Iterator[Violation]:
    try:
        value = parse_integer(text)
    except ValueError:
        return
    if value < bound.min or (bound.max is not None and value > bound.max):
        span = f"{bound.min} or more" if bound.max is None else f"{bound.min} to {bound.max}"
        message = f"{bound.parameter} is {value}, outside {span}, so {bound.default} is used"
        yield _violation(f"{clause}/x-pagination", message)


def _check_value(clause: str, parameter: Parameter, text: str) -> Iterator[Violation]:
    """Yield how *text* breaks the schema of *parameter*, in the keywords that `contract` allows."""
    schema, name = parameter.schema, parameter.name
    if schema.get("type") == "integer":
        try:
            parse_integer(text)
        except ValueError:
            yield _violation(clause, f"{name} is not an integer: {text[:_MOST_QUOTED]!r}")
        return
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
    if len(text) < shortest:
        yield _violation(clause, f"{name} has fewer than {shortest} characters")
    if longest is not None and len(text) > longest:
        yield _violation(clause, f"{name} has more than {longest} characters")


def _violation(clause: str, message: str) -> Violation:
    return Violation("request", clause, message)


class RequestValidator:
    """Checks requests against any *contract*, whose *paths* they are matched with."""

    def __init__(self, contract: Contract, paths: Paths) -> None:
        self._contract = contract
        self._paths = paths
        self._calls: dict[str, CallValidator] = {}
        self._pages = {
            resource.list.value.call: resource.pages.value
            for resource in contract.resources
            if resource.list is not None and resource.pages is not None
        }

    def match(self, request: Request) -> PathMatch | None:
        """Return what the contract has at the path of *request*."""
        return self._paths.match(request.method, request.path)

    def check(
        self, request: Request, match: PathMatch | None, *, is_authenticated: bool
    ) -> Iterator[Violation]:
        """Yield how *request* breaks the contract.

        Args:
            request: what was sent.
            match: what the contract has at its path.
            is_authenticated: whether its credential is known, or it needs none.
        """
        for breach in self._find(request, match, is_authenticated=is_authenticated):
            yield Violation("request", *breach, self._contract.file.name)

    def _find(
        self, request: Request, match: PathMatch | None, *, is_authenticated: bool
    ) -> Iterator[Breach]:
        if match is None and not is_percent_encoded(request.path):
            message = "the path is not percent-encoded (RFC 3986, section 2.1)"
            yield Breach("/paths", message)
        elif match is None:
            yield Breach("/paths", f"the contract has no path {request.path}")
        elif match.operation is not None:
            yield from self._validator(match.operation).check(
                request, match.parameters, is_authenticated=is_authenticated
            )
        elif request.method != "OPTIONS":
            message = f"the path does not have the method {request.method}; it has {match.allow}"
            yield Breach(match.pointer, message)

    def _validator(self, operation: described.Operation) -> CallValidator:
        if operation.call not in self._calls:
            declared, pages = self._contract.credentials.value, self._pages.get(operation.call)
            self._calls[operation.call] = CallValidator(operation, declared, pages)
        return self._calls[operation.call]
