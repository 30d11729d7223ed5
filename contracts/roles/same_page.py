"""Two queries that have to get the same page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.engine.probe import Probe
from contracts.engine.verdict import Inconclusive, Violation
from contracts.http.exchange import Exchange
from contracts.http.shown import is_success, list_page

TRIES = 3
"""How often pages are read again because the data moved between the reads."""


def _find_keys(probe: Probe, page: Exchange) -> list[Any]:
    return [probe.api.resource.find_key(record) for record in list_page(page, probe.api)]


def expect_same_page(
    probe: Probe, given: Mapping[str, Any], same: Mapping[str, Any], why: str
) -> None:
    """Break the law unless two queries get the same page; *same* is read before and after.

    One difference proves nothing, since data may move and leave no trace: it is found again.
    """
    suspected = False
    for _ in range(TRIES):
        before, page, after = map(probe.list_page, (same, given, same))
        if not is_success(page, probe.api):
            probe.require_certain(page)
            raise Violation(
                f"the page that {why}", f"{describe_query(given)} got {page.status}", [page]
            )
        frame, got = _find_keys(probe, before), _find_keys(probe, page)
        if frame != _find_keys(probe, after):
            continue
        if got == frame:
            probe.exercise(describe_query(given))
            return
        if suspected:
            expected = f"the {len(frame)} records that {why}"
            actual = f"{describe_query(given)} got {len(got)}{_find_other(frame, got)}"
            raise Violation(expected, actual, [before, page, after])
        suspected = True
    raise Inconclusive("the list changed each time it was read")


def _find_other(frame: list[Any], got: list[Any]) -> str:
    """Say where pages of the same length differ; empty if they are not of the same length."""
    if len(frame) != len(got):
        return ""
    at = next(place for place, (one, two) in enumerate(zip(frame, got, strict=True)) if one != two)
    return f", and number {at + 1} is {got[at]} instead of {frame[at]}"


def describe_query(query: Mapping[str, Any]) -> str:
    """Return the parameters of a list as a reader knows them."""
    return "&".join(f"{name}={value}" for name, value in query.items()) or "no query"
