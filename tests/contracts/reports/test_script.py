"""A violation that takes a sequence of calls: each report has the script that repeats it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from contracts.engine.events import Event
from contracts.engine.verdict import Verdict
from contracts.reports import html, json_report, junit, markdown
from contracts.reports.terminal import Terminal

SCRIPT = """#!/bin/sh
# 1. make
answer=$(curl -sS -X DELETE "$BASE_URL/public/p/users/$user1"); echo "$answer"
# 2. read
curl -sS "$BASE_URL/public/p/jobs/$job1" && echo '<done>'
"""


@pytest.fixture
def run(make_run: Callable[..., Any], make_law: Callable[..., Any]) -> list[Event]:
    """Return a run with such a violation."""
    law = make_law(Verdict.BROKEN, "LAW-01")
    finding = replace(law.findings[0], script=SCRIPT)
    events: list[Event] = make_run(replace(law, findings=(finding,)), exit_code=1)
    return events


@pytest.mark.parametrize("writer", [html, json_report, junit, markdown])
def test_each_report_has_the_whole_script(run: list[Event], writer: Any, tmp_path: Path) -> None:
    """A sequence that is shown in part, or on one line, repeats nothing."""
    writer.write(run, tmp_path / "report")
    told = unescape((tmp_path / "report").read_text("utf-8"))
    if writer is json_report:
        told = told.replace("\\n", "\n").replace('\\"', '"')

    assert SCRIPT.rstrip() in told


def test_the_terminal_prints_it_to_be_copied(run: list[Event]) -> None:
    """Line by line as it is: a shell has to take what is copied."""
    out = io.StringIO()
    with Terminal(quiet=True, out=out) as terminal:
        for event in run:
            terminal.handle(event)

    assert SCRIPT in out.getvalue()
