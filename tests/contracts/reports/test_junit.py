"""The JUnit report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from contracts.engine.events import Event
from contracts.engine.verdict import Verdict
from contracts.reports import junit


def written(events: list[Event], folder: Path) -> Element:
    """Return the test suite as a CI system reads it."""
    junit.write(events, folder / "junit.xml")
    root = fromstring((folder / "junit.xml").read_bytes())
    suite = root.find("testsuite")
    assert suite is not None
    return suite


def outcomes(suite: Element) -> dict[str, str]:
    """Return the outcome of each test case by the first word of its name."""
    return {
        case.attrib["name"].split()[0]: next(
            (child.tag for child in case if child.tag != "system-out"), "passed"
        )
        for case in suite.findall("testcase")
    }


def test_each_verdict_has_its_outcome(every_verdict: list[Event], tmp_path: Path) -> None:
    """CI systems know four outcomes; a doubt that became a pass would be a false success."""
    suite = written(every_verdict, tmp_path)
    names = dict(zip(Verdict, sorted(outcomes(suite)), strict=True))

    found = {verdict: outcomes(suite)[name] for verdict, name in names.items()}

    assert found == {
        Verdict.KEPT: "passed",
        Verdict.OBSERVED: "passed",
        Verdict.BROKEN: "failure",
        Verdict.SETUP_FAILED: "error",
        Verdict.PROBE_FAILED: "error",
        Verdict.SLACK: "skipped",
        Verdict.KNOWN: "skipped",
        Verdict.INCONCLUSIVE: "skipped",
        Verdict.UNTESTED: "skipped",
        Verdict.BLOCKED: "skipped",
    }


def test_the_counts_are_those_of_the_cases(every_verdict: list[Event], tmp_path: Path) -> None:
    """Some CI systems show the attributes and never count the cases themselves."""
    suite = written(every_verdict, tmp_path)
    counts = {name: suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")}

    assert counts == {"tests": "10", "failures": "1", "errors": "2", "skipped": "5"}


def test_a_failure_holds_its_evidence(every_verdict: list[Event], tmp_path: Path) -> None:
    """A reader who sees only the CI system needs expected, actual and the command."""
    failure = written(every_verdict, tmp_path).find("testcase/failure")

    assert failure is not None
    assert "there were 0" in failure.attrib["message"]
    told = failure.text or ""
    for part in ("expected  50 jobs", "actual    there were 0", "curl -i", "clause    #/paths/"):
        assert part in told


def test_a_slack_law_fails_if_it_made_the_run_fail(
    make_run: Callable[..., Any], make_law: Callable[..., Any], tmp_path: Path
) -> None:
    """Under --fail-on should, the report must not be green where the exit code is 1."""
    run = make_run(make_law(Verdict.SLACK, "LAW-01"), exit_code=1)

    assert outcomes(written(run, tmp_path)) == {"LAW-01": "failure"}


def test_a_run_that_broke_off_is_an_error(broken_off: list[Event], tmp_path: Path) -> None:
    """A CI system that only looks for errors must not take a part for the whole."""
    suite = written(broken_off, tmp_path)

    assert outcomes(suite) == {"the": "error", "LAW-01": "passed", "LAW-02": "skipped"}
    assert suite.attrib["errors"] == "1"


def test_trouble_is_an_error(make_run: Callable[..., Any], tmp_path: Path) -> None:
    """A run in which nothing could be judged has no test case but this one."""
    suite = written(make_run(exit_code=3, trouble="the deployment answers 401"), tmp_path)
    error = suite.find("testcase/error")

    assert error is not None
    assert error.attrib["message"] == "Could not judge: the deployment answers 401"


def test_any_answer_gives_well_formed_xml(hostile: list[Event], tmp_path: Path) -> None:
    """XML cannot say NUL or escape; `]]>` and lone surrogates break careless writers."""
    failure = written(hostile, tmp_path).find("testcase/failure")

    assert failure is not None
    assert "</script><img src=x onerror=alert(1)>" in (failure.text or "")
    assert "\u2400\u241b" in (failure.text or "")
