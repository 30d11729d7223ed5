"""The control API, from its description."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml

import mockserver.control
from tools.reference.markdown import compose_page, draw_table, escape, show_code
from tools.reference.schemas import draw_members

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def draw_control_api() -> str:
    """Return the page on the control API."""
    file = Path(mockserver.control.__file__).parent / "openapi.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    about = (
        "What a test can do to a mock, under `/__admin`; a running mock serves the same "
        "description at `/__admin/openapi.yaml` and as a page at `/__admin/reference`. [Steering "
        "the mock](../guides/steering.md) shows the calls at work. `createJob` and its like are "
        "names of operations."
    )
    sections = []
    for tag in document["tags"]:
        rows = [row for name, row in _list_operations(document) if name == tag["name"]]
        sections.append(f"## {tag['name']}\n\n{escape(tag['description'])}\n")
        sections.append(draw_table(["call", "operation", "what it does", "statuses"], rows))
    sections.append("## Bodies\n")
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema:
            told = escape(schema.get("description", ""))
            sections.append(
                f"### {name}\n\n{told}\n\n{draw_members(schema)}".replace("\n\n\n", "\n")
            )
    return compose_page("Control API", about, sections)


def _list_operations(document: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield each operation's tag, and its row of the table."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method not in item:
                continue
            operation = item[method]
            statuses = [s for s in operation["responses"] if int(s) < HTTPStatus.BAD_REQUEST]
            refusals = [s for s in operation["responses"] if s not in statuses]
            yield (
                operation["tags"][0],
                [
                    show_code(f"{method.upper()} {path}"),
                    show_code(operation["operationId"]),
                    escape(operation["summary"]),
                    ", ".join([*statuses, *refusals]),
                ],
            )
