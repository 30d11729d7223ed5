"""A shipped contract as the tests read it: its document with the overlay applied."""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

APIS = Path(__file__).parents[2] / "mockserver" / "resources" / "apis"
NAMES = sorted(folder.name for folder in APIS.iterdir() if folder.is_dir())
METHODS = ("get", "put", "post", "delete", "patch")

_STEP = re.compile(r"\.(?P<name>[\w-]+)|\['(?P<quoted>[^']+)'\]|\[(?P<all>\*)\]")


@cache
def document(name: str) -> Any:
    """Return the vendor's document with keys as text, as JSON would have them."""
    return _texts(yaml.safe_load((APIS / name / "openapi.yaml").read_text()))


@cache
def overlay(name: str) -> Any:
    """Return the overlay of the document."""
    return yaml.safe_load((APIS / name / "overlay.yaml").read_text())


@cache
def overlaid(name: str) -> Any:
    """Return the document with the actions of its overlay applied."""
    merged = {"$": deepcopy(document(name))}
    for action in overlay(name)["actions"]:
        for parent, key in places(merged, action["target"]):
            if action.get("remove"):
                del parent[key]
            else:
                _merge(parent[key], action["update"])
    return merged["$"]


def places(merged: Any, target: str) -> list[tuple[Any, str]]:
    """Return parent and key of each place that the JSONPath names; only names and `*` are known."""
    places_there: list[tuple[Any, str]] = [(merged, "$")]
    at = 1
    while at < len(target):
        step = _STEP.match(target, at)
        if not step:
            raise ValueError(f"{target} has a step that this reader of JSONPath does not know")
        at = step.end()
        name = step["name"] or step["quoted"]
        within = [parent[key] for parent, key in places_there]
        places_there = [
            (each, key)
            for each in within
            if isinstance(each, dict)
            for key in (each if step["all"] else [name])
            if key in each
        ]
    return places_there


def operations(api: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield method, path and operation of each operation of the document."""
    for path, item in api["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def parameters(api: Any, operation: Any) -> set[str]:
    """Return the names of the parameters of an operation, references followed."""
    return {resolved(api, each)["name"] for each in operation.get("parameters", [])}


def resolved(api: Any, node: Any) -> Any:
    """Return what the node refers to, or the node."""
    while "$ref" in node:
        target = api
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def found(node: Any, key: str) -> Iterator[tuple[Any, Any]]:
    """Yield each node that has the key, and what stands there."""
    if isinstance(node, dict):
        if key in node:
            yield node, node[key]
        for value in node.values():
            yield from found(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from found(value, key)


def record(name: str) -> tuple[Any, Any]:
    """Return the schema of the record and its lifecycle."""
    [(schema, lifecycle)] = list(found(overlaid(name), "x-lifecycle"))
    return schema, lifecycle


def has(api: Any, schema: Any, place: str) -> bool:
    """Tell whether a record of the schema has the place, a name or a JSON Pointer."""
    for step in place.removeprefix("/").split("/") if place.startswith("/") else [place]:
        properties = resolved(api, schema).get("properties", {})
        if step not in properties:
            return False
        schema = properties[step]
    return True


def listed(value: Any) -> list[Any]:
    """Return the value as a list: a list stays, anything else becomes its only entry."""
    return value if isinstance(value, list) else [value]


def _texts(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _texts(value) for key, value in node.items()}
    return [_texts(value) for value in node] if isinstance(node, list) else node


def _merge(onto: Any, update: Any) -> None:
    for key, value in update.items():
        before = onto.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            _merge(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            before.extend(deepcopy(value))
        else:
            onto[key] = deepcopy(value)
