"""The contract as frozen values: what the rest of the mock knows of openapi.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from mockserver.domain.lifecycle import Lifecycle
from mockserver.domain.paging import Paging


class Parameter(Struct, frozen=True):
    """A declared parameter: its name, where it stands (path, query, header) and its schema."""

    name: str
    where: str
    schema: Mapping[str, Any]


class Conflict(Struct, frozen=True):
    """While a record of the same *key* is in one of *states*, a second is refused with *status*."""

    parameter: str
    key: str
    states: tuple[str, ...]
    status: int


class Operation(Struct, frozen=True):
    """One operation: *pointer* leads to it in the document, *answers* are the declared ones."""

    operation_id: str
    method: str
    template: str
    pointer: str
    parameters: tuple[Parameter, ...]
    answers: Mapping[int, Mapping[str, Any]]
    paging: Paging | None
    conflict: Conflict | None

    def parameter(self, name: str) -> Parameter:
        """Return the declared parameter of that name."""
        return next(p for p in self.parameters if p.name == name)


class Document(Struct, frozen=True):
    """The contract. *raw* is the parsed file, *states* are the values that a status may have."""

    file: Path
    raw: Mapping[str, Any]
    operations: tuple[Operation, ...]
    lifecycle: Lifecycle
    states: tuple[str, ...]

    @property
    def active_states(self) -> tuple[str, ...]:
        """The states in which a user can have just one job per project."""
        conflicts = [o.conflict for o in self.operations if o.conflict is not None]
        return conflicts[0].states if conflicts else ()

    @property
    def operation_ids(self) -> tuple[str, ...]:
        """The operationIds, in the order of the document."""
        return tuple(operation.operation_id for operation in self.operations)
