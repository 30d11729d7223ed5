"""Recordings for tests: a run of the judge, as a browser or a proxy would have recorded it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.contract.document import Document
from contracts.engine.law import Registry
from contracts.engine.runner import Settings, create_runner
from contracts.http.exchange import Exchange
from contracts.laws import catalogue
from contracts.target import Effects, Target

EPOCH = 1_790_000_000.0
Entry = dict[str, Any]
Job = dict[str, Any]


def record(target: Target, contract: Document, registry: Registry | None = None) -> list[Exchange]:
    """Judge *target* and return all exchanges of the run."""
    laws = registry or catalogue.create_registry(contract, generated=False)
    runner = create_runner(target, contract, laws, Settings(rng=1, nonce="recorded"))
    exchanges: list[Exchange] = []
    runner.run.transport.witnesses.append(exchanges.append)
    for _ in runner.stream_events():
        pass
    assert target.effects is not Effects.NONE
    return exchanges


def make_entry(exchange: Exchange) -> Entry:
    """Return *exchange* as an entry of a HAR."""
    return {
        "startedDateTime": datetime.fromtimestamp(EPOCH + exchange.sent, UTC).isoformat(),
        "time": (exchange.received - exchange.sent) * 1000,
        "request": {
            "method": exchange.method,
            "url": exchange.url,
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": n, "value": str(v)} for n, v in exchange.headers.items()],
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": exchange.status or 0,
            "statusText": "",
            "headers": [{"name": n, "value": v} for n, v in exchange.response_headers.items()],
            "content": {
                "size": len(exchange.body),
                "mimeType": exchange.media_type,
                "text": exchange.body.decode("utf-8", "replace"),
            },
            "redirectURL": "",
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
    }


def make_line(exchange: Exchange) -> Entry:
    """Return *exchange* as a JSON line."""
    return {
        "at": (EPOCH + exchange.sent) * 1000,
        "ms": (exchange.received - exchange.sent) * 1000,
        "method": exchange.method,
        "url": exchange.url,
        "headers": {name: str(value) for name, value in exchange.headers.items()},
        "status": exchange.status or 0,
        "response_headers": dict(exchange.response_headers),
        "body": exchange.body.decode("utf-8", "replace"),
    }


def make_call(
    at: float, data: Any, path: str = "/public/P/jobs/7", *, method: str = "GET", status: int = 200
) -> Entry:
    """Return the entry of a call that took a millisecond, *at* seconds after the beginning."""
    return make_entry(
        Exchange(
            method,
            f"https://api.example.com/v2{path}",
            {"authorization": "Bearer A-Secret-Key-0123456789"},
            status,
            {"content-type": "application/json"},
            json.dumps({"data": data}).encode(),
            sent=at,
            received=at + 0.001,
        )
    )


def make_job(**more: Any) -> Job:
    """Return a job that waits."""
    return {
        "jobId": 7,
        "description": "Delete user sessions of userId = u@example.com",
        "status": "scheduled",
        "projectId": 1,
        "action": "delete_user_data",
        "referenceId": "u@example.com",
        "createdAt": 1_790_000_000_000,
        "updatedAt": None,
        "startAt": 1_790_010_000_000,
        "errors": None,
        **more,
    }


def write_har(file: Path, entries: Iterable[Entry], **more: Any) -> Path:
    """Write a HAR, as browsers do."""
    log = {
        "version": "1.2",
        "creator": {"name": 'a recorder of "entries": [', "version": "1"},
        "pages": [],
        "entries": list(entries),
        **more,
    }
    file.write_text(json.dumps({"log": log}))
    return file


def write_lines(file: Path, lines: Iterable[Entry]) -> Path:
    """Write JSON lines."""
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file
