"""The description of this API, and a page that shows it. The page loads nothing from elsewhere."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from mockserver.control.request import YAML_TYPES, Request
from mockserver.exchange import Answer
from mockserver.sources import parse, read_text

DESCRIPTION = Path(__file__).with_name("openapi.yaml")
_METHODS = ("get", "put", "post", "delete", "patch")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "section{border-top:1px solid #8884;padding:.5rem 0}code,pre{font:14px ui-monospace,monospace}"
    "pre{background:#8881;padding:.75rem;overflow-x:auto}h3 code:first-child{font-weight:700}"
    "td,th{text-align:left;padding:.1rem 1rem .1rem 0;vertical-align:top}"
    ":root{color-scheme:light dark}"
)
#: Nothing may be loaded or run, whatever the description says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


async def description(_: Request) -> Answer:
    """Answer openapi.yaml as it is."""
    return Answer(200, DESCRIPTION.read_bytes(), {"Content-Type": YAML_TYPES[0]})


async def reference(_: Request) -> Answer:
    """Answer the page."""
    document = parse(DESCRIPTION, read_text(DESCRIPTION))
    page = "".join(_page(document)).encode()
    fields = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(200, page, fields)


def _page(document: Mapping[str, Any]) -> Iterator[str]:
    info = document["info"]
    yield "<!doctype html><html lang=en><meta charset=utf-8>"
    yield "<meta name=viewport content='width=device-width'>"
    yield f"<title>{escape(info['title'])}</title><style>{_STYLE}</style>"
    yield f"<h1>{escape(info['title'])}</h1>{_text(info['description'])}"
    yield "<p><a href='/__admin/openapi.yaml'>openapi.yaml</a></p>"
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield from _operation(document, path, method, item)
    yield "<h2>Bodies</h2>"
    for name, schema in document["components"]["schemas"].items():
        yield f"<section id='{escape(name)}'><h3><code>{escape(name)}</code></h3>"
        yield _text(schema.get("description", ""))
        yield from _members(schema)
        yield "</section>"


def _operation(
    document: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]
) -> Iterator[str]:
    operation = item[method]
    yield f"<section id='{escape(operation['operationId'])}'>"
    yield f"<h3><code>{method.upper()}</code> <code>{escape(path)}</code></h3>"
    yield f"<p><b>{escape(operation['summary'])}</b></p>{_text(operation.get('description', ''))}"
    for parameter in operation.get("parameters", ()):
        name, told = parameter["name"], parameter["description"]
        yield f"<p><code>?{escape(name)}=</code> {escape(told)}</p>"
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield f"<p>Body: {_reference(content['schema'])}</p>"
        yield from _examples(content)
    yield "<table>"
    for status, response in operation["responses"].items():
        name = response.get("$ref", "").rpartition("/")[2]
        described = document["components"]["responses"][name] if name else response
        yield f"<tr><td><code>{escape(status)}</code><td>{escape(described['description'])}</tr>"
    yield "</table></section>"


def _examples(content: Mapping[str, Any]) -> Iterator[str]:
    for example in content.get("examples", {}).values():
        text = json.dumps(example["value"], ensure_ascii=False)
        yield f"<pre>{escape(text)}</pre>"


def _members(schema: Mapping[str, Any]) -> Iterator[str]:
    yield "<table>"
    for name, member in schema.get("properties", {}).items():
        needed = " (required)" if name in schema.get("required", ()) else ""
        told = f"{_reference(member)} {escape(member.get('description', ''))}{needed}"
        yield f"<tr><td><code>{escape(name)}</code><td>{told}</tr>"
    yield "</table>"


def _reference(schema: Mapping[str, Any]) -> str:
    name = schema.get("$ref", "").rpartition("/")[2]
    if name:
        return f"<a href='#{escape(name)}'>{escape(name)}</a>"
    kinds = schema.get("type", schema.get("enum", "any"))
    shown = kinds if isinstance(kinds, str) else " or ".join(map(str, kinds))
    return f"<i>{escape(shown)}</i>"


def _text(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.strip().split("\n\n") if part)
