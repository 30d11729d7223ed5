"""How a list pages where ``x-pagination`` does not say: links, SDK vocabularies, then names."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.contract import words
from mockserver.contract.contract import (
    Bound,
    Cursor,
    Fact,
    Filter,
    Grade,
    Location,
    Pages,
)
from mockserver.contract.operations import Operation, Parameter
from mockserver.contract.schemas import has_type_of, member, properties, types, values, walk_nested
from mockserver.contract.structure import Listing
from mockserver.contract.tree import Node
from mockserver.contract.vocabularies import describe_vocabulary
from mockserver.contract.words import first_named, plain
from mockserver.parsing.pointer import escape, split

#: One word alone, such as X-Next, would be too little to go by.
_NEXT_HEADERS = frozenset(words.NEXT) - {"next", "after", "continue", "iterator", "nextpage"}
_RELATIONS = {"<": "lt", ">": "gt", "lt": "lt", "lte": "lte", "gt": "gt", "gte": "gte", "ne": "ne"}
_RELATIONS |= {"before": "lt", "after": "gt", "prefix": "prefix", "contains": "contains"}


def infer_pages(listing: Listing) -> Fact[Pages]:
    """Return how a list pages, as far as another vocabulary or its names tell."""
    told = describe_vocabulary(listing.operation)
    guessed = _by_names(listing)
    if told is None:
        bounds = (guessed.page, guessed.offset, guessed.cursor, guessed.limit)
        names = [bound.parameter for bound in bounds if bound is not None]
        if guessed.next is not None and not names:
            names = [guessed.next.header or str(guessed.next.pointer)]
        reason = f"the names {', '.join(names)}" if names else "no name sounds of pages"
        return Fact(guessed, Grade.INFERRED, reason)
    pages = Pages(
        style=told.style,
        items=guessed.items if told.items is None else told.items,
        limit=guessed.limit or told.limit,
        page=_same(told.page, guessed.page),
        offset=_same(told.offset, guessed.offset),
        cursor=told.cursor,
        next=told.next or guessed.next,
        more=guessed.more,
        total=guessed.total,
    )
    return Fact(pages, Grade.DECLARED, told.reason)


def _same(told: Bound | None, guessed: Bound | None) -> Bound | None:
    """Return the bound that is told, with what the schema of its parameter says."""
    return guessed if told and guessed and told.parameter == guessed.parameter else told


def _by_names(listing: Listing) -> Pages:
    body = listing.operation.result
    queries = {p.name: p for p in listing.operation.parameters if p.where == "query"}
    bodies = dict(_places(body)) if body is not None else {}
    page = _infer_bound(queries, words.PAGES)
    offset = _infer_bound(queries, words.OFFSETS)
    link = _header(listing.operation) or _location(bodies, words.NEXT)
    cursor = _cursor(queries, bodies, link, paged=page is not None)
    style = "page" if page else "cursor" if cursor else "offset" if offset else "none"
    # Beside a token, the number of a page does not lead to another page: the link is.
    linked = style == "none" or (style == "page" and first_named(words.CURSORS, dict(queries)))
    if linked and link is not None and _is_url(link, bodies):
        style = "link"
    return Pages(
        style=style,
        items=listing.pointer,
        limit=_infer_bound(queries, words.LIMITS),
        page=page if style == "page" else None,
        offset=offset if style == "offset" else None,
        cursor=cursor if style == "cursor" else None,
        next=link if style != "none" else None,
        more=_location(bodies, words.MORE),
        total=_location(bodies, words.TOTALS),
    )


def _places(body: Node) -> Iterator[tuple[str, Node]]:
    """Yield what stands beside the records, two steps down at most; the shallow first."""
    found = [
        (pointer, node)
        for pointer, node in walk_nested(body, 2)
        if "array" not in types(node) and not properties(node)
    ]
    yield from sorted(found, key=lambda place: place[0].count("/"))


def _location(bodies: Mapping[str, Node], names: tuple[str, ...]) -> Location | None:
    for name in names:
        for pointer in bodies:
            if plain(split(pointer)[-1].replace(".", "")) == name:
                return Location(pointer=pointer)
    return None


def _is_url(link: Location, bodies: Mapping[str, Node]) -> bool:
    if link.header is not None:
        return link.header.lower() == "link"
    node, name = bodies[str(link.pointer)], plain(str(link.pointer).rpartition("/")[2])
    said = node.get_text("format") or ""
    return "uri" in said or "url" in name or "uri" in name or "link" in name or name == "next"


def _header(operation: Operation) -> Location | None:
    """Return the header that leads to the next page: Link, or one such as ``X-Next-Token``."""
    for response in operation.successes.values():
        headers = response.get("headers")
        for name, _ in headers.members() if headers else ():
            if name.lower() == "link" or set(words.tails(name)) & _NEXT_HEADERS:
                return Location(header=name)
    return None


def _infer_bound(queries: Mapping[str, Parameter], names: tuple[str, ...]) -> Bound | None:
    found = first_named(names, dict(queries))
    if found is None:
        return None
    schema = queries[found].schema
    said: Mapping[str, Any] = schema.value if schema and isinstance(schema.value, dict) else {}
    if schema is not None and types(schema) - {"integer", "number", "string"}:
        return None
    numbers = [said.get(word) for word in ("default", "minimum", "maximum")]
    default, least, most = (n if type(n) is int else None for n in numbers)
    return Bound(found, "query", default, least, most)


def _cursor(
    queries: Mapping[str, Parameter],
    bodies: Mapping[str, Node],
    link: Location | None,
    *,
    paged: bool,
) -> Cursor | None:
    found = first_named(words.CURSORS, dict(queries))
    back = first_named(words.BACK_CURSORS, dict(queries))
    if found is not None:
        return Cursor(found, back=back)
    found = first_named(words.KEY_CURSORS, dict(queries))
    if found is None or paged:
        return None
    schema = queries[found].schema
    if schema is not None and schema.get_text("format") in ("date-time", "date"):
        return None
    # A link in the body says where the next page is by a token of its own, unless it takes an id.
    token = link is not None and link.pointer in bodies and not plain(found).endswith("id")
    return Cursor(found, kind="token" if token else "key", back=back)


def infer_filters(listing: Listing, pages: Pages) -> tuple[Fact[Filter], ...]:
    """Return what the parameters of a list that are named like properties compare."""
    bounds = (pages.limit, pages.page, pages.offset, pages.cursor)
    used = {bound.parameter for bound in bounds if bound is not None}
    known = properties(listing.record)
    found: list[Fact[Filter]] = []
    for parameter in listing.operation.parameters:
        if parameter.where == "query" and parameter.name not in used:
            place, relation = _infer_filter(parameter, known)
            if place is not None:
                reason = f"the record has a property {place}"
                made = Filter(parameter.name, f"/{escape(place)}", relation)
                found.append(Fact(made, Grade.INFERRED, reason))
    return tuple(found)


def _infer_filter(parameter: Parameter, known: Mapping[str, Node]) -> tuple[str | None, str]:
    if parameter.schema is not None and "object" in types(parameter.schema):
        return None, "eq"  # Its parts say how they compare, in words of each vendor.
    many = parameter.schema is not None and "array" in types(parameter.schema)
    exact = next((name for name in known if plain(name) == plain(parameter.name)), None)
    asked = values(parameter.schema) if parameter.schema is not None else ()
    if exact is not None and asked and not any(has_type_of(known[exact], v) for v in asked):
        return None, "eq"  # Words for values that are written otherwise: active for 1.
    if exact is not None and parameter.name[-1] not in "<>":
        return exact, "in" if many else "eq"
    for ending, relation in _RELATIONS.items():
        name = parameter.name.rstrip("]")
        if name.lower().endswith(ending):
            stem = plain(name[: -len(ending)])
            place = next((n for n in known if stem in (plain(n), f"{plain(n)}at")), None)
            place = place or next((n for n in known if plain(n) == f"{stem}at"), None)
            if stem and place is not None:
                return place, relation
    return None, "eq"


def list_states(operation: Operation) -> tuple[str, Node] | None:
    """Return the parameter of a list that is named like a state and lists values, if any."""
    for parameter in operation.parameters:
        if parameter.where == "query" and plain(parameter.name) in words.STATES:
            schema = parameter.schema
            if schema is not None:
                node = schema if values(schema) else member(schema, "/0")
                if node is not None and len(values(node)) > 1:
                    return parameter.name, node
    return None
