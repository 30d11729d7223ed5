"""The check of a call of an operation: its parameters, its credential and its body."""

from collections.abc import Iterator, Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from mockserver.contract.contract import Credential, Pages
from mockserver.contract.operations import Operation
from mockserver.contract.schemas import types
from mockserver.http.credentials import find_secrets, is_open
from mockserver.http.messages import Request
from mockserver.parsing.integer import parse_integer
from mockserver.records.bodies.request import RequestBody
from mockserver.records.refusals import InvalidBodyError
from mockserver.validation.parameters import ParameterValidator

#: Header fields that are not parameters, whatever is declared (OpenAPI 3.1, 4.8.12.1).
_NO_PARAMETERS = ("accept", "authorization", "content-type")
_PLACES = {"header": "header field", "query": "query parameter", "cookie": "cookie"}


class Breach(NamedTuple):
    """How a call breaks a *clause* (a JSON pointer) of the contract."""

    clause: str
    message: str


class CallValidator:
    """Checks calls of one *operation*, whose list pages as *pages* say, if it is one."""

    def __init__(
        self, operation: Operation, declared: Sequence[Credential], pages: Pages | None
    ) -> None:
        self._operation = operation
        self._clause = operation.node.pointer
        self._credentials = declared
        self._parameters = {
            (p.where, p.name.lower() if p.where == "header" else p.name): ParameterValidator(p)
            for p in operation.parameters
            if p.where != "header" or p.name.lower() not in _NO_PARAMETERS
        }
        bounds = () if pages is None else (pages.limit, pages.page, pages.offset)
        self._bounds = {b.parameter: b for b in bounds if b is not None and b.where == "query"}
        self._body = RequestBody(operation)
        self._declares_body = operation.node.get("requestBody") is not None

    def check(
        self, request: Request, path: Mapping[str, str], *, is_authenticated: bool
    ) -> Iterator[Breach]:
        """Yield how a request breaks the contract, whose path has the parameters *path*."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        pairs = parse_qsl(request.query, keep_blank_values=True)
        yield from self._check_credential(headers, pairs, is_authenticated=is_authenticated)
        yield from self._check_body(request, headers)
        given: dict[tuple[str, str], list[str]] = {("path", n): [v] for n, v in path.items()}
        given |= {("header", name): [value] for name, value in headers.items()}
        for name, text in pairs:
            given.setdefault(("query", name), []).append(text)
        given |= {("cookie", n): [v] for n, v in _read_cookies(headers.get("cookie", "")).items()}
        for name in dict.fromkeys(name for name, _ in pairs):
            if not self._knows(name):
                declared = [n for where, n in self._parameters if where == "query"]
                names = ", ".join(declared) or "none"
                message = f"the query parameter {name} is not declared; declared are {names}"
                yield Breach(self._clause, message)
            elif ("query", name) in self._parameters:
                place = ("query", name)
                yield from self._check_parameter(place, self._parameters[place], given[place])
        for place, parameter in self._parameters.items():
            if place[0] != "query" or place not in given:
                yield from self._check_parameter(place, parameter, given.get(place))

    def _check_parameter(
        self, place: tuple[str, str], parameter: ParameterValidator, texts: list[str] | None
    ) -> Iterator[Breach]:
        where, name = place
        if texts is None:
            if parameter.is_required and where != "path":
                message = f"the {_PLACES.get(where, where)} {parameter.name} is missing"
                yield Breach(self._clause, message)
            return
        outside = [self._tell_outside(name, t) for t in texts] if where == "query" else []
        for message in parameter.check(texts):
            # What a page says of a number it says better.
            if not any(outside) or message.endswith("more than once"):
                yield Breach(self._clause, message)
        for told in filter(None, outside):
            yield Breach(f"{self._clause}/x-pagination", told)

    def _check_credential(
        self,
        headers: Mapping[str, str],
        query: Sequence[tuple[str, str]],
        *,
        is_authenticated: bool,
    ) -> Iterator[Breach]:
        shown = any(find_secrets(self._credentials, headers, query))
        if is_authenticated and (shown or not self._credentials or is_open(self._operation)):
            return
        if shown:
            yield Breach("/security", "the credential is not known")
        else:
            places = dict.fromkeys(map(_tell_place, self._credentials))
            yield Breach("/security", f"no {' or '.join(places)}")

    def _check_body(self, request: Request, headers: Mapping[str, str]) -> Iterator[Breach]:
        if not self._declares_body:
            if request.body_length:
                yield Breach(self._clause, f"{self._operation.method} takes no body here")
            return
        if len(request.body) != request.body_length:
            # Only a part of it was kept, of which nothing can be said.
            return
        try:
            self._body.read(request.body, headers.get("content-type", ""))
        except InvalidBodyError as error:
            for misfit in error.misfits:
                yield Breach(f"{self._clause}/requestBody", str(misfit))

    def _knows(self, name: str) -> bool:
        """Return whether a query parameter of that *name* is declared in any style."""
        if ("query", name) in self._parameters or any(
            c.where == "query" and c.parameter == name for c in self._credentials
        ):
            return True
        for parameter in self._operation.parameters:
            if parameter.where != "query" or parameter.schema is None:
                continue
            # A member of an object, as deepObject has it or as form does (OpenAPI 3.1, 4.8.12.6).
            deep = parameter.node.get_text("style") == "deepObject"
            if deep and name.partition("[")[0] == parameter.name:
                return True
            if not deep and "object" in types(parameter.schema):
                return True
        return False

    def _tell_outside(self, name: str, text: str) -> str:
        """Return what is said of a number outside the bounds of its list; empty if it is within."""
        bound = self._bounds.get(name)
        if bound is None:
            return ""
        try:
            value = parse_integer(text)
        except ValueError:
            return ""
        least, most = bound.min, bound.max
        is_less, is_more = least is not None and value < least, most is not None and value > most
        if not is_less and not is_more:
            return ""
        span = f"{most} or less" if least is None else f"{least} or more"
        if least is not None and most is not None:
            span = f"{least} to {most}"
        if isinstance(bound.outside, int):
            return f"{name} is {value}, outside {span}"
        used = bound.default if bound.outside == "default" else least if is_less else most
        return f"{name} is {value}, outside {span}, so {used} is used"


def _tell_place(credential: Credential) -> str:
    if credential.kind != "apiKey":
        return f"Authorization: {credential.kind.capitalize()}"
    return f"{_PLACES.get(credential.where, _PLACES['header'])} {credential.parameter}"


def _read_cookies(header: str) -> dict[str, str]:
    try:
        return {name: unquote(morsel.value) for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
