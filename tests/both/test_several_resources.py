"""Documents with several resources: one run judges all of them, and says which is which."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.cli import main
from contracts.engine.events import RunFinished
from contracts.engine.exit_code import ExitRule
from contracts.engine.joint_run import join_ends
from mockserver.settings import Settings
from mockserver.testing.server import run_mock

ERROR = "{description: Not there.}"


def describe(name: str, path: str, more: str = "") -> str:
    """Return the paths of a resource whose records have a key and nothing else."""
    record = "{type: object, required: [id], properties: {id: {type: string}}"
    record += ", x-lifecycle: {key: id}}"
    content = "content: {application/json: {schema:"
    return f"""
  {path}/{name}:
    get:
      operationId: list-{name}
      {more}
      responses:
        '200': {{description: A list., {content} {{type: array, items: {record}}}}}}}}}
  {path}/{name}/{{id}}:
    get:
      operationId: read-{name}
      parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
      responses:
        '200': {{description: One., {content} {record}}}}}}}
        '404': {ERROR}
"""


HEAD = "openapi: 3.0.3\ninfo: {title: Zoo, version: '1'}\npaths:"
OWNED = "parameters: [{name: owner, in: path, required: true, schema: {type: string}}]"
ZOO = HEAD + describe("lions", "") + describe("tigers", "")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Serve the zoo."""
    spec = tmp_path / "zoo.yaml"
    spec.write_text(ZOO + describe("cubs", "/owners/{owner}", OWNED))
    with run_mock(Settings(spec=spec, port=0, access_log=False, seed=None)) as mock:
        yield mock.url


def check(url: str, folder: Path, *words: str) -> int:
    """Judge the zoo, and write a report."""
    spec, report = str(folder / "zoo.yaml"), str(folder / "report.json")
    given = ("--spec", spec, "--base-url", url, "--report-json", report, *words)
    return main(["check", *given])


def test_one_run_judges_all_resources(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards that no resource is left out, and that each law says of which resource it is."""
    code = check(url, tmp_path, "--path", "owner=me")
    said = capsys.readouterr().out
    report = json.loads((tmp_path / "report.json").read_text())

    assert code == 0
    for name in ("lions", "tigers"):
        assert re.search(rf"^kept +{name} READ-01 ", said, re.MULTILINE)
    assert re.search(r"^kept +cubs EXCH-13 ", said, re.MULTILINE)
    kept = {(one["resource"], one["id"]) for one in report["laws"] if one["verdict"] == "kept"}
    assert {("lions", "READ-04"), ("tigers", "READ-04"), ("cubs", "EXCH-13")} <= kept
    assert sum(report["verdicts"].values()) == len(report["laws"])
    assert report["unreached"] == []


def test_a_resource_that_cannot_be_called_is_untested(url: str, tmp_path: Path) -> None:
    """Guards that a missing path parameter costs its resource only, and is named."""
    code = check(url, tmp_path)
    laws = json.loads((tmp_path / "report.json").read_text())["laws"]

    assert code == 0
    cubs = {(one["verdict"], one["reason"]) for one in laws if one["resource"] == "cubs"}
    needs = "cubs: GET /owners/{owner}/cubs needs --path owner=VALUE"
    assert cubs == {("untested", needs)}
    assert {one["verdict"] for one in laws if one["resource"] == "lions"} >= {"kept"}


def test_a_resource_can_be_chosen(url: str, tmp_path: Path) -> None:
    """Guards `--resource`: only these records are asked for, and no law needs another name."""
    code = check(url, tmp_path, "--resource", "tigers")
    laws = json.loads((tmp_path / "report.json").read_text())["laws"]

    assert code == 0
    assert {one["resource"] for one in laws} == {None}


def test_a_list_that_cannot_be_called_is_no_bug_of_the_judge(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards a single resource without its path parameter: the option to give is said."""
    code = check(url, tmp_path, "--resource", "cubs")

    assert code == 3
    assert "needs --path owner=VALUE" in capsys.readouterr().out


def test_each_resource_has_its_laws_in_the_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards `list` and `explain` of a document with several resources."""
    spec = tmp_path / "zoo.yaml"
    spec.write_text(ZOO)

    assert main(["list", "--spec", str(spec)]) == 0
    listed = capsys.readouterr().out
    assert "lions:\n" in listed
    assert "tigers:\n" in listed
    assert main(["explain", "READ-01", "--spec", str(spec)]) == 0
    assert "#/paths/~1tigers" in capsys.readouterr().out


def test_a_run_took_as_long_as_until_its_last_resource() -> None:
    """Guards the time that is told: the times of all resources begin with the run."""
    ends = [
        RunFinished({}, 0, {}, {}, refused=0, waits=0, seconds=seconds, exit_code=0)
        for seconds in (2.0, 5.0)
    ]

    assert join_ends(ends, [], ExitRule()).seconds == 5.0
