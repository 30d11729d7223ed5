"""One form for every version: OpenAPI 3.0 and Swagger 2.0 as if they were written in 3.1.

What is written stays where it stands, so that references and positions hold: ``definitions``,
``parameters`` and ``responses`` of Swagger 2.0 are kept beside what is made of them.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mockserver.contract.shape import METHODS
from mockserver.parsing.pointer import escape, split
from mockserver.parsing.sources import invalid

FORM = "application/x-www-form-urlencoded"
#: Members that hold data of the API, in which no word of a schema means anything.
_DATA = frozenset(("default", "enum", "const", "example", "examples", "value"))
#: What says of a value as a whole what it is.
_WHOLE = ("$ref", "allOf", "anyOf", "oneOf")
_NAMED = frozenset(("properties", "patternProperties", "$defs", "definitions", "schemas"))
#: Members of a Swagger 2.0 parameter that do not belong to its schema.
_OUTSIDE = frozenset(("name", "in", "required", "description", "collectionFormat", "schema"))
_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}


def check_version(raw: Any, file: Path) -> None:
    """Check that *raw*, the value of *file*, is of a version that is read.

    Raises:
        InvalidSourceError: it is not an OpenAPI 3.x or Swagger 2.0 description.
    """
    version = _version(raw)
    if not re.match(r"3\.\d|2\.0$|2$", version):
        told = f"the version {version!r} is not read" if version else "no member openapi was found"
        raise invalid(file, "openapi", f"{told}; give an OpenAPI 3.x or Swagger 2.0 description")


def _version(raw: Any) -> str:
    return str(raw.get("openapi", raw.get("swagger", ""))) if isinstance(raw, dict) else ""


def upgrade(raw: Any) -> tuple[Any, dict[str, str]]:
    """Return a description in the form of OpenAPI 3.1.

    The second value says of each pointer that is not where it was written: where that is.
    """
    version = _version(raw)
    if version.startswith("2"):
        return _Swagger(upgrade_schemas(raw)).convert()
    # ``nullable`` is not a keyword of 3.1, and still written there.
    return upgrade_schemas(raw), {}


def upgrade_schemas(value: Any, *, names: bool = False) -> Any:
    """Return *value* with what ``nullable`` and ``x-nullable`` say as a type.

    *names* is whether its members are names that the description gives.
    """
    if isinstance(value, list):
        return [upgrade_schemas(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {
        name: member
        if not names and name in _DATA
        else upgrade_schemas(member, names=not names and name in _NAMED)
        for name, member in value.items()
    }
    if not names and (made.get("nullable") is True or made.get("x-nullable") is True):
        return _nullable(made)
    return made


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    rest = {name: m for name, m in schema.items() if name not in ("nullable", "x-nullable")}
    if isinstance(rest.get("type"), str):
        rest["type"] = [rest["type"], "null"]
    elif "type" not in rest:
        made = {word: rest.pop(word) for word in _WHOLE if word in rest}
        if made:
            return {**rest, "anyOf": [made, {"type": "null"}]}
    if isinstance(rest.get("enum"), list) and None not in rest["enum"]:
        rest["enum"] = [*rest["enum"], None]
    return rest


class _Swagger:
    """Makes the 3.1 form of a Swagger 2.0 description."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._raw = raw
        self._moved: dict[str, str] = {}

    def convert(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the description, and where what it has elsewhere was written."""
        raw = self._raw
        schemes = {name: _scheme(s) for name, s in raw.get("securityDefinitions", {}).items()}
        paths = {t: self._path(f"/paths/{escape(t)}", i) for t, i in raw.get("paths", {}).items()}
        # Swagger 2.0 has no word for a bearer token, so an overlay may add one in OpenAPI's way.
        components = dict(raw.get("components", {}))
        components["securitySchemes"] = {**schemes, **components.get("securitySchemes", {})}
        self._moved["/components/securitySchemes"] = "/securityDefinitions"
        made = {**raw, "openapi": "3.1.0", "paths": paths, "components": components}
        made["servers"] = [{"url": raw.get("basePath", "/")}]
        del made["swagger"]
        return made, self._moved

    def _path(self, pointer: str, item: Any) -> Any:
        if not isinstance(item, dict):
            return item
        shared = item.get("parameters", [])
        return {
            name: self._operation(f"{pointer}/{name}", member, shared)
            if name in METHODS and isinstance(member, dict)
            else member
            for name, member in item.items()
            if name != "parameters"
        }

    def _operation(
        self, pointer: str, operation: dict[str, Any], shared: list[Any]
    ) -> dict[str, Any]:
        given = [self._resolve(p) for p in [*shared, *operation.get("parameters", [])]]
        takes = operation.get("consumes", self._raw.get("consumes", ["application/json"]))
        made = {k: v for k, v in operation.items() if k not in ("consumes", "produces")}
        made["parameters"] = [
            _parameter(p) for p in given if p.get("in") not in ("body", "formData")
        ]
        body = next((p for p in given if p.get("in") == "body"), None)
        form = [p for p in given if p.get("in") == "formData"]
        if body is not None:
            content = {media: {"schema": body.get("schema", {})} for media in takes}
            made["requestBody"] = {"content": content, "required": bool(body.get("required"))}
        elif form:
            schema = {
                "type": "object",
                "properties": {p["name"]: _schema(p) for p in form},
                "required": [p["name"] for p in form if p.get("required")],
            }
            media = next((m for m in takes if m.startswith("multipart/")), FORM)
            made["requestBody"] = {"content": {media: {"schema": schema}}}
        gives = operation.get("produces", self._raw.get("produces", ["application/json"]))
        made["responses"] = dict(self._responses(pointer, operation.get("responses", {}), gives))
        return made

    def _responses(
        self, pointer: str, responses: Mapping[str, Any], gives: list[str]
    ) -> Iterator[tuple[str, Any]]:
        for code, written in responses.items():
            response = self._resolve(written)
            at = f"{pointer}/responses/{code}"
            if "schema" in response:
                media = {m: {"schema": response["schema"]} for m in gives or ["application/json"]}
                response = {**response, "content": media}
                for name in media:
                    self._moved[f"{at}/content/{escape(name)}/schema"] = f"{at}/schema"
            headers = response.get("headers", {})
            if headers:
                response["headers"] = {n: {"schema": h} for n, h in headers.items()}
            yield code, response

    def _resolve(self, value: Any) -> dict[str, Any]:
        """Return *value*, or the parameter or response of this file that it refers to."""
        reference = value.get("$ref") if isinstance(value, dict) else None
        if isinstance(reference, str) and reference.startswith("#/"):
            kind, *name = split(reference[1:])
            found = self._raw.get(kind, {}).get("/".join(name), {})
            return dict(found) if isinstance(found, dict) else {}
        return dict(value) if isinstance(value, dict) else {}


def _parameter(written: dict[str, Any]) -> dict[str, Any]:
    kept = ("name", "in", "required")
    rest: dict[str, Any] = {name: written[name] for name in kept if name in written}
    extras = {name: member for name, member in written.items() if name.startswith("x-")}
    return {**rest, **extras, "schema": _schema(written)}


def _schema(written: dict[str, Any]) -> dict[str, Any]:
    return {name: member for name, member in written.items() if name not in _OUTSIDE}


def _scheme(written: dict[str, Any]) -> dict[str, Any]:
    kind = written.get("type")
    if kind == "basic":
        return {"type": "http", "scheme": "basic"}
    if kind == "oauth2":
        name = written.get("flow", "implicit")
        return {"type": "oauth2", "flows": {_FLOWS.get(name, name): {}}}
    return written
