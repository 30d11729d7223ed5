"""The page of the dashboard and its files. Without JavaScript it is a table of records to read."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from msgspec import Meta, Struct

from mockserver.contract.schemas import properties
from mockserver.control.request import ControlRequest, list_names
from mockserver.http.messages import Response
from mockserver.http.refused import RefusedError
from mockserver.parsing.timestamp import format_timestamp
from mockserver.records.kind import Kind
from mockserver.worlds.world import DEFAULT, World

_FOLDER = Path(__file__).with_name("static")
_PAGE = "index.html"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
#: What stands in the page where the records go.
_PLACE = "<!-- records -->"
_ROWS = 50
#: Nothing is loaded from elsewhere, nothing inline is run, and no text becomes markup.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'{api}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
#: A name or an address, as the Host field has it before the port.
_HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]|[\w.-]+", re.ASCII)
_FIELDS = {
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Shown(Struct, frozen=True, forbid_unknown_fields=True):
    """The query of the page: what it shows where no script runs."""

    world: str = DEFAULT
    resource: str | None = None
    page: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


async def read(request: ControlRequest) -> Response:
    """Respond with the page."""
    query = request.read_query(Shown)
    text = (_FOLDER / _PAGE).read_text()
    table = "".join([piece async for piece in _render(request, query)])
    policy = _POLICY.format(api=_name_api(request))
    fields = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
    return Response(200, text.replace(_PLACE, table).encode(), {**_FIELDS, **fields})


async def read_file(request: ControlRequest) -> Response:
    """Respond with a file of the page."""
    name = request.path["file"]
    kind = _TYPES.get(Path(name).suffix)
    files = [file for file in _FOLDER.iterdir() if file.name == name]
    if kind is None or not files:
        hint = "GET /__admin names the files that it loads"
        raise RefusedError(404, "the dashboard has no file of that name", "file", hint)
    return Response(200, files[0].read_bytes(), {**_FIELDS, "Content-Type": kind})


def _name_api(request: ControlRequest) -> str:
    """Return what the policy has to name besides this origin: the API, on a port of its own."""
    ports, authority = request.services.ports, request.http.headers.get("Host", "")
    host = _HOST.match(authority)
    return "" if ports.admin is None or host is None else f" {host[0]}:{ports.api}"


async def _render(request: ControlRequest, query: Shown) -> AsyncIterator[str]:
    """Yield the records of a world as a table, for people without JavaScript."""
    if request.needs_token:
        yield "<p>This server asks for its admin token, which only a script can send.</p>"
        return
    found = request._replace(path={"world": query.world})
    world, kinds = found.world, request.services.api.kinds
    if not kinds:
        yield "<p>This API has no records.</p>"
        return
    kind = kinds.get(query.resource or next(iter(kinds)))
    if kind is None:
        hint = f"there are {list_names(kinds)}"
        raise RefusedError(404, f"the API has no resource {query.resource!r}", "resource", hint)
    now = world.clock.now()
    yield f"<p>World {escape(world.name)}, {format_timestamp(now)}</p>"
    for link in _render_links(request, world, kind):
        yield link
    records = list(reversed(await world.records.all(kind, now)))
    names = list(properties(kind.resource.record))
    yield f"<table><caption>{escape(kind.name)}: {len(records):,} records, the newest first"
    yield "</caption><thead><tr>"
    yield "".join(f"<th scope=col>{escape(name)}</th>" for name in names)
    yield "</tr></thead><tbody>"
    first = (query.page - 1) * _ROWS
    for record in records[first : first + _ROWS]:
        members = record.members()
        yield "<tr>" + "".join(f"<td>{_render_value(members.get(name))}</td>" for name in names)
    yield "</tbody></table>"
    for number, word in ((query.page - 1, "Newer"), (query.page + 1, "Older")):
        if number >= 1 and (number - 1) * _ROWS < len(records):
            yield _link(word, {"world": world.name, "resource": kind.name, "page": number})


def _render_links(request: ControlRequest, world: World, kind: Kind) -> Iterator[str]:
    """Yield links to the other worlds and resources."""
    yield "<nav aria-label='Worlds and resources'><ul>"
    for name in request.services.worlds.by_name:
        if name != world.name:
            yield f"<li>{_link(f'World {name}', {'world': name, 'resource': kind.name})}</li>"
    for name in request.services.api.kinds:
        if name != kind.name:
            yield f"<li>{_link(name, {'world': world.name, 'resource': name})}</li>"
    yield "</ul></nav>"


def _link(text: str, query: Mapping[str, Any]) -> str:
    return f"<a href='/__admin?{escape(urlencode(query))}'>{escape(text)}</a> "


def _render_value(value: Any) -> str:
    if value is None:
        return ""
    return escape(value if isinstance(value, str) else msgspec.json.encode(value).decode())
