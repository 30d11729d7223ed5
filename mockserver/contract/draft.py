"""Drafting an overlay that declares what is known of an API: each guess with its reason."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mockserver.contract.contract import (
    SERVER,
    Bound,
    Contract,
    Cursor,
    Fact,
    Filter,
    Grade,
    Lifecycle,
    Location,
    Move,
    Pages,
    Resource,
    Stamps,
)
from mockserver.contract.tree import Node
from mockserver.parsing.pointer import split
from mockserver.parsing.sources import invalid

_HEAD = """\
# What {file} does not declare, as it was inferred. Correct what is wrong and keep the rest:
# what an overlay says counts as declared.
overlay: 1.0.0
info: {{title: {title}, version: 0.0.0}}
actions:"""
_PLAIN = re.compile(r"[A-Za-z_/][\w/.-]*(?: [\w/.-]+)*", re.ASCII)
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
_NOTHING = "- {target: $, update: {}}  # no records were found, so there is nothing to declare"


def draft_overlay(contract: Contract) -> str:
    """Return an OpenAPI Overlay 1.0 in YAML; put on the description, all it says is declared.

    Raises:
        InvalidSourceError: a part that it would have to target stands in another file.
    """
    title = _flow(f"What is known of {contract.title}")
    lines = [_HEAD.format(file=contract.file.name, title=title)]
    actions = list(_root(contract))
    drafted: set[object] = set()
    for resource in contract.resources:
        own = [*_list(contract.file, resource), *_creations(contract.file, resource)]
        if resource.record.identity not in drafted:
            own = [*_record(contract.file, resource), *own]
        drafted.add(resource.record.identity)
        actions += [f"\n# {resource.name}", *own] if own else []
    return "\n".join([*lines, *(actions or [_NOTHING])]) + "\n"


def _flow(value: Any) -> str:
    """Return *value* in YAML's flow style; a text is quoted where another reader could misread it.

    YAML 1.1, which many tools read, has words such as ``no`` and ``on`` for booleans.
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_flow(name)}: {_flow(item)}' for name, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _because(fact: Fact[Any]) -> str:
    return f"  # {fact.grade}: {' '.join(fact.reason.split())}"


def _action(main: Path, node: Node, key: str, rows: list[str]) -> Iterator[str]:
    file, _, pointer = node.source()
    if file.resolve() != main.resolve():
        told = f"refers to {file}, and an overlay cannot target a second file; bundle them into one"
        raise invalid(main, "draft", told)
    yield f"- target: {_path(pointer)}"
    yield "  update:"
    yield f"    {key}:"
    yield from (f"      {row}" for row in rows)


def _removal(node: Node, key: str) -> Iterator[str]:
    """Yield the action that takes another vendor's *key* out, with which ours would be merged."""
    _, _, pointer = node.source()
    yield f"- target: {_path(f'{pointer}/{key}')}"
    yield "  remove: true  # of a form that others have"


def _path(pointer: str) -> str:
    """Return the JSONPath of a pointer (RFC 9535, section 2.3.1) as a scalar of YAML."""
    path = "$"
    for token in split(pointer):
        if re.fullmatch(r"[A-Za-z_]\w*", token, re.ASCII):
            path += f".{token}"
        else:
            quoted = token.replace("\\", "\\\\").replace("'", "\\'")
            path += f"['{quoted}']"
    return json.dumps(path, ensure_ascii=False) if re.search(r": | #|:$|\\", path) else path


def _root(contract: Contract) -> Iterator[str]:
    if contract.tenancy is not None and contract.tenancy.grade is not Grade.DECLARED:
        tenancy = contract.tenancy.value
        said: dict[str, Any] = {"parameters": list(tenancy.parameters), "in": tenancy.where}
        if tenancy.stranger is not None:
            said["stranger"] = tenancy.stranger
        yield "- target: $"
        yield f"  update: {_flow({'x-tenancy': said})}{_because(contract.tenancy)}"
    if contract.credentials.grade is not Grade.DECLARED:
        (credential,) = contract.credentials.value
        scheme = {credential.scheme: {"type": "http", "scheme": credential.kind}}
        update = {
            "components": {"securitySchemes": scheme},
            "security": [{credential.scheme: []}],
        }
        yield "- target: $"
        yield f"  update: {_flow(update)}{_because(contract.credentials)}"


def _record(main: Path, resource: Resource) -> Iterator[str]:
    rows: list[str] = []
    if resource.key is not None and resource.key.grade is not Grade.DECLARED:
        rows.append(f"key: {_flow(resource.key.value)}{_because(resource.key)}")
    if resource.lifecycle is not None and resource.lifecycle.states.grade is not Grade.DECLARED:
        rows += _lifecycle(resource.lifecycle)
    if rows:
        yield from _action(main, resource.record, "x-lifecycle", rows)


def _lifecycle(lifecycle: Lifecycle) -> Iterator[str]:
    states = lifecycle.states.value
    places = {place for held in states.values() for place in held}
    if len(places) == 1 and all(len(held) == 1 for held in states.values()):
        (place,) = places
        yield f"field: {_flow(place)}{_because(lifecycle.states)}"
        same = all(held[place] == name for name, held in states.items())
        named = {name: held[place] for name, held in states.items()}
        yield f"states: {_flow(list(states) if same else named)}"
    else:
        yield f"states: {_flow(states)}{_because(lifecycle.states)}"
    yield f"initial: {_flow(list(lifecycle.initial.value))}{_because(lifecycle.initial)}"
    yield f"terminal: {_flow(list(lifecycle.terminal.value))}{_because(lifecycle.terminal)}"
    if lifecycle.stamps is not None:
        yield f"stamps: {_flow(_stamps(lifecycle.stamps.value))}{_because(lifecycle.stamps)}"
    if lifecycle.keeps is not None:
        yield f"keeps: {_flow(list(lifecycle.keeps.value))}{_because(lifecycle.keeps)}"
    yield "transitions:" if lifecycle.moves else "transitions: []"
    for move in lifecycle.moves:
        yield f"- {_flow(_move(move.value))}{_because(move)}"


def _stamps(stamps: Stamps) -> Mapping[str, Any]:
    said = {"made": stamps.made, "moved": stamps.moved, "entered": dict(stamps.entered)}
    return {**{name: value for name, value in said.items() if value}, "unit": stamps.unit}


def _move(move: Move) -> Mapping[str, Any]:
    to: Any = list(move.targets) if len(move.targets) > 1 else next(iter(move.targets), None)
    row: dict[str, Any] = {"event": move.event, "by": move.by, "from": list(move.sources), "to": to}
    after = move.after and (list(move.after) if len(set(move.after)) > 1 else move.after[0])
    optional = {
        "given": dict(move.given) if move.by != SERVER else None,
        "notBefore": move.not_before,
        "after": after,
        "within": move.within,
        "otherwise": move.otherwise.get("*") if set(move.otherwise) == {"*"} else move.otherwise,
    }
    return {**row, **{name: value for name, value in optional.items() if value}}


def _list(main: Path, resource: Resource) -> Iterator[str]:
    if resource.list is None or resource.pages is None:
        return
    node, fact = resource.list.value.node, resource.pages
    if resource.list.value.pagination is None:
        if "x-pagination" in node.value:
            yield from _removal(node, "x-pagination")
        rows = [
            f"{name}: {_flow(value)}{_because(fact) if name == 'style' else ''}"
            for name, value in _pagination(fact.value).items()
        ]
        yield from _action(main, node, "x-pagination", rows)
    if resource.filters and "x-filters" not in node.value:
        rows = [
            f"{_flow(f.value.parameter)}: {_flow(_filter(f.value))}{_because(f)}"
            for f in resource.filters
        ]
        yield from _action(main, node, "x-filters", rows)


def _filter(said: Filter) -> Any:
    if said.place is None:
        return False
    return said.place if said.relation == "eq" else [said.place, said.relation]


def _pagination(pages: Pages) -> Mapping[str, Any]:
    said: dict[str, Any] = {"style": pages.style, "items": pages.items}
    for name in ("limit", "page", "offset"):
        bound: Bound | None = getattr(pages, name)
        if bound is not None:
            said[name] = _write(
                parameter=bound.parameter,
                **{"in": bound.where},
                default=bound.default,
                min=bound.min,
                max=bound.max,
                outside=bound.outside,
            )
    if pages.cursor is not None:
        said["cursor"] = _cursor(pages.cursor)
    for name in ("next", "previous", "first", "last", "more", "total"):
        place: Location | None = getattr(pages, name)
        if place is not None:
            said[name] = place.pointer if place.header is None else {"header": place.header}
    if pages.order is not None:
        order = pages.order
        said["order"] = _write(by=order.by, direction=order.direction, parameter=order.parameter)
    return said


def _cursor(cursor: Cursor) -> Mapping[str, Any]:
    kinds = {"in": cursor.where, "is": cursor.kind}
    return _write(parameter=cursor.parameter, **kinds, back=cursor.back, unknown=cursor.unknown)


def _write(**members: Any) -> Mapping[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _creations(main: Path, resource: Resource) -> Iterator[str]:
    for fact in resource.creations:
        if fact.grade is not Grade.DECLARED:
            _, _, record = resource.record.source()
            rows = [f"record: {_flow(f'#{record}')}{_because(fact)}"]
            yield from _action(main, fact.value.operation.node, "x-creates", rows)
