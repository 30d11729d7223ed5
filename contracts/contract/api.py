"""What the judge knows of an API, whichever it is: its operations, schemas and roles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from contracts.contract.model import Operation
from contracts.contract.pointer import escape, resolve
from contracts.contract.roles import Resource, Security, Tenancy

SHAPE = re.compile(r"\{[^{}]*\}")
"""A parameter in the template of a path."""


@dataclass(frozen=True)
class Api:
    """One API and the one resource of it that is judged."""

    file: str
    raw: Mapping[str, Any]
    operations: Mapping[str, Operation]
    resource: Resource
    security: Security
    tenancy: Tenancy | None
    warnings: tuple[str, ...] = field(default=(), kw_only=True)
    _validators: dict[str, Any] = field(
        default_factory=dict, compare=False, repr=False, kw_only=True
    )

    @property
    def title(self) -> str:
        """Return what the API is called in a sentence."""
        return str(self.raw.get("info", {}).get("title", self.file))

    @property
    def version(self) -> str:
        """Return the version that the contract gives itself."""
        return str(self.raw["info"]["version"])

    def resolve(self, pointer: str) -> Any:
        """Return what *pointer* names, following `$ref` at its end."""
        found = resolve(self.raw, pointer)
        while isinstance(found, Mapping) and set(found) == {"$ref"}:
            found = resolve(self.raw, found["$ref"])
        return found

    def match(self, method: str, path: str) -> Operation | None:
        """Return the operation that a request for the raw *path* belongs to.

        Of several, it is the one with the fewest parameters: what is fixed matches first (OpenAPI
        3.1.0 §4.8.8.2).
        """
        found = [
            operation
            for operation in self.operations.values()
            if operation.method == method and operation.matches(path)
        ]
        return min(found, key=lambda operation: operation.path.count("{"), default=None)

    def find_deletion(self) -> Operation | None:
        """Return the DELETE on the path of one record that no row of the lifecycle names, if any.

        The document has to declare a success of it.
        """
        read, named = self.resource.read, {move.by for move in self.resource.list_moves()}
        shape = SHAPE.sub("{}", read.path) if read else None
        for one in self.operations.values():
            alike = one.method == "DELETE" and SHAPE.sub("{}", one.path) == shape
            if alike and one.id not in named and one.successes:
                return one
        return None

    def needs_key(self, operation: Operation) -> bool:
        """Tell whether each call of *operation* is declared to need a key."""
        given = resolve(self.raw, operation.pointer).get("security", self.raw.get("security"))
        return bool(given) and all(given)

    def validate(self, pointer: str, value: Any) -> Iterator[str]:
        """Say where *value* breaks the schema at *pointer*; the first place is as good as all.

        Each error holds a copy of what it is about: those of a large response would not fit.
        """
        if pointer not in self._validators:
            self._validators[pointer] = self._compile(resolve(self.raw, pointer))
        try:
            self._validators[pointer].validate(value)
        except jsonschema_rs.ValidationError as error:
            place = "".join(f"/{escape(step)}" for step in error.instance_path) or "the body"
            yield f"{place}: {error.message}"

    def allows(self, operation: Operation, schema: Mapping[str, Any], body: Any) -> bool:
        """Tell whether *body* has what *schema* says of the bodies of *operation*.

        Formats count. Members that are required do not: only responses have some of those.
        """
        name = f"{operation.pointer}/requestBody"
        if name not in self._validators:
            self._validators[name] = self._compile(schema, validate_formats=True)
        faults = self._validators[name].iter_errors(body)
        return all("required" in fault.schema_path[-1:] for fault in faults)

    def _compile(self, schema: Mapping[str, Any], *, validate_formats: bool = False) -> Any:
        shared = {name: self.raw.get(name, {}) for name in ("components", "definitions")}
        whole = {**shared, **schema}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=validate_formats)

    def find_body_schema(self, operation: Operation, status: int) -> str | None:
        """Return the pointer to the JSON schema of a response, or None if none is declared."""
        found = operation.find_response(status)
        content = found[1].get("content", {}) if found else {}
        media = next((name for name in content if is_json(name)), None)
        if found is None or media is None or "schema" not in content[media]:
            return None
        base = f"{operation.pointer}/responses/{found[0]}"
        given = resolve(self.raw, base)
        base = given.get("$ref", base)
        pointer = f"{base}/content/{escape(media)}/schema"
        reference: str = resolve(self.raw, pointer).get("$ref", pointer)
        return reference


def is_json(media: str) -> bool:
    """Tell whether a media type is of JSON (RFC 6838 §4.2.8)."""
    name = media.partition(";")[0].strip().lower()
    return name == "application/json" or name.endswith("+json") or name == "*/*"
