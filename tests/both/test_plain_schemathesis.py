"""Plain `st run` with the hooks, on the mock of another API than the jobs API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contracts.http.exchange import Exchange
from contracts.schemathesis_hooks.record_moves import RecordMoves
from tests.apis.served import serve
from tests.both.any_api import APIS, SHIPPED, read_shipped

SETTINGS = """
hooks = "contracts.schemathesis_hooks"
continue-on-failure = true
workers = 1

[generation]
database = "none"
no-shrink = true

[phases.fuzzing]
generation = { max-examples = 8 }
"""


def run(
    name: str, url: str, folder: Path, phases: str, key: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the real program on the document of *name*, with the hooks and one seed."""
    fixed = [f'"path.{name}" = "{value}"' for name, value in SHIPPED[name].path.items()]
    (folder / "schemathesis.toml").write_text("\n".join([SETTINGS, "[parameters]", *fixed]))
    document = APIS / name / "openapi.yaml"
    called = [sys.executable, "-m", "schemathesis.cli", "run", str(document), "--url", url]
    return subprocess.run(
        [
            *called,
            "--phases",
            phases,
            "--seed",
            "2",
            "-H",
            f"Authorization: Bearer {key or SHIPPED[name].key}",
        ],
        cwd=folder,
        env={
            **os.environ,
            "CONTRACTS_SPEC": str(document),
            "CONTRACTS_OVERLAY": str(APIS / name / "overlay.yaml"),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "deviation", "told"),
    [
        ("openai-batches", "ignores-limit", "page_form` expected at most 1 batches, but"),
        ("openai-batches", "next-is-missing", "to say that there are more, but it says that it"),
        ("openai-batches", "status-in-capitals", "EXCH-13: expected a body that matches"),
        ("airflow-dagruns", "ignores-offset", "as well"),
    ],
)
def test_plain_schemathesis_judges_any_api(
    tmp_path: Path, name: str, deviation: str, told: str
) -> None:
    """What the document declares of pages and records is judged, each page beside others."""
    with serve(name) as mock:
        mock.world.deviations.set(deviation)
        done = run(name, mock.url, tmp_path, "examples")

    assert done.returncode == 1, done.stdout
    assert told in " ".join(done.stdout.split())


def test_a_conforming_deployment_passes_with_effects(tmp_path: Path) -> None:
    """Records that the run makes and cancels move as is declared, and nobody is accused."""
    with serve("openai-batches") as mock:
        done = run("openai-batches", mock.url, tmp_path, "fuzzing", CONTRACTS_EFFECTS="any")
        methods = {one.request.method for one in mock.world.requests()}

    assert done.returncode == 0, done.stdout
    assert "POST" in methods


def test_only_what_reads_is_sent_unasked(tmp_path: Path) -> None:
    """No phase sends a method that may change something, not even one that the document lacks."""
    with serve("openai-batches") as mock:
        done = run("openai-batches", mock.url, tmp_path, "coverage")
        methods = {one.request.method for one in mock.world.requests()}

    assert done.returncode == 0, done.stdout
    assert "GET" in methods
    assert methods <= {"GET", "HEAD", "OPTIONS"}


def test_a_wrong_key_fails(tmp_path: Path) -> None:
    """A run in which every call gets 401 fails, and says why."""
    with serve("openai-batches") as mock:
        done = run("openai-batches", mock.url, tmp_path, "examples", key="wrong")

    assert done.returncode == 1, done.stdout
    assert "was answered 401: look at the key" in " ".join(done.stdout.split())


BATCH = {"id": "batch_1", "object": "batch", "created_at": 1768478400}


@pytest.mark.parametrize(
    ("again", "told"),
    [
        ({"status": "in_progress"}, ["LIFE-01", "LIFE-02"]),
        ({"status": "completed", "created_at": 1}, ["LIFE-04"]),
        ({"status": "completed"}, []),
    ],
)
def test_a_record_that_moves_against_the_lifecycle_is_found(
    again: dict[str, Any], told: list[str]
) -> None:
    """Whichever two responses show it, and only if the record still reads so."""
    moves = RecordMoves(read_shipped("openai-batches"))
    shown = {**BATCH, "status": "completed"}
    now = {**BATCH, **again}

    assert list(moves.check(answer(shown, 0), lambda _: answer(shown, 1))) == []
    found = [law for law, _ in moves.check(answer(now, 2), lambda _: answer(now, 3))]
    assert sorted(set(found) & {"LIFE-01", "LIFE-02", "LIFE-04"}) == told
    assert list(moves.check(answer(shown, 4), lambda _: answer(now, 5))) == []


def answer(record: dict[str, Any], at: float) -> Exchange:
    """Return a read of one batch, which took no time."""
    return Exchange(
        method="GET",
        url="http://h/v1/batches/batch_1",
        headers={},
        status=200,
        response_headers={"content-type": "application/json"},
        body=json.dumps(record).encode(),
        operation="retrieveBatch",
        arguments={"batch_id": "batch_1"},
        sent=at,
        received=at,
    )
