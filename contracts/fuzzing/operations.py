"""The contract with only some of its operations, such as those that only read."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from contracts.contract.document import Document


def list_reads(document: Document) -> frozenset[str]:
    """Return the operations that only read."""
    return frozenset(one.id for one in document.operations.values() if one.method == "GET")


def remove_others(raw: dict[str, Any], kept: AbstractSet[str]) -> None:
    """Remove from *raw* each operation that is not *kept*, and the links that lead there.

    A filter would not do: schemathesis loses it where an operation has settings of its own.
    """
    for item in raw["paths"].values():
        for method in [name for name in item if name != "parameters"]:
            if item[method].get("operationId") not in kept:
                del item[method]
                continue
            for response in item[method]["responses"].values():
                links = response.get("links", {})
                for name in [n for n, one in links.items() if one["operationId"] not in kept]:
                    del links[name]
