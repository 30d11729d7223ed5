"""What a reader finds wrong with one contract file, gathered so that all of it can be told."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mockserver.contract import extensions
from mockserver.parsing.diagnostics import explain, quote
from mockserver.parsing.positions import locate
from mockserver.parsing.sources import Diagnostic
from mockserver.resources import files


class Findings:
    """What is wrong with the file whose content is *text*."""

    def __init__(self, file: Path, text: str) -> None:
        self.file = file
        self.text = text
        self.diagnostics: list[Diagnostic] = []

    def complain(self, pointer: str, rule: str, message: str, value: Any = None) -> None:
        """Note that what *pointer* names breaks *rule*."""
        line, column = locate(self.text, pointer)
        at_fault = "" if value is None else quote(value)
        self.diagnostics.append(
            Diagnostic(self.file, line, column, pointer, rule, at_fault, message)
        )

    def list_sorted(self) -> list[Diagnostic]:
        """Return the diagnostics in the order of their places in the file."""
        return sorted(self.diagnostics, key=lambda diagnostic: (diagnostic.line, diagnostic.column))

    def check_extensions(self, raw: Any) -> None:
        """Check each ``x-`` key of the parsed document by its published schema."""
        for pointer, name, value in extensions.find(raw):
            fault = extensions.explain_misplaced(name, pointer)
            if fault is not None:
                self.complain(pointer, "extension", fault)
            elif not extensions.accepts(name, value):
                published = json.loads(files.schema("extensions").read_text())
                schema = {"$ref": f"#/$defs/{name}", "$defs": published["$defs"]}
                self.diagnostics += explain(self.file, self.text, value, schema, pointer)

    def check_names(
        self, pointer: str, names: Iterable[str], known: Iterable[str], kind: str
    ) -> None:
        """Check that each of *names*, which stand at *pointer*, is a known *kind*."""
        known = tuple(known)
        for name in names:
            if name not in known:
                message = f"unknown {kind} {name!r}; known are {', '.join(known)}"
                self.complain(pointer, "dangling", message)

    def check_links(self, value: Any, operation_ids: Iterable[str], pointer: str = "") -> None:
        """Check that each link below *value* leads to an operation."""
        if not isinstance(value, dict):
            return
        for name, member in value.items():
            below = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if name == "links":
                for link, target in member.items():
                    at = f"{below}/{link}/operationId"
                    self.check_names(at, [target["operationId"]], operation_ids, "operationId")
            else:
                self.check_links(member, operation_ids, below)
