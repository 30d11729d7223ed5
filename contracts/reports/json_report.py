"""The run as JSON, for programs; docs/schemas/report.schema.json describes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from contracts.engine.events import Event, Finding, LawFacts, LawFinished
from contracts.http.redaction import Evidence
from contracts.reports.escaping import save
from contracts.reports.summary import EXIT_MEANING, ORDER, Summary

FORMAT = 1
"""Grows when a reader of the report would have to change."""


def write(events: Iterable[Event], file: Path) -> None:
    """Write the JSON report of *events* to *file*."""
    save(json.dumps(render(Summary.of(events)), indent=2, ensure_ascii=False) + "\n", file)


def render(summary: Summary) -> dict[str, Any]:
    """Return the report as a value; it says whether the run finished."""
    counts = summary.counts
    return {
        "format": FORMAT,
        "complete": summary.complete,
        "headline": summary.headline,
        "run": _describe_run(summary),
        "verdicts": {verdict.value: counts.get(verdict, 0) for verdict in ORDER},
        "requests": _describe_requests(summary),
        "resources": [asdict(one) for one in summary.resources],
        "laws": [_describe_outcome(one) for one in summary.laws],
        "unreached": [_describe_law(law) for law in summary.unreached],
    }


def _describe_run(summary: Summary) -> dict[str, Any]:
    started, finished = summary.started, summary.finished
    return {
        "base_url": started and started.base_url,
        "project": started and started.project,
        "surveyed": (finished and finished.surveyed) or None,
        "proxy": (started and started.proxy) or None,
        "recorded": (started and started.recorded) or None,
        "effects": started and started.effects,
        "rng": started and started.rng,
        "contract": started and started.contract,
        "started_at": started and started.started_at,
        "seconds": finished and round(finished.seconds, 3),
        "exit_code": finished and finished.exit_code,
        "exit_meaning": finished and EXIT_MEANING.get(finished.exit_code),
        "trouble": finished.trouble or None if finished else None,
        "fixed": list(finished.fixed) if finished else [],
        "unmet": list(finished.unmet) if finished else [],
        "expired": list(finished.expired) if finished else [],
        "stopped_at": summary.at_work and summary.at_work.id,
    }


def _describe_requests(summary: Summary) -> dict[str, Any] | None:
    """Return what was sent in all; that is known only of a run that finished."""
    run = summary.finished
    if run is None:
        return None
    return {
        "total": run.requests,
        "by_method": dict(run.by_method),
        "by_effect": dict(run.by_effect),
        "other_than_get": summary.other_than_get,
        "refused": run.refused,
        "waits": run.waits,
    }


def _describe_law(law: LawFacts) -> dict[str, Any]:
    return {
        "id": law.id,
        "resource": law.resource or None,
        "level": str(law.level),
        "title": law.title,
        "sentence": law.sentence,
        "explanation": law.explanation,
        "clause": {"ref": law.clause, "text": law.clause_text},
    }


def _describe_outcome(one: LawFinished) -> dict[str, Any]:
    return {
        **_describe_law(one.law),
        "verdict": one.verdict.value,
        "reason": one.reason,
        "lack": one.lack and one.lack.value,
        "known": one.known or None,
        "findings": [_describe_finding(finding) for finding in one.findings],
        "observations": list(one.observations),
        "exercised": dict(one.exercised),
        "requests": one.requests,
        "shared": one.shared,
        "seconds": round(one.seconds, 3),
    }


def _describe_finding(finding: Finding) -> dict[str, Any]:
    return {
        "expected": finding.expected,
        "actual": finding.actual,
        "clause": {"ref": finding.clause, "text": finding.clause_text} if finding.clause else None,
        "changes": [
            {"member": one.member, "before": one.before, "after": one.after}
            for one in finding.changes
        ],
        "exchanges": [_describe_exchange(evidence) for evidence in finding.exchanges],
        "script": finding.script or None,
    }


def _describe_exchange(evidence: Evidence) -> dict[str, Any]:
    answered = evidence.status is not None
    return {
        "request": {
            "method": evidence.method,
            "url": evidence.url,
            "headers": dict(evidence.headers),
        },
        "answer": {
            "status": evidence.status,
            "headers": dict(evidence.response_headers),
            "body": evidence.body,
            "listed": evidence.listed or None,
            "excerpts": [{"at": one.at, "text": one.text} for one in evidence.excerpts],
        }
        if answered
        else None,
        "error": evidence.error,
        "times": evidence.times,
        "seconds": round(evidence.seconds, 3),
        "curl": evidence.as_curl(),
    }
