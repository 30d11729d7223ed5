"""The keys of operations and of the root as values: pages, filters, conflicts and tenants."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from mockserver.contract.checks import Checks
from mockserver.contract.contract import (
    Bound,
    Conflict,
    Cursor,
    Fact,
    Filter,
    Grade,
    Location,
    Order,
    Pages,
    Tenancy,
)
from mockserver.contract.operations import Operation
from mockserver.contract.schemas import items, member, properties
from mockserver.contract.structure import Listing
from mockserver.contract.tree import Node
from mockserver.parsing.pointer import escape

_PLACES = ("next", "previous", "first", "last", "more", "total")
#: What each style cannot do without.
_NEEDED = {"page": "page", "offset": "offset", "cursor": "cursor", "link": "next"}
_EXPRESSION = re.compile(
    r"\$(request\.(?P<where>path|query|header)\.(?P<parameter>.+)|request\.body#(?P<body>/.*)?"
    r"|source#(?P<source>/.*)|now([+-]P.+)?|nextMidnight)"
)


class Expressions(NamedTuple):
    """Checks what is said of the requests of an *operation* on records of a schema."""

    checks: Checks
    operation: Operation
    record: Node

    def check(self, node: Node, below: str, text: str) -> None:
        """Check that the runtime expression *text*, *below* a node, is known and leads somewhere.

        The forms are those of OpenAPI 3.1, section 4.8.20.4, and ``$source#`` (the record of the
        path), ``$now`` and ``$nextMidnight``.
        """
        match = _EXPRESSION.fullmatch(text)
        name = self.operation.name
        if match is None:
            told = "is not an expression that is known; write $request.path.x, $request.query.x,"
            told += " $request.body#/x, $source#/x, $now, $now+PT1H or $nextMidnight"
            node.complain(below, "expression", f"{text!r} {told}")
        elif match["parameter"]:
            known = [p.name for p in self.operation.parameters if p.where == match["where"]]
            kind = f"a {match['where']} parameter of {name}"
            self.checks.is_known(node, below, [match["parameter"]], known, kind)
        elif match["body"]:
            self.checks.in_body(node, below, match["body"], self.operation)
        elif match["source"]:
            kind = "a property of the record"
            self.checks.leads(node, below, match["source"], self.record, kind)


def read_pages(checks: Checks, operation: Operation) -> Fact[Pages] | None:
    """Return what ``x-pagination`` declares of a list, or None where it is not there."""
    node = checks.key(operation.node, "x-pagination") if operation.pagination is not None else None
    if node is None:
        return None
    return Fact(_Pagination(checks, operation, node).read(), Grade.DECLARED, "x-pagination")


class _Pagination(NamedTuple):
    """Reads the ``x-pagination`` at *node* on *operation*."""

    checks: Checks
    operation: Operation
    node: Node

    def read(self) -> Pages:
        raw, body = self.node.value, self.operation.result
        needed = _NEEDED.get(raw["style"])
        if needed is not None and needed not in raw:
            told = f"{raw['style']} needs {needed}; write it too"
            self.node.complain("/style", "pagination", told)
        array = member(body, raw["items"]) if body is not None else None
        record = items(array) if array is not None else None
        if record is None:
            told = "leads to no array in the response; write a pointer to one, or '' for the body"
            self.node.complain("/items", "pagination", f"{raw['items']!r} {told}")
        return Pages(
            style=raw["style"],
            items=raw["items"],
            limit=self._read_bound("limit"),
            page=self._read_bound("page"),
            offset=self._read_bound("offset"),
            cursor=self._cursor(),
            next=self._location("next"),
            previous=self._location("previous"),
            first=self._location("first"),
            last=self._location("last"),
            more=self._location("more"),
            total=self._location("total"),
            order=self._order(record),
        )

    def _read_bound(self, name: str) -> Bound | None:
        raw = self.node.value.get(name)
        if raw is None:
            return None
        where = raw.get("in", "query")
        self._check_parameter(f"/{name}/parameter", raw["parameter"], where)
        default, least, most = (raw.get(word) for word in ("default", "min", "max"))
        if least is not None and most is not None and least > most:
            told = f"is more than max, {most}; write less"
            self.node.complain(f"/{name}/min", "pagination", told, least)
        elif default is not None and (
            (least is not None and default < least) or (most is not None and default > most)
        ):
            told = "lies outside min and max; write one inside"
            self.node.complain(f"/{name}/default", "pagination", told, default)
        parameter = self.operation.parameter(raw["parameter"], where)
        schema = parameter.schema if parameter is not None else None
        said = schema.value.get("default") if schema and isinstance(schema.value, dict) else None
        if said is not None and default is not None and said != default:
            told = f"the parameter's schema says {said!r}; write the same in both"
            self.node.complain(f"/{name}/default", "pagination", told, default)
        return Bound(raw["parameter"], where, default, least, most, raw.get("outside"))

    def _check_parameter(self, below: str, name: str, where: str) -> None:
        if where != "body":
            known = [p.name for p in self.operation.parameters if p.where == where]
            kind = f"a {where} parameter of {self.operation.name}"
            self.checks.is_known(self.node, below, [name], known, kind)
        elif self.operation.body is not None:
            known = list(properties(self.operation.body))
            self.checks.is_known(self.node, below, [name], known, "a member of the request's body")

    def _cursor(self) -> Cursor | None:
        raw = self.node.value.get("cursor")
        if raw is None:
            return None
        where = raw.get("in", "query")
        for name in ("parameter", "back"):
            if name in raw:
                self._check_parameter(f"/cursor/{name}", raw[name], where)
        kind = raw.get("is", "token")
        return Cursor(raw["parameter"], where, kind, raw.get("back"), raw.get("unknown"))

    def _location(self, name: str) -> Location | None:
        raw = self.node.value.get(name)
        if raw is None:
            return None
        if isinstance(raw, dict):
            return Location(header=raw["header"])
        self.checks.leads(self.node, f"/{name}", raw, self.operation.result, "in the response")
        return Location(pointer=raw)

    def _order(self, record: Node | None) -> Order | None:
        raw = self.node.value.get("order")
        if raw is None:
            return None
        by = raw.get("by")
        if by is not None and record is not None:
            by = self.checks.place(self.node, "/order/by", by, record)
        if "parameter" in raw:
            self._check_parameter("/order/parameter", raw["parameter"], "query")
        return Order(by, raw.get("direction"), raw.get("parameter"))


def read_filters(checks: Checks, listing: Listing) -> tuple[Fact[Filter], ...] | None:
    """Return what ``x-filters`` declares of a list, or None where it is not there."""
    node = checks.key(listing.operation.node, "x-filters")
    if node is None:
        return None
    known = [p.name for p in listing.operation.parameters]
    found: list[Fact[Filter]] = []
    for name, said in node.value.items():
        below = f"/{escape(name)}"
        checks.is_known(node, below, [name], known, f"a parameter of {listing.operation.name}")
        place, relation = said if isinstance(said, list) else (said, "eq")
        pointer = None if said is False else checks.place(node, below, place, listing.record)
        made = Filter(name, pointer, relation)
        found.append(Fact(made, Grade.DECLARED, "x-filters"))
    return tuple(found)


def read_conflict(
    checks: Checks, operation: Operation, record: Node, states: Mapping[str, Any]
) -> Conflict | None:
    """Return what ``x-conflict`` declares of an operation, or None where it is not there."""
    node = checks.key(operation.node, "x-conflict")
    if node is None:
        return None
    raw = node.value
    if ("parameter" in raw) == ("given" in raw):
        told = "write either parameter or given, to say where the request has the value"
        node.complain("", "conflict", told)
        return None
    given = raw.get("given")
    if given is None:
        parameter = operation.parameter(raw["parameter"])
        known = [p.name for p in operation.parameters]
        checks.is_known(
            node, "/parameter", [raw["parameter"]], known, f"a parameter of {operation.name}"
        )
        given = f"$request.{parameter.where if parameter else 'path'}.{raw['parameter']}"
    else:
        Expressions(checks, operation, record).check(node, "/given", given)
    during = raw.get("while", "*")
    if during != "*":
        checks.is_known(node, "/while", map(str, during), states.keys(), "a state")
    return Conflict(
        given=given,
        key=checks.place(node, "/key", raw["key"], record),
        states=None if during == "*" else tuple(map(str, during)),
        status=raw["status"],
    )


def read_tenancy(checks: Checks, root: Node) -> Fact[Tenancy] | None:
    """Return what ``x-tenancy`` declares at the root, or None where it is not there."""
    node = checks.key(root, "x-tenancy")
    if node is None:
        return None
    raw = node.value
    where = raw.get("in", "path")
    known = sorted({p.name for o in checks.operations for p in o.parameters if p.where == where})
    if where != "credential":
        for index, name in enumerate(raw.get("parameters", ())):
            kind = f"a {where} parameter of any operation"
            checks.is_known(node, f"/parameters/{index}", [name], known, kind)
    parameters = tuple(raw.get("parameters", ()))
    return Fact(Tenancy(parameters, where, raw.get("stranger")), Grade.DECLARED, "x-tenancy")
