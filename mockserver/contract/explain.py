"""A contract as text for people: each fact with its grade and reason, and how states follow."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mockserver.contract.contract import (
    SERVER,
    Contract,
    Fact,
    Lifecycle,
    Location,
    Move,
    Pages,
    Resource,
)
from mockserver.contract.moves import default_pace

_NAME, _VALUE = 12, 62


def explain(contract: Contract, *, mermaid: bool = False) -> str:
    """Return what is known of an API, resource by resource.

    *mermaid* is whether the states are drawn as a Mermaid diagram besides.
    """
    lines = [f"{contract.title} ({contract.file})", ""]
    credentials = ", ".join(
        f"{c.scheme} ({c.kind} in {c.where} {c.parameter})" for c in contract.credentials.value
    )
    lines.append(_line("credentials", credentials or "none", contract.credentials))
    if contract.tenancy is not None:
        names = ", ".join(contract.tenancy.value.parameters)
        lines.append(_line("tenancy", names, contract.tenancy))
    for resource in contract.resources:
        lines += ["", *_resource(contract.file, resource)]
        if resource.lifecycle is not None:
            lines += ["  states", *(f"    {line}" for line in diagram(resource.lifecycle))]
            if mermaid:
                lines += ["", "```mermaid", *mermaid_of(resource.lifecycle), "```"]
    if contract.others:
        lines += ["", "operations on no resource:"]
        lines += [f"  {operation.call}" for operation in contract.others]
    if not contract.resources:
        lines += ["", "No records were found: no GET gives a list whose records another GET reads."]
    return "\n".join(lines) + "\n"


def facts(resource: Resource) -> Iterator[tuple[str, str, Fact[Any]]]:
    """Yield each fact of a resource with its label and its value as text."""
    for label in ("list", "read", "delete"):
        role: Fact[Any] | None = getattr(resource, label)
        if role is not None:
            yield label, f"{role.value.call} -> {role.value.success or 'no 2xx'}", role
    for creation in resource.creations:
        value = creation.value
        text = f"{value.operation.call} -> {value.operation.success or 'no 2xx'}"
        if value.set:
            text += f", sets {', '.join(f'{p} = {v}' for p, v in value.set.items())}"
        yield "create", text, creation
        if value.conflict is not None:
            during = ", ".join(value.conflict.states or ["any state"])
            told = f"{value.conflict.given} is the {value.conflict.key} of one in {during}"
            yield "conflict", f"{value.conflict.status} while {told}", creation
    if resource.key is not None:
        yield "key", resource.key.value, resource.key
    if resource.pages is not None:
        yield "pages", describe_pages(resource.pages.value), resource.pages
    for fact in resource.filters:
        place = fact.value.place or "nothing"
        yield "filter", f"{fact.value.parameter}: {place} {fact.value.relation}", fact
    if resource.lifecycle is not None:
        yield from _lifecycle(resource.lifecycle)


def _lifecycle(lifecycle: Lifecycle) -> Iterator[tuple[str, str, Fact[Any]]]:
    states = lifecycle.states.value
    places = dict.fromkeys(place for held in states.values() for place in held)
    yield "state", f"{', '.join(places)}: {', '.join(states)}", lifecycle.states
    yield "initial", ", ".join(lifecycle.initial.value), lifecycle.initial
    yield "terminal", ", ".join(lifecycle.terminal.value) or "none", lifecycle.terminal
    if lifecycle.stamps is not None:
        stamps = lifecycle.stamps.value
        named = {"made": stamps.made, "moved": stamps.moved, **stamps.entered}
        text = ", ".join(f"{name} {place}" for name, place in named.items() if place)
        yield "stamps", f"{text} ({stamps.unit})", lifecycle.stamps
    if lifecycle.keeps is not None:
        yield "keeps", ", ".join(lifecycle.keeps.value), lifecycle.keeps
    for move in lifecycle.moves:
        yield "move", describe_move(move.value), move


def describe_pages(pages: Pages) -> str:
    """Return the rules of a list in a line."""
    parts = [f"{pages.style}, items {pages.items or '(body)'}"]
    for bound in (pages.limit, pages.page, pages.offset):
        if bound is not None:
            words = {
                "default": bound.default,
                "min": bound.min,
                "max": bound.max,
                "outside": bound.outside,
            }
            said = ", ".join(f"{name} {n}" for name, n in words.items() if n is not None)
            parts.append(f"{bound.parameter} ({said})" if said else bound.parameter)
    if pages.cursor is not None:
        parts.append(f"{pages.cursor.parameter} ({pages.cursor.kind})")
    for name in ("next", "previous", "first", "last", "more", "total"):
        place: Location | None = getattr(pages, name)
        if place is not None:
            parts.append(f"{name} {place.header or place.pointer}")
    if pages.order is not None:
        order = (pages.order.by, pages.order.direction, pages.order.parameter)
        parts.append(" ".join(["order", *(word for word in order if word)]))
    return "; ".join(parts)


def describe_move(move: Move) -> str:
    """Return a move in a line."""
    text = f"{move.event}: {', '.join(move.sources)} -> {', '.join(move.targets) or 'gone'}"
    text += f" by {move.by}"
    if move.given:
        text += f" given {', '.join(f'{p} = {v}' for p, v in move.given.items())}"
    if move.not_before:
        text += f", not before {move.not_before}"
    if move.after:
        text += f", after {' to '.join(dict.fromkeys(move.after))}"
    elif move.by == SERVER and move.not_before is None:
        text += f", after {default_pace()} (default pace)"
    if move.within:
        text += f", within {move.within}"
    if move.otherwise:
        text += f", otherwise {', '.join(f'{s} {code}' for s, code in move.otherwise.items())}"
    return text


def diagram(lifecycle: Lifecycle) -> list[str]:
    """Return the states as text: a line each, with where it leads and by what."""
    lines = []
    for state in lifecycle.states.value:
        mark = "*" if state in lifecycle.initial.value else " "
        exits = [
            f"--{m.value.event}--> {', '.join(m.value.targets) or '(gone)'}"
            for m in lifecycle.moves
            if state in m.value.sources
        ]
        lines.append(f"{mark} {state} {'; '.join(exits) or '(end)'}")
    return lines


def mermaid_of(lifecycle: Lifecycle) -> list[str]:
    """Return the lines of a Mermaid state diagram."""
    ids = {state: f"s{index}" for index, state in enumerate(lifecycle.states.value)}
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{state.replace(chr(34), "")}" as {name}' for state, name in ids.items()]
    lines += [f"    [*] --> {ids[state]}" for state in lifecycle.initial.value if state in ids]
    for move in (fact.value for fact in lifecycle.moves):
        for source in move.sources:
            for target in move.targets or ("[*]",):
                event = move.event.replace(":", "")
                lines.append(f"    {ids[source]} --> {ids.get(target, '[*]')}: {event}")
    return lines


def _resource(main: Path, resource: Resource) -> list[str]:
    place = resource.record.pointer or "/"
    if resource.record.file != main:
        place = f"{resource.record.file.name}#{place}"
    lines = [f"{resource.name} (a record is {place})"]
    lines += [f"  {_line(label, text, fact)}" for label, text, fact in facts(resource)]
    lines += [
        f"  {'unknown':{_NAME}} {operation.call}  (what it does is not known)"
        for operation in resource.unknown
    ]
    return lines


def _line(label: str, text: str, fact: Fact[Any]) -> str:
    gap = f"\n{'':{_NAME + 5}}" if len(text) > _VALUE else " "
    return f"{label:{_NAME}} {text:{_VALUE}}".rstrip() + gap + f"[{fact.grade}: {fact.reason}]"
