"""Plain `st run openapi.yaml` with the settings and hooks of this repository."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.contract.document import Document
from contracts.engine.law import MUST
from contracts.fuzzing import settings
from contracts.laws import catalogue
from contracts.selftest.faults import keys, limits, pages, reading, responses
from contracts.selftest.miniature import Miniature
from contracts.selftest.world import JOBS, KEY, PROJECT
from tests.contracts.model import deployments

ROOT = Path(__file__).parents[3]


PROGRAM = """
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from schemathesis.cli import schemathesis
providers._get_local_constants = Constants
schemathesis()
"""
"""`st`, but for the constants that hypothesis takes from the source of this repository: with them,
each change of the source would draw other calls."""

ALL = "examples,coverage,fuzzing,stateful"


def run(
    url: str, *, key: str = KEY, effects: str = "none", seed: int = 2, phases: str = ALL
) -> subprocess.CompletedProcess[str]:
    """Run the real program with one seed, which always draws the same calls."""
    options = ["--url", url, "--seed", str(seed), "--phases", phases]
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "run", "openapi.yaml", *options],
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


@pytest.mark.parametrize(
    ("kind", "effects"),
    [(Miniature, "any"), (deployments.Progresses, "none"), (deployments.Progresses, "any")],
)
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
    ("kind", "told", "seed", "phases"),
    [
        (deployments.RefusesOutside, "ST202", 2, "examples"),
        (deployments.ReadsAnything, "promised_status", 2, "coverage"),
        (deployments.TextStamp, 'is not of type "integer"', 2, "examples"),
        (deployments.PlainText, "EXCH-04", 2, "fuzzing"),
        (deployments.Clamps, "page_length", 2, "coverage"),
        (deployments.WrongJob, "linked_job", 2, ALL),
        (limits.HasAnotherDefault, "but the page has 20, while limit=200", 2, "coverage"),
        (pages.SkipsAJobBetweenPages, "in place 51", 2, "examples"),
        (responses.DescribesWithoutTheUser, "EXCH-11: expected", 2, "coverage"),
        (responses.CompletedJobsHaveNoStamp, "EXCH-16: expected", 2, "examples"),
        # Only a call for one of the few failed jobs shows it.
        (reading.ListsWithoutErrors, "errors changed", 7, ALL),
    ],
)
def test_a_broken_deployment_fails(
    document: Document, kind: Callable[..., Miniature], told: str, seed: int, phases: str
) -> None:
    """Guards that a fault is found by plain schemathesis, in a phase that shows it."""
    with deployments.logged(deployments.made(document, kind, JOBS)) as (url, _):
        done = run(url, seed=seed, phases=phases)

    assert done.returncode == 1, done.stdout
    assert told in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    "kind", [pages.DropsTheLastPartialPage, pages.HidesCancelledJobs, keys.AnyKeyWillDo]
)
def test_what_only_the_judge_sees_is_documented(
    document: Document, kind: Callable[..., Miniature]
) -> None:
    """Guards docs/guides/schemathesis.md: plain schemathesis misses what it says it misses."""
    with deployments.logged(deployments.made(document, kind, JOBS)) as (url, _):
        done = run(url)

    assert done.returncode == 0, done.stdout


def test_each_law_on_answers_is_a_check(document: Document) -> None:
    """Guards that a law that is added to the judge is one of plain schemathesis, too."""
    wanted = {
        law.name
        for law in catalogue.create_registry(document, generated=False)
        if law.by_exchange and law.level is MUST
    }
    probe = (
        "import contracts.schemathesis_hooks; from schemathesis.checks import CHECKS; "
        "print(*CHECKS.get_all_names())"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert wanted <= set(done.stdout.split())
    assert {"AnswersAgree", "page_length", "promised_status"} <= set(done.stdout.split())


def test_a_wrong_key_fails(document: Document) -> None:
    """Guards against a run that passes because every call is answered 401."""
    with deployments.logged(deployments.made(document, Miniature)) as (url, _):
        done = run(url, key="wrong", phases="examples")

    assert done.returncode == 1
    assert "the status was 401" in done.stdout


def test_the_settings_are_those_of_the_judge(document: Document) -> None:
    """Guards that schemathesis.toml and `contracts check` say the same."""
    given = tomllib.loads((ROOT / "schemathesis.toml").read_text("utf-8"))

    assert given["checks"] == settings.CHECKS
    assert given["generation"] == settings.GENERATION
    assert given["phases"] == settings.PHASES
    assert given["operations"] == settings.configure_operations(document)
