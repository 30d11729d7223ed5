"""Each verdict as an outcome of pytest."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest
import requests

from contracts.selftest.world import KEY, PROJECT

Run = Callable[..., subprocess.CompletedProcess[str]]


def words(told: str) -> dict[str, str]:
    """Return the word beside each law in verbose output."""
    return dict(re.findall(r"^contracts::([A-Z]+-\d\d)_\w+ ([A-Z-]+)", told, re.MULTILINE))


def counts(told: str) -> str:
    """Return pytest's last line without the time."""
    return told.splitlines()[-1].strip("= ").rpartition(" in ")[0]


def test_each_verdict_has_its_outcome(judge: Run) -> None:
    """A doubt that pytest took for passed would be a false success."""
    done = judge("-v", "-k", "ONE")

    assert words(done.stdout) == {
        "ONE-01": "KEPT",
        "ONE-02": "BROKEN",
        "ONE-03": "SLACK",
        "ONE-04": "OBSERVED",
        "ONE-05": "UNTESTED",
        "ONE-06": "BLOCKED",
        "ONE-07": "INCONCLUSIVE",
        "ONE-08": "SETUP-FAILED",
        "ONE-09": "PROBE-FAILED",
    }
    assert counts(done.stdout) == "3 failed, 2 passed, 3 skipped, 2 deselected, 1 xfailed"
    assert done.returncode == 1


def test_a_failure_is_a_report_and_no_traceback(judge: Run) -> None:
    """The text is about the deployment, not about the internals of the judge."""
    told = judge("-k", "ONE-02").stdout

    for part in (
        "ONE-02 MUST A list is answered 418.",
        "clause    RFC 9110 §9.3.1",
        "expected  418 with a limit",
        "actual    it was 200",
        'repeat    curl -i -H "Authorization: Bearer ${CONTRACTS_API_KEY}" \'http://127.0.0.1:',
    ):
        assert part in told
    assert "expected 418 with a limit, but it was 200" in told.partition("short test summary")[2]
    assert "Traceback" not in told
    assert "def " not in told
    assert KEY not in told


def test_laws_are_found_by_id_and_by_title(judge: Run) -> None:
    """`-k` is how one judges a law again; what stands before it is judged unseen."""
    assert set(words(judge("-v", "-k", "ONE-06").stdout)) == {"ONE-06"}
    assert set(words(judge("-v", "-k", "is_ordered").stdout)) == {"ONE-04"}


def test_what_a_law_builds_on_is_judged_with_it(judge: Run) -> None:
    """Alone, a law must not come to another verdict than in the whole run."""
    assert words(judge("-v", "-k", "ONE-06").stdout) == {"ONE-06": "BLOCKED"}


def test_the_level_is_a_marker(judge: Run) -> None:
    """`-m MUST` judges what the contract demands, also where markers are strict."""
    assert set(words(judge("-v", "-m", "SHOULD", "--strict-markers").stdout)) == {"ONE-03"}


def test_what_failed_last_is_judged_again(judge: Run) -> None:
    """`--lf` is how one tries a repair: pytest has to know the items again by their ids."""
    judge("-k", "ONE-01 or ONE-02")

    assert words(judge("-v", "--lf").stdout) == {"ONE-02": "BROKEN"}


def test_x_stops_at_the_first_breach(judge: Run) -> None:
    """A long run need not go on once a deployment is known to be broken."""
    assert set(words(judge("-v", "-x").stdout)) == {"ONE-01", "ONE-02"}


@pytest.mark.parametrize(
    ("law", "option", "word"),
    [
        ("ONE-03", ["--contract-fail-on", "should"], "SLACK"),
        ("ONE-03", ["--runxfail"], "SLACK"),
        ("ONE-07", ["--contract-strict"], "INCONCLUSIVE"),
    ],
)
def test_what_is_asked_to_count_fails(judge: Run, law: str, option: list[str], word: str) -> None:
    """The options that make the command line strict make pytest strict too."""
    done = judge("-v", "-k", law, *option)

    assert words(done.stdout) == {law: word}
    assert counts(done.stdout) == "1 failed, 10 deselected"


def test_filters_of_a_project_change_no_verdict(judge: Run) -> None:
    """Many projects turn warnings into errors; --contract-insecure alone would warn each time."""
    assert words(judge("-v", "-W", "error", "-k", "ONE-01").stdout) == {"ONE-01": "KEPT"}


def test_a_known_deviation_is_an_expected_failure(judge: Run, tmp_path: Path) -> None:
    """What is known and owned does not fail the build, and stays in sight."""
    known = tmp_path / "known.yaml"
    known.write_text("[{law: ONE-02, reason: old kettle, owner: tea, expires: 2999-01-01}]")

    done = judge("-v", "-k", "ONE-02", "--contract-known", str(known))

    assert words(done.stdout) == {"ONE-02": "KNOWN"}
    assert counts(done.stdout) == "10 deselected, 1 xfailed"
    assert "known to tea until 2999-01-01: old kettle" in done.stdout


def test_a_known_deviation_that_is_gone_is_told(judge: Run, tmp_path: Path) -> None:
    """An entry that no longer occurs would hide the next violation of its law."""
    known = tmp_path / "known.yaml"
    known.write_text("[{law: ONE-01, reason: old kettle, owner: tea, expires: 2999-01-01}]")

    told = judge("-k", "ONE-01", "--contract-known", str(known)).stdout

    assert "known deviations that no longer occur: ONE-01" in told


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_jobs_that_a_run_made_do_not_outlive_it(
    judge: Run, deployment: str, workers: list[str]
) -> None:
    """A deployment is left as it was found, also by pytest and by each of its workers."""
    done = judge("-k", "ONE-01 or ONE-05", "--contract-effects", "own", *workers)
    response = requests.get(
        f"{deployment}/public/{PROJECT}/jobs",
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=60,
    )
    made = [job for job in response.json()["data"] if job["referenceId"].startswith("contracts-")]

    assert "2 passed" in done.stdout
    assert made
    assert {job["status"] for job in made} == {"cancelled"}


def test_a_run_that_judged_nothing_is_no_success(judge: Run) -> None:
    """All skipped is a success to pytest; to a judge it is not."""
    done = judge("-k", "ONE-05")

    assert counts(done.stdout) == "1 skipped, 10 deselected"
    assert done.returncode == 5


def test_the_summary_proves_what_was_sent(judge: Run) -> None:
    """A user who points pytest at a real deployment has to see that it was only read."""
    told = judge("-k", "ONE-01 or ONE-04").stdout

    assert "1 observed, 1 kept" in told
    assert re.search(r"\d requests: \d GET; 0 requests other than GET were sent", told)


def test_junit_of_pytest_has_verdict_and_clause(judge: Run, tmp_path: Path) -> None:
    """CI systems show properties; an observation is only there."""
    judge("-k", "ONE-04", "--junitxml", str(tmp_path / "junit.xml"))
    tree = parse(tmp_path / "junit.xml")
    told = {p.attrib["name"]: p.attrib["value"] for p in tree.iter("property")}

    assert told["verdict"] == "observed"
    assert told["observed"] == "the newest is first"
    assert told["clause"] == "RFC 9110 §9.3.1"
