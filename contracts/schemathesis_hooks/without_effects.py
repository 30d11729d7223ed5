"""A document of any API without the operations that could change something."""

from __future__ import annotations

from typing import Any

from contracts.contract.description.upgrade import METHODS
from contracts.contract.pointer import unescape
from contracts.http.guard import SAFE


def remove_changing(raw: dict[str, Any]) -> None:
    """Remove from *raw* each operation that may change something, and the links that lead there.

    A filter would not do: schemathesis loses it where an operation has settings of its own.
    """
    removed: set[str] = set()
    for path, item in raw["paths"].items():
        for method in [name for name in METHODS if name in item and name.upper() not in SAFE]:
            removed |= {item[method].get("operationId", ""), f"{path}/{method}"}
            del item[method]
    kept = [op for item in raw["paths"].values() for name, op in item.items() if name in METHODS]
    shared = raw.get("components", {})
    responses = [one for op in kept for one in op.get("responses", {}).values()]
    for one in [*responses, *shared.get("responses", {}).values()]:
        links = one.get("links", {})
        for name in [n for n, link in links.items() if _leads_to(removed, link)]:
            del links[name]


def _leads_to(removed: set[str], link: dict[str, Any]) -> bool:
    """Tell whether a link is to one of the *removed* operations, by its id or by a reference."""
    path = link.get("operationRef", "").partition("#/paths/")[2]
    named = unescape(path)
    return link.get("operationId", "") in removed - {""} or named in removed
