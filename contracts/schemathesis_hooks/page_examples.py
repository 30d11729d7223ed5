"""Examples of the list's query that tell most: pages of which one shows whether another is right.

Random limits and pages seldom meet: a page that is short is only seen beside one that is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.contract.api import Api
from contracts.contract.document import Document
from contracts.contract.pointer import resolve


def add_page_examples(raw: dict[str, Any], document: Document) -> None:
    """Let *raw*, a contract to generate calls from, name pairs of limit and page.

    A generator takes the first example of each parameter together, then the second of each.
    """
    limit, page = document.paging.limit, document.paging.page
    largest, first = limit.max or limit.default, page.min
    pairs = [
        (largest, first),
        (largest, first + 1),
        (limit.default, first),
        (limit.default, first + 1),
        (largest - 1, first),
        (limit.default - 1, first + 1),
        (limit.min, first),
        (limit.min, first + 1),
        (largest + 1, first + 1),
        (limit.min - 1, first),
        (largest, first - 1),
    ]
    values = dict(zip((limit.parameter, page.parameter), zip(*pairs, strict=True), strict=True))
    for parameter in _list_parameters(raw, document):
        if parameter.get("name") in values:
            parameter.pop("example", None)
            parameter["examples"] = {
                f"page {number}": {"value": value}
                for number, value in enumerate(values[parameter["name"]], 1)
            }


def _list_parameters(raw: dict[str, Any], document: Document) -> list[dict[str, Any]]:
    operation = document.operations[document.list_id]
    item = raw["paths"][operation.path]
    found: list[dict[str, Any]] = [
        *item.get("parameters", []),
        *item[operation.method.lower()].get("parameters", []),
    ]
    return found


def add_limit_examples(raw: dict[str, Any], api: Api) -> None:
    """Let *raw*, the document of any API, name limits and pages that tell most, as far as declared.

    What stands outside of a range is named only where the document says what it means.
    """
    pages, listing = api.resource.pages, api.resource.list
    if pages is None or pages.limit is None:
        return
    limit, number = pages.limit, pages.page or pages.offset
    sizes = [n for n in (limit.max, limit.default, 2, limit.min) if n is not None]
    if limit.outside in ("default", "nearest"):
        sizes += [n for n in (limit.max and limit.max + 1, limit.min and limit.min - 1) if n]
    first = next((n for n in (number.min, number.default) if n is not None), 1) if number else 0
    pairs = [(size, first + more) for size in sizes for more in ((0, 1) if number else (0,))]
    values = {limit.parameter: [size for size, _ in pairs]}
    if number is not None:
        values[number.parameter] = [page for _, page in pairs]
    item = raw["paths"][listing.path]
    for holder in (item, item[listing.method.lower()]):
        holder["parameters"] = [_name(raw, one, values) for one in holder.get("parameters", [])]


def _name(raw: dict[str, Any], parameter: Any, values: Mapping[str, list[int]]) -> Any:
    """Return *parameter* with examples, if it is one of a page; it may be shared with others."""
    found = resolve(raw, parameter["$ref"]) if "$ref" in parameter else parameter
    if found.get("name") not in values:
        return parameter
    rest = {name: value for name, value in found.items() if name != "example"}
    given = values[found["name"]]
    examples = {f"page {number}": {"value": value} for number, value in enumerate(given, 1)}
    return {**rest, "examples": examples}
