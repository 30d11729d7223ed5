"""Whether the x- keys of a description have the right form and name what is there."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from contracts.contract.description.shapes import Shape
from contracts.contract.description.structure import Structure
from contracts.contract.errors import Diagnostic
from contracts.contract.model import Operation
from contracts.contract.pointer import escape
from contracts.contract.resources import find

MOST_SHOWN = 12
"""How many names an error offers."""


@dataclass
class Checks:
    """Checks keys, and gathers what is wrong with them."""

    structure: Structure
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def get_key(self, holder: Any, pointer: str, name: str) -> Any:
        """Return the key *name* of what is at *pointer*, if it is there and has the right form."""
        value = holder.get(name) if isinstance(holder, Mapping) else None
        if value is None:
            return None
        rules = json.loads(find("keys.schema.json").read_text("utf-8"))
        schema = {"$ref": f"#/$defs/{name}", "$defs": rules["$defs"]}
        faults = list(jsonschema_rs.Draft202012Validator(schema).iter_errors(value))
        for error in faults:
            place = "".join(f"/{escape(step)}" for step in error.instance_path)
            message = f"{_explain(error)}; see docs/guides/judge_your_api.md"
            self.fail(f"{pointer}/{name}{place}", message)
        return None if faults else value

    def fail(self, pointer: str, message: str) -> None:
        """Keep what is wrong at *pointer*."""
        self.diagnostics.append(Diagnostic(pointer, message))

    def is_known(
        self, pointer: str, names: Iterable[Any], known: Collection[Any], kind: str
    ) -> bool:
        """Tell whether each of *names* is one of the *known*; it is a fault if one is not."""
        wrong = [name for name in names if name not in known]
        offer = ", ".join(str(name) for name in list(known)[:MOST_SHOWN])
        for name in wrong:
            todo = f"write one of {offer}" if known else "there is none, so take it out"
            self.fail(pointer, f"{name!r} is not {kind}; {todo}")
        return not wrong

    def read_place(self, pointer: str, place: Any, record: Shape) -> str:
        """Return the name or pointer of a property as a pointer; it has to be in the record."""
        text = str(place)
        made = text if text.startswith("/") else f"/{escape(text)}"
        if not self.structure.has_property(record, made):
            self.is_known(pointer, [text], list(record.properties), "a property of the record")
        return made

    def find_operation(self, pointer: str, name: str) -> Operation | None:
        """Return the operation that *name* is: its operationId, or its method and path."""
        operations = self.structure.operations
        for operation in operations.values():
            if name in (operation.id, f"{operation.method} {operation.path}"):
                return operation
        self.is_known(pointer, [name], list(operations), "an operation")
        return None


def _explain(error: jsonschema_rs.ValidationError) -> str:
    """Return what is wrong with a value; where there are alternatives, what each of them wants."""
    alternatives = getattr(error.kind, "context", None)
    if not alternatives:
        return error.message
    return "; or ".join(dict.fromkeys(_explain(first) for first, *_ in alternatives))
