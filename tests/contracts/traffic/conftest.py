"""What tests of recorded traffic share."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts.cli import main

Watch = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """Return what judges a file on the command line: the exit code, and the report."""

    def judge(file: Path, *words: str) -> tuple[int, dict[str, Any]]:
        report = tmp_path / "report.json"
        code = main(["watch", str(file), "--quiet", "--report-json", str(report), *words])
        found: dict[str, Any] = json.loads(report.read_text()) if report.exists() else {}
        return code, found

    return judge


def list_broken(report: dict[str, Any]) -> Sequence[str]:
    """Return the laws that the recording breaks."""
    return [law["id"] for law in report["laws"] if law["verdict"] == "broken"]
