"""A violation as reports show it: without keys, and with the relevant part of each response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from contracts.contract.api import Api
from contracts.engine.clause_text import quote_clause
from contracts.engine.events import Finding
from contracts.engine.verdict import Violation
from contracts.http.excerpt import Change, Excerpt, Subject
from contracts.http.exchange import Exchange
from contracts.http.in_words import describe_records, find_excerpts
from contracts.http.redaction import Evidence, Redactor

LONGEST_EXCERPT = 4_000
LONGEST_VALUE = 500
"""Characters of a part of a response, and of one value of a member."""


def make_findings(
    violations: Iterable[Violation], redactor: Redactor, api: Api
) -> tuple[Finding, ...]:
    """Return what reports get of *violations*."""
    return tuple(make_finding(one, redactor, api) for one in violations)


def make_finding(violation: Violation, redactor: Redactor, api: Api) -> Finding:
    """Return what reports get of *violation*."""
    found = (_make_evidence(one, violation.about, redactor, api) for one in violation.exchanges)
    return Finding(
        expected=redactor.redact(violation.expected),
        actual=redactor.redact(violation.actual),
        exchanges=tuple(_merge_repeated(found)),
        script=redactor.redact(violation.script),
        changes=tuple(_redact_change(one, redactor) for one in violation.changed),
        clause=violation.clause,
        clause_text=quote_clause(violation.clause, api) if violation.clause else "",
    )


def _make_evidence(
    exchange: Exchange, about: Iterable[Subject], redactor: Redactor, api: Api
) -> Evidence:
    return replace(
        redactor.make_evidence(exchange),
        excerpts=tuple(
            Excerpt(redactor.redact(one.at), _cut(redactor.redact(one.text), LONGEST_EXCERPT))
            for one in find_excerpts(exchange, tuple(about), api)
        ),
        listed=redactor.redact(describe_records(exchange, api)),
    )


def _redact_change(change: Change, redactor: Redactor) -> Change:
    before, after = (
        None if value is None else _cut(redactor.redact(value), LONGEST_VALUE)
        for value in (change.before, change.after)
    )
    return Change(redactor.redact(change.member), before, after)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text)} characters)"


def _merge_repeated(found: Iterable[Evidence]) -> Iterator[Evidence]:
    """Take together what was sent several times in a row and answered alike."""
    last: Evidence | None = None
    for one in found:
        if last is not None and _are_alike(last, one):
            last = replace(last, times=last.times + 1)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _are_alike(one: Evidence, other: Evidence) -> bool:
    """Tell whether two exchanges show the same; a Date or the time it took says nothing."""
    return (one.curl, one.status, one.body, one.error) == (
        other.curl,
        other.status,
        other.body,
        other.error,
    )
