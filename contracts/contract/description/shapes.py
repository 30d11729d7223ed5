"""What is found in a description: the schemas in bodies, and the lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.contract.model import Operation


@dataclass(frozen=True)
class Shape:
    """A schema in a body: its value, where it is written, and the place in the body."""

    schema: Mapping[str, Any]
    pointer: str
    place: str

    @property
    def properties(self) -> Mapping[str, Any]:
        """Return the properties by name."""
        found = self.schema.get("properties")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Listing:
    """An operation that lists: *record* is the schema of one, below the array at its place."""

    operation: Operation
    items: str
    record: Shape

    @property
    def name(self) -> str:
        """Return what the resource is called: the last word of the path."""
        path = trim(self.operation.path)
        words = [part for part in path.split("/") if part and "{" not in part]
        return words[-1] if words else self.operation.id


def trim(path: str) -> str:
    """Return *path* without what names no resource: a slash, or `.json`, at its end."""
    return path.rstrip("/").removesuffix(".json")
