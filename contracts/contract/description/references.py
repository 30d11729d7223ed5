"""References of a description that lead nowhere: what they stand for is not judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from contracts.contract.errors import Diagnostic, DocumentError
from contracts.contract.pointer import PointerError, escape, resolve

DATA = frozenset(("const", "default", "enum", "example", "examples"))
"""The words of a schema below which there are values, and no schemas."""

NAMED = frozenset(("definitions", "patternProperties", "properties", "schemas"))
"""The words below which there are names, and a schema for each."""

OPERATION = re.compile(r"#/paths/[^/]+(/[a-z]+)?/\$ref")
"""The pointer of a reference that stands for an operation, or for all those of a path."""


def drop_dangling(raw: Any) -> list[Diagnostic]:
    """Take the references out of *raw* that lead nowhere in it; tell the first place of each.

    Whatever they stand for is allowed then. A vendor's document may have one in a corner of it.

    Raises:
        DocumentError: an operation stands in another file.
    """
    leads = dict[str, bool]()
    found = dict[str, Diagnostic]()
    for pointer, one in _walk(raw):
        reference = one.get("$ref")
        if not isinstance(reference, str):
            continue
        if reference not in leads:
            leads[reference] = _leads_somewhere(raw, reference)
        if not leads[reference]:
            place = f"{pointer}/$ref"
            if OPERATION.fullmatch(place) and not reference.startswith("#"):
                told = f"{reference} is another file, and the judge reads one; bundle them into one"
                raise DocumentError("", place, told)
            told = f"{reference} is not in this document, so what it stands for is not judged"
            found.setdefault(reference, Diagnostic(place, told))
            del one["$ref"]
    return list(found.values())


def _leads_somewhere(raw: Any, reference: str) -> bool:
    try:
        resolve(raw, unquote(reference) if reference.startswith("#") else "/")
    except PointerError:
        return False
    return True


def _walk(raw: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through the objects of *raw* that may be references, each with its pointer."""
    waiting: list[tuple[str, Any, bool]] = [("#", raw, False)]
    while waiting:
        pointer, value, has_names = waiting.pop()
        if isinstance(value, dict):
            if not has_names:
                yield pointer, value
            waiting += [
                (f"{pointer}/{escape(word)}", below, not has_names and word in NAMED)
                for word, below in reversed(value.items())
                if isinstance(below, dict | list) and (has_names or word not in DATA)
            ]
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{at}", one, False) for at, one in enumerate(value)][::-1]
