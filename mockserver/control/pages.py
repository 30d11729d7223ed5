"""The description of this API, and a page that shows it. The page loads no other resource."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from mockserver.control.request import YAML_TYPES, ControlRequest
from mockserver.control.schema_html import find_reference, render_members, render_type
from mockserver.http.messages import Response, json_response
from mockserver.parsing.sources import parse, read_text

DESCRIPTION = Path(__file__).with_name("openapi.yaml")
STYLE = Path(__file__).with_name("page.css")
_REFERENCE = re.compile(r'"#/components/(schemas|responses|parameters)/(\w+)"')
_METHODS = ("get", "put", "post", "delete", "patch")
#: Nothing may be loaded or run, whatever the description says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


async def read_description(_: ControlRequest) -> Response:
    """Respond with openapi.yaml as it is."""
    return Response(200, DESCRIPTION.read_bytes(), {"Content-Type": YAML_TYPES[0]})


async def read_description_json(_: ControlRequest) -> Response:
    """Respond with what openapi.yaml says, as JSON."""
    return json_response(200, parse(DESCRIPTION, read_text(DESCRIPTION)))


async def read_reference(request: ControlRequest) -> Response:
    """Respond with the page."""
    document = parse(DESCRIPTION, read_text(DESCRIPTION))
    fixtures = request.view.words.form.schema
    page = "".join(_Page(document, fixtures, request.served).text()).encode()
    fields = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(200, page, fields)


class _Page:
    """The page of those operations of a *document* that are *served*, and of what they speak of.

    The schema of *fixtures* is not in the document.
    """

    def __init__(
        self, document: Mapping[str, Any], fixtures: Mapping[str, Any], served: Collection[str]
    ) -> None:
        self._document = document
        self._components = document["components"]
        self._operations = [
            (path, method, item[method])
            for path, item in document["paths"].items()
            for method in _METHODS
            if method in item and item[method]["operationId"] in served
        ]
        self._schemas: dict[str, Mapping[str, Any]] = {
            **fixtures["$defs"],
            **{name: self._components["schemas"][name] for name in self._list_types()},
            "Fixture": fixtures,
        }
        self._tags = [tag for tag in document["tags"] if self._find_tagged(tag["name"])]

    def text(self) -> Iterator[str]:
        """Yield the page."""
        info = self._document["info"]
        yield "<!doctype html><html lang=en><meta charset=utf-8>"
        yield "<meta name=viewport content='width=device-width,initial-scale=1'>"
        yield f"<title>{escape(info['title'])}</title><style>{STYLE.read_text()}</style>"
        yield f"<header><h1>{escape(info['title'])}</h1>{_render_text(info['description'])}"
        yield "<p><a href='/__admin'>The dashboard</a> does all of this by hand, and "
        yield "<a href='/__admin/openapi.yaml'>openapi.yaml</a> says the same to programs."
        yield "</header>"
        yield from self._render_contents()
        yield "<main>"
        for tag in self._tags:
            yield f"<h2 id='tag-{escape(tag['name'])}'>{escape(tag['name'])}</h2>"
            yield _render_text(tag["description"])
            for path, method, operation in self._find_tagged(tag["name"]):
                yield from self._render_operation(path, method, operation)
        yield "<h2 id='types'>Types</h2>"
        for name, schema in sorted(self._schemas.items()):
            yield f"<section id='{escape(name)}'><h3><code>{escape(name)}</code></h3>"
            yield f"{_render_text(schema.get('description', ''))}<p>{render_type(schema)}"
            yield from render_members(schema)
            yield "</section>"
        yield "</main>"

    def _list_types(self) -> list[str]:
        """Return the names of the schemas that the operations speak of, directly or not."""
        seen: set[tuple[str, str]] = set()
        shared = [
            self._document["paths"][path].get("parameters", ()) for path, _, _ in self._operations
        ]
        waiting: list[Any] = [*shared, *(operation for _, _, operation in self._operations)]
        while waiting:
            named = set(_REFERENCE.findall(json.dumps(waiting.pop()))) - seen
            seen |= named
            waiting += [self._components[section].get(name) for section, name in named]
        return sorted(
            name
            for section, name in seen
            if section == "schemas" and name in self._components[section]
        )

    def _find_tagged(self, tag: str) -> list[tuple[str, str, Mapping[str, Any]]]:
        return [one for one in self._operations if tag in one[2]["tags"]]

    def _render_contents(self) -> Iterator[str]:
        yield "<nav aria-label=Contents><ul>"
        for tag in self._tags:
            name = escape(tag["name"])
            yield f"<li><a href='#tag-{name}'><b>{name}</b></a><ul>"
            for _, _, operation in self._find_tagged(tag["name"]):
                summary = escape(operation["summary"].rstrip("."))
                yield f"<li><a href='#{escape(operation['operationId'])}'>{summary}</a>"
            yield "</ul>"
        yield "<li><a href='#types'><b>Types</b></a><ul class=names>"
        for name in sorted(self._schemas):
            yield f"<li><a href='#{escape(name)}'>{escape(name)}</a>"
        yield "</ul></ul></nav>"

    def _render_operation(
        self, path: str, method: str, operation: Mapping[str, Any]
    ) -> Iterator[str]:
        yield f"<section id='{escape(operation['operationId'])}'>"
        yield f"<h3><code>{method.upper()} {escape(path)}</code></h3>"
        description = _render_text(operation.get("description", ""))
        yield f"<p><b>{escape(operation['summary'])}</b>{description}"
        shared = self._document["paths"][path].get("parameters", ())
        parameters = [self._resolve(p) for p in (*shared, *operation.get("parameters", ()))]
        if parameters:
            yield "<dl>"
            for one in parameters:
                name = f"?{one['name']}=" if one["in"] == "query" else f"{{{one['name']}}}"
                yield f"<dt><code>{escape(name)}</code> {render_type(one['schema'])}"
                yield f"<dd>{escape(one['description'])}"
            yield "</dl>"
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"<p>Body, <code>{escape(media)}</code>: {render_type(content['schema'])}"
            yield from render_members(content["schema"])
            yield from _render_examples(content)
        yield "<dl class=answers>"
        for status, response in operation["responses"].items():
            yield from self._render_response(status, self._resolve(response))
        yield "</dl></section>"

    def _render_response(self, status: str, response: Mapping[str, Any]) -> Iterator[str]:
        yield f"<dt><code>{escape(status)}</code><dd>{escape(response['description'])}"
        for media, content in response.get("content", {}).items():
            schema = content["schema"]
            yield f" {render_type(schema) if schema else f'<code>{escape(media)}</code>'}"
            yield from render_members(schema)

    def _resolve(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the parameter or response that *value* is, or refers to."""
        name = find_reference(value)
        if not name:
            return value
        section = "parameters" if "/parameters/" in value["$ref"] else "responses"
        resolved: Mapping[str, Any] = self._components[section][name]
        return resolved


def _render_examples(content: Mapping[str, Any]) -> Iterator[str]:
    for example in content.get("examples", {}).values():
        text = json.dumps(example["value"], ensure_ascii=False)
        yield f"<pre>{escape(text)}</pre>"


def _render_text(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.strip().split("\n\n") if part)
