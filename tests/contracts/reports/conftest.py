"""Runs that never took place: one with each verdict, cut short where a test wants it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.engine.events import (
    Event,
    Finding,
    LawFacts,
    LawFinished,
    LawStarted,
    RunFinished,
    RunStarted,
)
from contracts.engine.verdict import Verdict
from contracts.http.redaction import Evidence

HOSTILE = "</script><img src=x onerror=alert(1)>|`\x00\x1b[31m\u202e]]>\ud800 &amp; *b* ``` <!--"
"""What a server may answer to break a report: each format's own special characters."""


def evidence(body: str = '{"data": []}') -> Evidence:
    """Return an exchange as reports get it."""
    url = "http://127.0.0.1:8080/public/p/jobs?limit=0"
    return Evidence(
        method="GET",
        url=url,
        headers={"Authorization": "Bearer ${CONTRACTS_API_KEY}", "Accept": "*/*"},
        status=200,
        response_headers={"content-type": "application/json"},
        body=body,
        error=None,
        seconds=0.012,
        curl=f"curl -i -H \"Authorization: Bearer ${{CONTRACTS_API_KEY}}\" '{url}'",
    )


def law(
    law_id: str, level: str = "MUST", title: str = "a limit of zero means the default"
) -> LawFacts:
    """Return what is known of a law."""
    return LawFacts(
        id=law_id,
        level=level,
        title=title,
        sentence=f"{title[0].upper()}{title[1:]}.",
        clause="#/paths/~1public~1{projectKey}~1jobs/get/x-pagination/limit",
        clause_text='{"default": 50, "min": 1, "max": 200, "outside": "default"}',
        explanation="It is judged by comparing two reads.",
    )


def judged(verdict: Verdict, law_id: str, **more: Any) -> LawFinished:
    """Return a law as it was judged."""
    level = {Verdict.SLACK: "SHOULD", Verdict.OBSERVED: "MAY"}.get(verdict, "MUST")
    finding = Finding("50 jobs, as without a limit", "there were 0", (evidence(),))
    fails = verdict in (Verdict.BROKEN, Verdict.SLACK, Verdict.KNOWN)
    finished = LawFinished(
        law=law(law_id, level),
        verdict=verdict,
        reason="" if verdict in (Verdict.KEPT, Verdict.OBSERVED) else f"why {law_id} is {verdict}",
        findings=(finding,) if fails else (),
        observations=("newest job first",) if verdict is Verdict.OBSERVED else (),
        exercised={"pages": 3} if verdict in (Verdict.KEPT, Verdict.BROKEN) else {},
        requests=4,
        seconds=0.25,
    )
    return replace(finished, **more)


def run_of(*laws: LawFinished, exit_code: int = 0, **more: Any) -> list[Event]:
    """Return the events of a run in which *laws* were judged."""
    requests = sum(one.requests for one in laws)
    started = RunStarted(
        base_url="http://127.0.0.1:8080",
        project="3sWXSsqHgSKnE87YkNJK",
        effects="none",
        rng=7,
        contract="1.0.0",
        started_at="2030-01-31T12:00:00+00:00",
        laws=tuple(one.law for one in laws),
    )
    finished = RunFinished(
        verdicts={},
        requests=requests,
        by_method={"GET": requests},
        by_effect={"read": requests, "change": 0},
        refused=0,
        waits=0,
        seconds=1.5,
        exit_code=exit_code,
    )
    middle: list[Event] = []
    for one in laws:
        middle += [LawStarted(one.law), one]
    end = replace(finished, **more)
    return [started, *middle, end]


@pytest.fixture
def every_verdict() -> list[Event]:
    """Return a run in which each verdict was given once."""
    laws = [judged(verdict, f"LAW-{n:02}") for n, verdict in enumerate(Verdict, 1)]
    return run_of(*laws, exit_code=1)


@pytest.fixture
def all_kept() -> list[Event]:
    """Return a run in which nothing was wrong."""
    return run_of(judged(Verdict.KEPT, "LAW-01"), judged(Verdict.KEPT, "LAW-02"))


@pytest.fixture
def broken_off(all_kept: list[Event]) -> list[Event]:
    """Return a run that ended while its second law was being judged."""
    return all_kept[:4]


@pytest.fixture
def hostile() -> list[Event]:
    """Return a run in which every text that can come from a deployment is out to do harm."""
    finding = Finding(HOSTILE, HOSTILE, (evidence(HOSTILE),))
    facts = law("EVIL-01", title=HOSTILE)
    return run_of(
        judged(Verdict.BROKEN, "EVIL-01", law=facts, reason=HOSTILE, findings=(finding,)),
        judged(Verdict.OBSERVED, "EVIL-02", observations=(HOSTILE,), exercised={HOSTILE: 1}),
        judged(Verdict.UNTESTED, "EVIL-03", reason=HOSTILE),
        exit_code=1,
        trouble="",
    )


@pytest.fixture
def make_run() -> Callable[..., list[Event]]:
    """Return the maker of runs of laws."""
    return run_of


@pytest.fixture
def make_law() -> Callable[..., LawFinished]:
    """Return the maker of judged laws."""
    return judged
