"""The run as JUnit XML, for CI systems: each law is a test case.

Only success looks like success: a run that could not judge, or that did not
finish, has a test case of its own that is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from contracts.engine.events import Event, LawFacts, LawFinished
from contracts.engine.verdict import Verdict
from contracts.reports.escaping import escape_controls, join_lines, save
from contracts.reports.plain_text import render_evidence
from contracts.reports.summary import Summary, summarize_reason
from contracts.reports.wording import describe_exercised

OUTCOMES = {
    Verdict.BROKEN: "failure",
    Verdict.SETUP_FAILED: "error",
    Verdict.PROBE_FAILED: "error",
    Verdict.UNTESTED: "skipped",
    Verdict.BLOCKED: "skipped",
    Verdict.INCONCLUSIVE: "skipped",
    Verdict.KNOWN: "skipped",
    Verdict.SLACK: "skipped",
}
"""What JUnit calls a verdict; the rest have passed."""

SUITE = "contracts"
WHOLE = "the run as a whole"
"""The test case for problems of the run itself."""


def write(events: Iterable[Event], file: Path) -> None:
    """Write the JUnit report of *events* to *file*."""
    tree = render(Summary.of(events))
    indent(tree)
    text = tostring(tree, "unicode")
    save(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n', file)


def render(summary: Summary) -> Element:
    """Return the report as an XML element."""
    root = Element("testsuites", name=SUITE)
    suite = SubElement(root, "testsuite", name=SUITE)
    _add_properties(suite, summary)
    if not summary.complete or (summary.finished and summary.finished.exit_code not in (0, 1)):
        error = SubElement(_add_case(suite, SUITE, WHOLE, 0.0), "error", type="run")
        error.set("message", join_lines(summary.headline))
        error.text = escape_controls(f"{summary.headline}\n{summary.exit_meaning}")
    for one in summary.laws:
        _add_law(suite, one, fails_on_slack=summary.slack_fails)
    for law in summary.unreached:
        case = _add_case(suite, _group(law), _name(law), 0.0)
        SubElement(case, "skipped", message="not judged: the run ended before it")
    _count(root, suite, summary)
    return root


def _add_properties(suite: Element, summary: Summary) -> None:
    properties = SubElement(suite, "properties")
    started = summary.started
    said = {"complete": str(summary.complete).lower(), "requests": summary.requests}
    if started:
        suite.set("timestamp", join_lines(started.started_at).removesuffix("+00:00"))
        said |= {
            "base_url": started.base_url,
            "project": started.project,
            **({"proxy": started.proxy} if started.proxy else {}),
            **({"recorded": started.recorded} if started.recorded else {}),
            "effects": started.effects,
            "rng": str(started.rng),
            "contract": started.contract,
        }
    if summary.finished and summary.finished.surveyed:
        said["read"] = summary.finished.surveyed
    if summary.finished:
        said["exit"] = summary.exit_meaning
    for name, value in said.items():
        SubElement(properties, "property", name=name, value=join_lines(value))


def _add_law(suite: Element, one: LawFinished, *, fails_on_slack: bool) -> None:
    case = _add_case(suite, _group(one.law), _name(one.law), one.seconds)
    outcome = OUTCOMES.get(one.verdict)
    if one.verdict is Verdict.SLACK and fails_on_slack:
        outcome = "failure"
    if outcome == "skipped":
        SubElement(case, outcome, message=f"{one.verdict}: {join_lines(summarize_reason(one))}")
    elif outcome:
        element = SubElement(case, outcome, type=one.verdict.value, message=_make_message(one))
        element.text = escape_controls(render_evidence(one))
    output = "\n".join(
        [*one.observations, *_count_requests(one), *_list_hidden_findings(one, outcome)]
    )
    if output:
        SubElement(case, "system-out").text = escape_controls(output)


def _make_message(one: LawFinished) -> str:
    if not one.findings:
        return join_lines(summarize_reason(one))
    first = one.findings[0]
    return join_lines(f"{one.law.sentence} Expected {first.expected}, but {first.actual}")


def _count_requests(one: LawFinished) -> list[str]:
    exercised = describe_exercised(one)
    return [f"looked at: {exercised}"] if exercised else []


def _list_hidden_findings(one: LawFinished, outcome: str | None) -> list[str]:
    """Return the evidence of a violation that does not fail the run."""
    return [render_evidence(one)] if one.findings and outcome == "skipped" else []


def _add_case(suite: Element, group: str, name: str, seconds: float) -> Element:
    return SubElement(suite, "testcase", classname=group, name=name, time=f"{seconds:.3f}")


def _group(law: LawFacts) -> str:
    return f"{SUITE}.{law.id.rpartition('-')[0] or law.id}"


def _name(law: LawFacts) -> str:
    return join_lines(f"{law.label} {law.title}")


def _count(root: Element, suite: Element, summary: Summary) -> None:
    seconds = summary.finished.seconds if summary.finished else sum(o.seconds for o in summary.laws)
    for element in (root, suite):
        element.set("tests", str(len(suite.findall("testcase"))))
        element.set("failures", str(len(suite.findall("testcase/failure"))))
        element.set("errors", str(len(suite.findall("testcase/error"))))
        element.set("time", f"{seconds:.3f}")
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
