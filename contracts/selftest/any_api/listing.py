"""How a miniature cuts the page that is asked for out of a list, in each style that there is."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlencode

from contracts.contract.json_values import get_value
from contracts.contract.pages import Bound, Filter, Pages
from contracts.selftest.any_api.call import Entry
from contracts.selftest.messages import Request

UNSAID = 20
"""The size of a page where the contract says none."""


class Refusal(Exception):  # noqa: N818 -- it is an answer
    """What was asked for gets an error."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and what leads to the next one."""

    entries: Sequence[Entry]
    more: bool
    token: str | int | None = None
    """What the next page is asked for with, by its parameter."""


def interpret(bound: Bound | None, text: str | None, otherwise: int) -> int:
    """Return what the number in *text* means; *otherwise* is meant where no default is declared.

    Raises:
        Refusal: it lies outside of what the list takes, and that is declared to be an error.
    """
    if bound is None:
        return otherwise
    default = otherwise if bound.default is None else bound.default
    if text is None or not re.fullmatch(r"[+-]?[0-9]+", text):
        return default
    value = int(text)
    low = bound.min is not None and value < bound.min
    if not low and (bound.max is None or value <= bound.max):
        return value
    if isinstance(bound.outside, int):
        raise Refusal(bound.outside)
    if bound.outside == "default":
        return default
    return (bound.min if low else bound.max) or 0


def find_first(pages: Pages) -> int:
    """Return the number of the first page."""
    page = pages.page
    if page is None:
        return 1
    return next((one for one in (page.min, page.default) if one is not None), 1)


def write_link(request: Request, parameter: str, value: Any) -> str:
    """Return the URL of *request* with another value of one parameter."""
    return f"{request.path}?{urlencode({**request.query, parameter: value})}"


def _compare(relation: str, value: Any, wanted: str) -> bool:
    if value is None:
        return False
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    if relation in ORDERED:
        if isinstance(value, int | float):
            return _is_number(wanted) and ORDERED[relation](value, float(wanted))
        return ORDERED[relation](shown, wanted)
    compare = RELATIONS.get(relation)
    return shown == wanted if compare is None else compare(shown, wanted)


ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}

RELATIONS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda shown, wanted: wanted in shown,
    "prefix": lambda shown, wanted: shown.startswith(wanted),
    "glob": fnmatchcase,
    "ne": lambda shown, wanted: shown != wanted,
    "in": lambda shown, wanted: shown in wanted.split(","),
}
"""Relations of texts; any other is that both are the same."""


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is not None


def select(
    entries: Sequence[Entry], filters: Sequence[Filter], given: Mapping[str, str]
) -> list[Entry]:
    """Return the entries that match all *filters* of which a value is *given*."""
    asked = [one for one in filters if one.parameter in given]
    return [
        entry
        for entry in entries
        if all(
            _compare(one.relation, get_value(entry.record, one.place), given[one.parameter])
            for one in asked
        )
    ]
