"""The contract without the operations that change something, for runs that may only read."""

from __future__ import annotations

from typing import Any

from contracts.contract.document import Document


def remove_changes(raw: dict[str, Any], document: Document) -> None:
    """Remove from *raw* each operation that changes something, and the links that lead there.

    A filter would not do: schemathesis loses it where an operation has settings of its own.
    """
    reads = {one.id for one in document.operations.values() if one.method == "GET"}
    for item in raw["paths"].values():
        for method in [name for name in item if name != "parameters"]:
            if item[method].get("operationId") not in reads:
                del item[method]
                continue
            for response in item[method]["responses"].values():
                links = response.get("links", {})
                for name in [n for n, one in links.items() if one["operationId"] not in reads]:
                    del links[name]
