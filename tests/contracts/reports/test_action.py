"""The GitHub action and the example workflow."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.cli import main
from contracts.contract.description.reader import read
from contracts.contract.document import load
from contracts.selftest.any_api.world import create_world
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import KEY, OTHER_KEY, PROJECT, create_miniature

ROOT = Path(__file__).parents[3]
OWN_INPUTS = {"report-folder", "python"}


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    """Return the action as GitHub reads it."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    return found


def judging(action: Mapping[str, Any]) -> dict[str, Any]:
    """Return the step that judges."""
    (step,) = (step for step in action["runs"]["steps"] if step.get("id") == "judge")
    found: dict[str, Any] = step
    return found


def test_its_inputs_are_the_options(
    action: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """An option that the action lacks cannot be used in CI, where it is needed most."""
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    options = set(re.findall(r"(?<![\w-])--([a-z-]+)", capsys.readouterr().out))
    elsewhere = {"help", "quiet"} | {name for name in options if re.search("^report|api-key", name)}

    assert set(action["inputs"]) - OWN_INPUTS == options - elsewhere


def test_keys_come_from_the_environment_only(action: dict[str, Any]) -> None:
    """An input is printed in the log of a run, a secret in the environment is not."""
    assert not [name for name in action["inputs"] if "api-key" in name]


def test_no_input_is_pasted_into_a_script(action: dict[str, Any]) -> None:
    """An expression in a script lets anyone who sets an input run anything."""
    scripts = [step["run"] for step in action["runs"]["steps"]]

    assert len(scripts) == 2
    assert not [script for script in scripts if "${{" in script]


def run_step(
    step: Mapping[str, Any], inputs: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run the judging step as a runner would."""
    bin_folder = folder / "temp/contracts/bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (bin_folder / "python").chmod(0o755)
    given = {
        variable: inputs.get(re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", r"\1", expression), "")
        for variable, expression in step["env"].items()
    }
    return subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=folder,
        env={
            **os.environ,
            **given,
            "RUNNER_TEMP": str(folder / "temp"),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "CONTRACTS_API_KEY": KEY,
            "CONTRACTS_OTHER_API_KEY": OTHER_KEY,
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_judges_and_leaves_its_reports(action: dict[str, Any], tmp_path: Path) -> None:
    """The step as it stands in the file, on a deployment: exit code, summary, three reports."""
    defaults = {name: str(one.get("default", "")) for name, one in action["inputs"].items()}
    with serve_miniature(create_miniature(load(), jobs=7), Transmission()) as url:
        given = {"base-url": url, "project-key": PROJECT, "laws": "AUTH-*", "rng": "3"}
        done = run_step(judging(action), {**defaults, **given}, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "exit-code=0" in (tmp_path / "output").read_text("utf-8")
    assert "Nothing is broken" in (tmp_path / "summary.md").read_text("utf-8")
    names = {file.name for file in (tmp_path / "contract-report").iterdir()}
    assert names == {"report.json", "junit.xml", "report.html"}


def test_it_judges_any_document(action: dict[str, Any], tmp_path: Path) -> None:
    """Overlays and path parameters are given a line each, and reach the judge one by one."""
    folder = ROOT / "mockserver" / "resources" / "apis" / "github-runs"
    spec, overlay, other = folder / "openapi.yaml", folder / "overlay.yaml", tmp_path / "more.yaml"
    other.write_text(
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\n"
        "actions: [{target: $.info, update: {version: from-the-second}}]\n"
    )
    defaults = {name: str(one.get("default", "")) for name, one in action["inputs"].items()}
    with serve_miniature(create_world(read(spec, [overlay])), Transmission()) as url:
        given = {
            "base-url": url,
            "spec": str(spec),
            "overlay": f"{overlay}\n{other}\n",
            "resource": "runs",
            "path": "owner=here\nrepo=here\n",
            "laws": "WALK-01,READ-01",
        }
        done = run_step(judging(action), {**defaults, **given}, tmp_path)
    report = json.loads((tmp_path / "contract-report" / "report.json").read_text("utf-8"))

    assert done.returncode == 0, done.stdout + done.stderr
    assert report["run"]["contract"] == "from-the-second"
    assert {one["verdict"] for one in report["laws"]} == {"kept"}
    assert "Nothing is broken" in (tmp_path / "summary.md").read_text("utf-8")


def test_an_input_is_one_word_of_the_command(action: dict[str, Any], tmp_path: Path) -> None:
    """Spaces and quotes in an input must reach the judge, and nothing else."""
    laws = "NONE; touch harm; '\" $(touch harm)"
    given = {"base-url": "http://x", "project-key": "p", "laws": laws}
    done = run_step(judging(action), {"report-folder": "r", **given}, tmp_path)

    assert done.returncode == 2
    assert f"no law is called {laws}" in done.stderr
    assert not (tmp_path / "harm").exists()
    assert "exit-code=2" in (tmp_path / "output").read_text("utf-8")


@pytest.mark.parametrize("file", ["contract-check.yml", "contract-check-any-api.yml"])
def test_the_example_gives_only_inputs_that_there_are(action: dict[str, Any], file: str) -> None:
    """A user who copies the example must get a workflow that runs."""
    example = yaml.safe_load((ROOT / "docs/examples" / file).read_text("utf-8"))
    (step,) = (
        step
        for step in example["jobs"]["staging"]["steps"]
        if step["uses"].startswith("OWNER/jobs-mockserver@")
    )
    required = {name for name, one in action["inputs"].items() if one.get("required")}

    assert required <= set(step["with"]) <= set(action["inputs"])
    assert set(step["env"]) == {"CONTRACTS_API_KEY"}
    assert "secrets." in step["env"]["CONTRACTS_API_KEY"]
