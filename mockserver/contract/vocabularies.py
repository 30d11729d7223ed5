"""What other vocabularies than ours declare of pages: OpenAPI links and the keys of generators.

Read are links from a list to itself, ``x-speakeasy-pagination``, ``x-fern-pagination``,
``x-stainless-pagination-property``, ``x-ms-pageable``, and Datadog's ``x-pagination``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from mockserver.contract.contract import Bound, Cursor, Location
from mockserver.contract.operations import Operation
from mockserver.contract.schemas import walk_nested
from mockserver.parsing.pointer import escape

_BODY = "$response.body#"


class Told(Struct, frozen=True):
    """What is declared of pages, by what: *reason*. None is not said."""

    reason: str
    items: str | None = None
    limit: Bound | None = None
    page: Bound | None = None
    offset: Bound | None = None
    cursor: Cursor | None = None
    next: Location | None = None

    @property
    def style(self) -> str:
        """Return the style of pages that follows."""
        if self.cursor is not None:
            return "cursor"
        return "page" if self.page else "offset" if self.offset else "link"


def describe_vocabulary(operation: Operation) -> Told | None:
    """Return what another vocabulary declares of a list, or None."""
    raw = operation.node.value
    readers = {
        "x-speakeasy-pagination": _speakeasy,
        "x-fern-pagination": _fern,
        "x-ms-pageable": _pageable,
    }
    for parameter, pointer in _self_links(operation):
        reason = "a link leads from the list to itself"
        return Told(reason, cursor=Cursor(parameter), next=Location(pointer))
    for name, reader in readers.items():
        if isinstance(raw.get(name), dict):
            return reader(name, raw[name])
    if "x-pagination" in raw and operation.pagination is None:
        return _datadog(operation, raw["x-pagination"])
    return _stainless(operation)


def _self_links(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the parameter and the pointer of links that lead from a list to itself."""
    for response in operation.successes.values():
        links = response.get("links")
        for _, link in links.members() if links else ():
            passed = link.value.get("parameters", {}) if isinstance(link.value, dict) else {}
            if link.get_text("operationId") != operation.operation_id or not passed:
                continue
            for name, expression in passed.items():
                if isinstance(expression, str) and expression.startswith(_BODY):
                    yield name.removeprefix("query."), expression.removeprefix(_BODY)


def _speakeasy(name: str, said: Mapping[str, Any]) -> Told:
    inputs = [one for one in said.get("inputs") or () if isinstance(one, dict)]
    known = {
        str(one.get("type")): (
            str(one.get("name")),
            "body" if one.get("in") == "requestBody" else "query",
        )
        for one in inputs
    }
    bounds = {kind: Bound(*known[kind]) for kind in ("limit", "page", "offset") if kind in known}
    outputs = said.get("outputs") or {}
    following = outputs.get("nextCursor") or outputs.get("nextUrl")
    return Told(
        name,
        items=_pointer(outputs.get("results")),
        limit=bounds.get("limit"),
        page=bounds.get("page"),
        offset=bounds.get("offset"),
        cursor=Cursor(*known["cursor"]) if "cursor" in known else None,
        next=_location(following),
    )


def _fern(name: str, said: Mapping[str, Any]) -> Told:
    cursor, offset = said.get("cursor"), said.get("offset")
    parameter = None if offset is None else str(offset).rpartition(".")[2]
    bound = None if parameter is None else Bound(parameter)
    paged = parameter is not None and "page" in parameter.lower()
    return Told(
        name,
        items=_pointer(said.get("results")),
        page=bound if paged else None,
        offset=None if paged else bound,
        cursor=None if cursor is None else Cursor(str(cursor).rpartition(".")[2]),
        next=_location(said.get("next_cursor") or said.get("next_uri")),
    )


def _pageable(name: str, said: Mapping[str, Any]) -> Told:
    following = said.get("nextLinkName")
    items = said.get("itemName", "value")
    next_link = None if following is None else Location(f"/{escape(following)}")
    return Told(name, items=f"/{escape(items)}", next=next_link)


def _datadog(operation: Operation, said: Mapping[str, Any]) -> Told | None:
    """Return what an ``x-pagination`` says that has the members of Datadog's."""
    names = ("limitParam", "pageParam", "pageOffsetParam", "cursorParam")
    queries = {p.name for p in operation.parameters if p.where == "query"}
    limit, page, offset, cursor = (
        said[name] if said.get(name) in queries else None for name in names
    )
    if not (page or offset or cursor):
        return None
    return Told(
        "x-pagination, as Datadog writes it",
        items=_pointer(said.get("resultsPath")),
        limit=Bound(limit) if limit else None,
        page=Bound(page) if page else None,
        offset=Bound(offset) if offset else None,
        cursor=Cursor(cursor) if cursor else None,
        next=_location(said.get("cursorPath")),
    )


def _stainless(operation: Operation) -> Told | None:
    """Return what ``x-stainless-pagination-property`` says on parameters and properties."""
    name = "x-stainless-pagination-property"
    found: dict[str, str] = {}
    for parameter in operation.parameters:
        said = parameter.node.value.get(name)
        if isinstance(said, dict):
            found[str(said.get("purpose"))] = parameter.name
    body = operation.result
    for pointer, node in walk_nested(body, 2) if body is not None else ():
        said = node.value.get(name) if isinstance(node.value, dict) else None
        if isinstance(said, dict):
            found[str(said.get("purpose"))] = pointer
    cursor, page = found.get("next_cursor_param"), found.get("page_number_param")
    offset = found.get("offset_count_param")
    if not found or not (cursor or page or offset):
        return None
    return Told(
        name,
        items=found.get("items"),
        page=Bound(page) if page else None,
        offset=Bound(offset) if offset else None,
        cursor=Cursor(cursor) if cursor else None,
        next=Location(found["next_cursor_field"]) if "next_cursor_field" in found else None,
    )


def _location(path: Any) -> Location | None:
    pointer = _pointer(path)
    return None if pointer is None else Location(pointer)


def _pointer(path: Any) -> str | None:
    """Return the JSON Pointer of a path such as ``$.meta.next`` or ``$response.next``."""
    if not isinstance(path, str):
        return None
    names = path.removeprefix("$response").removeprefix("$").strip(".").split(".")
    return "".join(f"/{escape(name)}" for name in names if name)
