"""What is left of a run that was interrupted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.cli import main
from contracts.contract.document import load
from contracts.engine.events import Event, LawStarted
from contracts.engine.runner import Runner
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import KEY, PROJECT, create_miniature


def test_an_interrupt_leaves_reports_that_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A run that is stopped keeps what it found, and cannot be taken for a whole one."""
    whole = Runner.stream_events

    def until_the_third_law(run: Runner) -> Iterator[Event]:
        begun = 0
        for event in whole(run):
            yield event
            begun += isinstance(event, LawStarted)
            if begun == 3:
                raise KeyboardInterrupt

    monkeypatch.setattr(Runner, "stream_events", until_the_third_law)
    with serve_miniature(create_miniature(load()), Transmission()) as url:
        code = main(
            [
                *("check", "--base-url", url, "--project-key", PROJECT, "--api-key", KEY),
                *("--report-json", str(tmp_path / "report.json"), "--quiet"),
            ]
        )

    report: dict[str, Any] = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert code == 3
    assert report["complete"] is False
    assert len(report["laws"]) == 2
    assert "Incomplete" in capfd.readouterr().out
