"""The keys of lists and creations as values: pages, filters, conflicts, and links that page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.contract.description.checks import Checks
from contracts.contract.description.shapes import Listing, Shape
from contracts.contract.model import Operation
from contracts.contract.moves import Lifecycle
from contracts.contract.pages import Bound, Cursor, Filter, Order, Pages, Place
from contracts.contract.pointer import escape
from contracts.contract.roles import Conflict, Creation, Tenancy

NEEDED = {"page": "page", "offset": "offset", "cursor": "cursor", "link": "next"}
"""What each style of pages cannot do without."""


def read_pages(checks: Checks, listing: Listing) -> Pages | None:
    """Return how a list pages: by `x-pagination`, or by a link of the list to itself."""
    operation, record = listing.operation, listing.record
    given = {"x-pagination": checks.structure.get_pagination(operation)}
    raw = checks.get_key(given, operation.pointer, "x-pagination")
    if raw is None:
        return _read_links(listing)
    clause = f"{operation.pointer}/x-pagination"
    needed = NEEDED.get(raw["style"])
    if needed is not None and needed not in raw:
        checks.fail(f"{clause}/style", f"{raw['style']} needs {needed}; write it too")
        return None
    cursor, order = raw.get("cursor"), raw.get("order", {})
    for name in ("limit", "page", "offset", "cursor"):
        if name in raw and raw[name].get("in", "query") == "query":
            known = [n for n, one in operation.parameters.items() if one.get("in") == "query"]
            kind = f"a query parameter of {operation.id}"
            checks.is_known(f"{clause}/{name}/parameter", [raw[name]["parameter"]], known, kind)
    by = order.get("by") and checks.read_place(f"{clause}/order/by", order["by"], record)
    return Pages(
        style=raw["style"],
        items=raw["items"],
        clause=clause,
        limit=_read_bound(raw.get("limit")),
        page=_read_bound(raw.get("page")),
        offset=_read_bound(raw.get("offset")),
        cursor=cursor
        and Cursor(
            cursor["parameter"],
            cursor.get("in", "query"),
            cursor.get("is", "token"),
            cursor.get("unknown"),
        ),
        next=_read_location(raw.get("next")),
        more=_read_location(raw.get("more")),
        total=_read_location(raw.get("total")),
        order=Order(by, order["direction"] == "descending")
        if by and "direction" in order
        else None,
    )


def _read_bound(raw: Mapping[str, Any] | None) -> Bound | None:
    if raw is None:
        return None
    numbers = (raw.get(name) for name in ("default", "min", "max", "outside"))
    return Bound(raw["parameter"], raw.get("in", "query"), *numbers)


def _read_location(raw: Any) -> Place | None:
    if raw is None:
        return None
    return Place(header=raw["header"]) if isinstance(raw, dict) else Place(pointer=raw)


def _read_links(listing: Listing) -> Pages | None:
    """Return the pages that a link from the list to itself declares: it passes a cursor on."""
    operation = listing.operation
    for status, response in operation.responses.items():
        for name, link in response.get("links", {}).items():
            if link.get("operationId") != operation.id:
                continue
            for parameter, value in link.get("parameters", {}).items():
                if str(value).startswith("$response.body#/"):
                    return Pages(
                        style="cursor",
                        items=listing.items,
                        clause=f"{operation.pointer}/responses/{status}/links/{escape(name)}",
                        cursor=Cursor(parameter),
                        next=Place(pointer=value.removeprefix("$response.body#")),
                    )
    return None


def read_filters(checks: Checks, listing: Listing) -> tuple[Filter, ...]:
    """Return what `x-filters` declares of a list."""
    operation = listing.operation
    raw = checks.get_key(checks.structure.get_written(operation), operation.pointer, "x-filters")
    clause, found = f"{operation.pointer}/x-filters", []
    for name, said in (raw or {}).items():
        below = f"{clause}/{escape(name)}"
        checks.is_known(below, [name], list(operation.parameters), f"a parameter of {operation.id}")
        if said is not False:
            place, relation = said if isinstance(said, list) else (said, "eq")
            place = checks.read_place(below, place, listing.record)
            found.append(Filter(name, place, relation))
    return tuple(found)


def read_creations(
    checks: Checks, listing: Listing, life: Lifecycle | None
) -> tuple[Creation, ...]:
    """Return the operations that make a record of *listing*.

    They are declared by `x-creates` or `x-conflict`. A POST on the path of the list whose success
    is such a record is inferred to be one. A declared one need not show what it makes if it is on
    the path of the list, or says that its `record` is one of the list.
    """
    found, structure = [], checks.structure
    alike = [o for o in structure.list_listings() if o.record.schema is listing.record.schema]
    lists = {one.operation.path for one in alike} - {listing.operation.path}
    for operation in structure.operations.values():
        written = structure.get_written(operation)
        makes = any(
            shape.schema is listing.record.schema for shape in structure.walk_body(operation)
        )
        on_list = (operation.method, operation.path) == ("POST", listing.operation.path)
        named = [name for name in ("x-creates", "x-conflict") if written.get(name) is not None]
        record, _ = structure.follow({"$ref": (written.get("x-creates") or {}).get("record")}, "")
        told = bool(named) and (on_list or record is listing.record.schema)
        if written.get("x-creates") is False or not (makes or told):
            continue
        if operation.method == "POST" and operation.path in lists:
            continue  # It makes records of that list, though these have the same schema.
        if named or on_list:
            conflict = _read_conflict(checks, operation, listing.record, life)
            found.append(Creation(operation, bool(named), conflict))
    return tuple(found)


def _read_conflict(
    checks: Checks, operation: Operation, record: Shape, life: Lifecycle | None
) -> Conflict | None:
    raw = checks.get_key(checks.structure.get_written(operation), operation.pointer, "x-conflict")
    if raw is None:
        return None
    clause, during = f"{operation.pointer}/x-conflict", raw.get("while", "*")
    if ("parameter" in raw) == ("given" in raw):
        checks.fail(clause, "write either parameter or given, to say where the request has it")
        return None
    if during != "*":
        checks.is_known(f"{clause}/while", map(str, during), life.states if life else (), "a state")
    return Conflict(
        given=raw.get("given") or f"$request.path.{raw['parameter']}",
        key=checks.read_place(f"{clause}/key", raw["key"], record),
        states=None if during == "*" else tuple(map(str, during)),
        status=raw["status"],
        clause=clause,
    )


def read_tenancy(checks: Checks, raw: Mapping[str, Any]) -> Tenancy | None:
    """Return what `x-tenancy` declares at the root."""
    given = checks.get_key(raw, "#", "x-tenancy")
    if given is None:
        return None
    where, parameters = given.get("in", "path"), tuple(given.get("parameters", ()))
    if where == "path":
        known = {
            name
            for one in checks.structure.operations.values()
            for name, parameter in one.parameters.items()
            if parameter.get("in") == "path"
        }
        checks.is_known("#/x-tenancy/parameters", parameters, sorted(known), "a path parameter")
    return Tenancy(parameters, where, given.get("stranger"), "#/x-tenancy")
