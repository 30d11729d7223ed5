"""docs/guides/judge_your_api.md: its example does what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from contracts.cli import main
from mockserver.settings import Settings
from mockserver.testing.server import run_mock
from tests.program.process import ROOT

PAGE = (ROOT / "docs/guides/judge_your_api.md").read_text("utf-8")
SPEC, OVERLAY = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
BARE, WHOLE = re.findall(r"^(contracts check .*)$", PAGE, re.MULTILINE)
HINTS, KEPT = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
WRONG_KEYS = ["AUTH-02", "AUTH-03", "AUTH-04"]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the files of the page into a folder of the test's own."""
    (tmp_path / "exports.yaml").write_text(SPEC)
    (tmp_path / "exports.overlay.yaml").write_text(OVERLAY)
    monkeypatch.chdir(tmp_path)


def judge(command: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command of the page against a mock of its files; return the exit code and the text."""
    settings = Settings(
        spec=Path("exports.yaml"),
        overlays=(Path("exports.overlay.yaml"),),
        port=0,
        access_log=False,
        seed=None,
    )
    with run_mock(settings) as mock:
        words = shlex.split(command.replace("http://127.0.0.1:8080", mock.url))[1:]
        code = main(words)
    return code, capsys.readouterr().out


@pytest.mark.usefixtures("files")
def test_a_bare_document_is_judged_by_what_it_has(capsys: pytest.CaptureFixture[str]) -> None:
    """Guards the first step: what is reported as broken, and the lines to add for the rest."""
    code, text = judge(BARE, capsys)

    assert code == 1
    assert re.findall(r"^BROKEN (\S+)", text, re.MULTILINE) == WRONG_KEYS
    for hint in HINTS.splitlines():
        assert hint.removesuffix("...").rstrip() in text


@pytest.mark.usefixtures("files")
def test_an_overlay_lets_more_be_judged(capsys: pytest.CaptureFixture[str]) -> None:
    """Guards the second step: the laws that the page names are kept, and only keys are broken."""
    code, text = judge(WHOLE, capsys)

    assert code == 1
    assert re.findall(r"^BROKEN (\S+)", text, re.MULTILINE) == WRONG_KEYS
    for line in KEPT.splitlines():
        assert re.search(rf"^{line}\b", text, re.MULTILINE), line
