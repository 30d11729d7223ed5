"""pytest on a deployment of another API than the jobs API."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import pytest

from contracts.contract.description.reader import read, read_each
from contracts.selftest.any_api.world import create_world
from contracts.selftest.server import Transmission, serve_miniature
from tests.both.test_several_resources import ZOO
from tests.program.process import ROOT

Run = Callable[..., subprocess.CompletedProcess[str]]
RUNS = ROOT / "mockserver" / "resources" / "apis" / "github-runs"


@pytest.fixture
def named(tmp_path: Path) -> list[str]:
    """Return the options that name the document, its overlay and the tenant.

    The files lie where pytest is started: it looks for its settings where files are that it is
    given.
    """
    for name in ("openapi.yaml", "overlay.yaml"):
        copyfile(RUNS / name, tmp_path / name)
    paths = ("--contract-path", "owner=here", "--contract-path", "repo=here")
    return ["--contract-spec", "openapi.yaml", "--contract-overlay", "overlay.yaml", *paths]


def test_any_document_is_judged(run_pytest: Run, named: list[str]) -> None:
    """The laws are those over roles, and the header says which API and which tenant it is."""
    api = read(RUNS / "openapi.yaml", [RUNS / "overlay.yaml"])
    with serve_miniature(create_world(api), Transmission()) as url:
        done = run_pytest(
            *("--pyargs", "contracts", "--contract-url", url, "-v"),
            *("--contract-laws", "WALK-02,READ-01"),
            *named,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "contracts::READ-01_a_listed_record_can_be_read KEPT" in done.stdout
    assert "GitHub REST API, workflow runs, owner=here, repo=here" in done.stdout


def test_a_fault_of_any_document_fails(run_pytest: Run, named: list[str]) -> None:
    """An item fails by a law over roles, with the response in the words of the document."""
    api = read(RUNS / "openapi.yaml", [RUNS / "overlay.yaml"])
    world = create_world(api)
    for entry in world.entries:
        entry.record["id"] = str(entry.record["id"])
    with serve_miniature(world, Transmission()) as url:
        laws = ("--contract-laws", "EXCH-13,WALK-01")
        done = run_pytest("--pyargs", "contracts", "--contract-url", url, *laws, *named)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "EXCH-13" in done.stdout
    assert " runs" in done.stdout


def test_an_action_that_hits_nothing_is_told(
    run_pytest: Run, named: list[str], tmp_path: Path
) -> None:
    """A warning about the document is in the header, as the command line prints it."""
    overlay = tmp_path / "more.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\n"
        "actions: [{target: $.paths.none, remove: true}]\n"
    )
    api = read(RUNS / "openapi.yaml", [RUNS / "overlay.yaml"])
    with serve_miniature(create_world(api), Transmission()) as url:
        done = run_pytest(
            *("--pyargs", "contracts", "--contract-url", url, "--contract-laws", "WALK-01"),
            *named,
            *("--contract-overlay", overlay.name),
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "$.paths.none" in done.stdout


def test_each_resource_has_its_items(run_pytest: Run, tmp_path: Path) -> None:
    """Of several resources each has all laws, under names that tell them apart."""
    spec = tmp_path / "zoo.yaml"
    spec.write_text(ZOO)
    lions, _ = read_each(spec)
    with serve_miniature(create_world(lions), Transmission()) as url:
        done = run_pytest(
            *("--pyargs", "contracts", "--contract-url", url, "-v", "-k", "READ-01"),
            *("--contract-spec", str(spec)),
        )

    assert "contracts::lions-READ-01_a_listed_record_can_be_read KEPT" in done.stdout
    assert "contracts::tigers-READ-01_a_listed_record_can_be_read" in done.stdout


def test_a_file_of_the_settings_is_in_the_rootdir(run_pytest: Run, tmp_path: Path) -> None:
    """What `addopts` names is found beside the settings, wherever pytest is started."""
    project = tmp_path / "project"
    project.mkdir()
    for name in ("openapi.yaml", "overlay.yaml"):
        copyfile(RUNS / name, project / name)
    (project / "pytest.ini").write_text(
        "[pytest]\n"
        "addopts = --contract-spec openapi.yaml --contract-overlay overlay.yaml\n"
        "  --contract-path owner=here --contract-path repo=here --contract-laws WALK-02\n"
    )
    api = read(RUNS / "openapi.yaml", [RUNS / "overlay.yaml"])
    with serve_miniature(create_world(api), Transmission()) as url:
        done = run_pytest(
            *("-c", "project/pytest.ini", "--pyargs", "contracts", "--contract-url", url)
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "GitHub REST API" in done.stdout


@pytest.mark.parametrize("option", ["--contract-spec", "--contract-known"])
def test_a_file_that_is_missing_is_told(run_pytest: Run, option: str, tmp_path: Path) -> None:
    """A wrong path is an error of usage that says which option has it and where it was sought."""
    project = ("--contract-project-key", "p")
    url = ("--contract-url", "http://127.0.0.1:9")
    done = run_pytest("--pyargs", "contracts", *url, *project, option, "none.yaml")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout
    assert f"{option}: none.yaml was not found in {tmp_path}" in done.stderr
