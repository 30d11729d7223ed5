"""Where reports go, and what is refused before a run begins."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.cli import main
from contracts.selftest.world import KEY, PROJECT

Serve = Callable[..., str]


def check(url: str, *words: str) -> int:
    """Judge the deployment at *url* by one law."""
    given = ["--base-url", url, "--project-key", PROJECT, "--api-key", KEY, "--laws", "AUTH-01"]
    return main(["check", *given, *words])


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_a_report_on_standard_output_stands_there_alone(
    serve: Serve, capsys: pytest.CaptureFixture[str], quiet: list[str]
) -> None:
    """`--report-json - | jq` works: text for people goes to standard error."""
    code = check(serve(), "--report-json", "-", *quiet)
    said = capsys.readouterr()

    assert code == 0
    assert json.loads(said.out)["run"]["exit_code"] == 0
    assert "Nothing is broken" in said.err


def test_other_reports_are_files_meanwhile(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One report may be standard output, whichever it is, and the others are files."""
    file = tmp_path / "report.json"
    check(serve(), "--report-junit", "-", "--report-json", str(file))

    assert capsys.readouterr().out.startswith("<?xml")
    assert json.loads(file.read_text())["complete"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--report-json", "x", "--report-html", "./x"], "name one file"),
        (["--report-json", "-", "--report-html", "-"], "name one file"),
        (["--report-json", "known", "--known", "known"], "which --known reads"),
        (["--report-json", "key", "--api-key-file", "./key"], "which --api-key-file reads"),
        (["--report-json", "."], "is a folder"),
        (["--report-json", "none/x"], "none is not a folder"),
        (["--laws", "AUTH-01,NOPE-*"], "no law is called NOPE-*"),
        (["--laws", ","], "names no law"),
        (["--other-project-key", PROJECT], "has to be another one"),
    ],
)
def test_what_contradicts_is_refused_before_anything_is_sent(
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A run whose report would overwrite its own key, or another report, does not begin."""
    monkeypatch.chdir(tmp_path)
    Path("known").write_text("[]")
    Path("key").write_text(KEY)
    given = ["--base-url", "http://127.0.0.1:9", "--project-key", PROJECT, "--report-markdown", "m"]
    key = [] if "--api-key-file" in words else ["--api-key", KEY]

    try:
        code: object = main(["check", *given, *key, *words])
    except SystemExit as stopped:
        code = stopped.code

    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    assert said in told.err
    assert told.err.count("\n") == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["key", "known"]
    assert Path("key").read_text() == KEY


def test_all_problems_of_a_file_are_lines_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An impossible date is a usage error with file and line, and so is each other problem."""
    file = tmp_path / "known.yaml"
    file.write_text(
        "- {law: CANC-04, reason: r, owner: o, expires: 2026-02-30}\n"
        "- {law: CANC-99, reason: r, owner: o, expires: 2026-02-28}\n"
    )

    assert check("http://127.0.0.1:9", "--known", str(file)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(f"{file}:")[2][:2] for line in lines] == ["1:", "2:"]
    assert all(line.startswith("contracts: ") for line in lines)
