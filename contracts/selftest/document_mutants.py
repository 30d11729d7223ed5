"""Faults made from the x- keys: a deployment that reads a document with one promise changed."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from contracts.contract.document import Document, parse
from contracts.contract.pointer import resolve


def make_mutants(document: Document) -> Iterator[tuple[str, Document]]:
    """Make each document that differs in one promise which a client can tell."""
    for pointer, key, value in _list_changes(document):
        raw = deepcopy(dict(document.raw))
        resolve(raw, pointer)[key] = value
        if key == "default":
            _withdraw_default(raw, document.list_id, resolve(raw, pointer)["parameter"])
        yield f"{pointer.rpartition('/')[2]}.{key}={value}", parse(raw, document.file)


def _withdraw_default(raw: Any, list_id: str, parameter: str) -> None:
    """Take the default out of a query parameter's schema, which may not contradict x-pagination."""
    for item in raw["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and operation.get("operationId") == list_id:
                declared = next(p for p in operation["parameters"] if p.get("name") == parameter)
                declared["schema"].pop("default", None)


def _list_changes(document: Document) -> Iterator[tuple[str, str, Any]]:
    paging, conflict = document.paging.pointer, document.conflict.pointer
    limit, page = resolve(document.raw, f"{paging}/limit"), f"{paging}/page"
    yield f"{paging}/limit", "default", limit["default"] - 1
    yield f"{paging}/limit", "default", limit["default"] + 1
    yield f"{paging}/limit", "min", limit["min"] + 1
    yield f"{paging}/limit", "min", limit["min"] - 1
    yield f"{paging}/limit", "max", limit["max"] - 1
    yield f"{paging}/limit", "max", limit["max"] + 1
    yield page, "default", 2
    yield page, "min", -1
    yield conflict, "status", 400
    yield from (
        (conflict, "while", [state]) for state in resolve(document.raw, f"{conflict}/while")
    )
    yield conflict, "while", list(document.lifecycle.states)
    yield from _list_moves(document)


def _list_moves(document: Document) -> Iterator[tuple[str, str, Any]]:
    life = document.lifecycle
    for index, move in enumerate(resolve(document.raw, f"{life.pointer}/transitions")):
        pointer = f"{life.pointer}/transitions/{index}"
        if move["by"] == "server":
            continue
        yield pointer, "otherwise", 409
        yield from ((pointer, "to", to) for to in life.terminal if to != move["to"])
        yield from ((pointer, "from", [one]) for one in move["from"])
    for state in life.states:
        if state != life.initial and state not in life.terminal:
            yield life.pointer, "initial", state
