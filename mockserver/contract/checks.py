"""Whether a key has the right form, and whether what it names is there. All that is not is told."""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from mockserver.contract.operations import Operation
from mockserver.contract.schemas import is_open, member, pointer_of, properties
from mockserver.contract.tree import Library, Node
from mockserver.parsing.diagnostics import explain
from mockserver.parsing.pointer import escape
from mockserver.resources import files

KEYS = ("x-lifecycle", "x-pagination", "x-conflict", "x-creates", "x-filters", "x-tenancy")
#: Of a duration: years and months are refused, since they have no length.
_DURATION = re.compile(r"P(?=\d|T\d)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_MOST_SHOWN = 12


@lru_cache(1)
def _schemas() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files.schema("keys").read_text())
    return found


class Checks:
    """Checks keys, and gathers in *library* what is wrong with them."""

    def __init__(self, library: Library, operations: Sequence[Operation]) -> None:
        self._library = library
        self.operations = operations

    def key(self, holder: Node, name: str) -> Node | None:
        """Return the key *name* of *holder* if it is there and has the right form."""
        node = holder.get(name)
        if node is None:
            return None
        schema = {"$ref": f"#/$defs/{name}", "$defs": _schemas()["$defs"]}
        file, text, pointer = node.source()
        found = explain(file, text, node.value, schema, pointer)
        self._library.diagnostics += found
        return None if found else node

    def is_known(
        self, node: Node, below: str, names: Iterable[Any], known: Collection[Any], kind: str
    ) -> bool:
        """Check that each of *names*, which stand *below* a node, is one of the *known*."""
        wrong = [name for name in names if name not in known]
        quote = ", ".join(str(name) for name in list(known)[:_MOST_SHOWN])
        more = f" and {len(known) - _MOST_SHOWN} more" if len(known) > _MOST_SHOWN else ""
        for name in wrong:
            told = (
                f"{name!r} is not {kind}; write one of {quote}{more}"
                if known
                else (f"{name!r} is not {kind}; there is none, so take it out")
            )
            node.complain(below, "unknown", told)
        return not wrong

    def place(self, node: Node, below: str, place: Any, record: Node) -> str:
        """Return the pointer that *place* stands for, a property of *record*."""
        pointer = pointer_of(str(place))
        self.leads(node, below, pointer, record, "a property of the record")
        return pointer

    def leads(self, node: Node, below: str, pointer: str, schema: Node | None, kind: str) -> None:
        """Check that *pointer* leads to something in values of *schema*."""
        if schema is not None and member(schema, pointer) is None and not is_open(schema, pointer):
            names = sorted(_names(schema, pointer))
            hint = f"; write one of {', '.join(names[:_MOST_SHOWN])}" if names else ""
            node.complain(below, "unknown", f"{pointer!r} is not {kind}{hint}")

    def in_body(self, node: Node, below: str, pointer: str, operation: Operation) -> None:
        """Check that *pointer* leads to something in the body of requests for *operation*."""
        if operation.node.get("requestBody") is None:
            told = f"{operation.name} has no request body; take it out, or write ?name for a query"
            node.complain(below, "unknown", told)
        else:
            self.leads(node, below, pointer, operation.body, f"in the body of {operation.name}")

    def operation(self, node: Node, below: str, name: str) -> Operation | None:
        """Return the operation of that operationId, or of that ``METHOD /path``."""
        found = next((o for o in self.operations if name == o.operation_id), None)
        if found is None:
            method, _, path = name.partition(" ")
            shape = re.sub(r"\{[^}]*\}", "{}", path)
            calls = [o for o in self.operations if o.method == method.upper()]
            found = next(
                (o for o in calls if re.sub(r"\{[^}]*\}", "{}", o.template) == shape), None
            )
        if found is None:
            near = [o.name for o in self.operations if name.lower() in o.name.lower()]
            near = near or [o.name for o in self.operations][:_MOST_SHOWN]
            told = "is not an operation; write server, an operationId or METHOD /path, such as"
            node.complain(below, "unknown", f"{name!r} {told} {', '.join(near[:_MOST_SHOWN])}")
        return found

    def duration(self, node: Node, below: str, text: str) -> None:
        """Check that *text* is a duration of ISO 8601 with a length."""
        if not _DURATION.fullmatch(text):
            node.complain(below, "duration", f"{text!r} is not a duration; write one such as PT30S")


def seconds(duration: str) -> float:
    """Return the length of an ISO 8601 duration; zero for what is none."""
    parts = re.findall(r"(\d+(?:\.\d+)?)([WDHMS])", duration)
    lengths = {"W": 604_800, "D": 86_400, "H": 3_600, "M": 60, "S": 1}
    return sum(float(number) * lengths[unit] for number, unit in parts)


def _names(schema: Node, pointer: str) -> Iterable[str]:
    above = member(schema, pointer.rpartition("/")[0])
    prefix = pointer.rpartition("/")[0]
    return [f"{prefix}/{escape(name)}" for name in properties(above)] if above is not None else []
