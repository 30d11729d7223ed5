"""Examples of the list's query that tell most: pages of which one shows whether another is right.

Random limits and pages seldom meet: a page that is short is only seen beside one that is not.
"""

from __future__ import annotations

from typing import Any

from contracts.contract.document import Document


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
