"""Plain `st run openapi.yaml` with the settings and hooks of this repository."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.document import Document
from contracts.fuzzing import settings
from contracts.selftest.miniature import Miniature
from contracts.selftest.world import KEY, PROJECT
from tests.contracts.machines import deployments

ROOT = Path(__file__).parents[3]


def run(url: str, *, key: str = KEY, effects: str = "none") -> subprocess.CompletedProcess[str]:
    """Run the real program, always with the same seed."""
    program = Path(sys.executable).with_name("st")
    return subprocess.run(
        [program, "run", "openapi.yaml", "--url", url, "--seed", "1"],
        cwd=ROOT,
        env={
            **os.environ,
            "CONTRACTS_API_KEY": key,
            "CONTRACTS_PROJECT_KEY": PROJECT,
            "CONTRACTS_EFFECTS": effects,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("effects", ["none", "any"])
@pytest.mark.parametrize("kind", [Miniature, deployments.Progresses])
def test_a_conforming_deployment_passes(
    document: Document, kind: Callable[..., Miniature], effects: str
) -> None:
    """Guards that nothing is found where nothing is wrong, and that only reads are sent unasked."""
    with deployments.logged(deployments.made(document, kind)) as (url, log):
        done = run(url, effects=effects)

    assert done.returncode == 0, done.stdout
    methods = {method for method, path in log if path.startswith("/public")}
    assert methods == ({"GET"} if effects == "none" else {"GET", "DELETE"})


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (deployments.RefusesOutside, "ST202"),
        (deployments.ReadsAnything, "promised_status"),
        (deployments.TextStamp, 'is not of type "integer"'),
        (deployments.PlainText, "text/plain"),
        (deployments.Clamps, "page_length"),
        (deployments.WrongJob, "linked_job"),
    ],
)
def test_a_broken_deployment_fails(
    document: Document, kind: Callable[..., Miniature], told: str
) -> None:
    """Guards that a fault is found by plain schemathesis, and says what it is."""
    with deployments.logged(deployments.made(document, kind)) as (url, _):
        done = run(url)

    assert done.returncode == 1, done.stdout
    assert told in done.stdout


def test_a_wrong_key_fails(document: Document) -> None:
    """Guards against a run that passes because every call is answered 401."""
    with deployments.logged(deployments.made(document, Miniature)) as (url, _):
        done = run(url, key="wrong")

    assert done.returncode == 1
    assert "it was 401" in done.stdout


def test_the_settings_are_those_of_the_judge(document: Document) -> None:
    """Guards that schemathesis.toml and `contracts check` say the same."""
    given = tomllib.loads((ROOT / "schemathesis.toml").read_text("utf-8"))

    assert given["checks"] == settings.CHECKS
    assert given["generation"] == settings.GENERATION
    assert given["phases"] == settings.PHASES
    assert given["operations"] == settings.operations(document)
