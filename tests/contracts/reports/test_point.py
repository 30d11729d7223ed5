"""What a violation is about stands in every report: the record, its place, and what differs."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from contracts.engine.events import Event, Finding
from contracts.engine.verdict import Verdict
from contracts.http.excerpt import Change, Excerpt
from contracts.reports import html, json_report, junit, markdown
from contracts.reports.plain_text import render_evidence as in_words
from contracts.reports.steps import group_steps
from contracts.reports.terminal import Terminal
from tests.contracts.reports.conftest import evidence, judged, run_of

JOB = '{"jobId": 3451, "status": "done"}'
AT = "/data/17"


def in_terminal(events: list[Event], _: Path) -> str:
    """Return what the terminal shows."""
    out = io.StringIO()
    terminal = Terminal(quiet=True, out=out)
    for event in events:
        terminal.handle(event)
    return out.getvalue()


def in_file(write: Callable[[list[Event], Path], None]) -> Callable[[list[Event], Path], str]:
    """Return what reads a report back as its reader sees it."""

    def read(events: list[Event], folder: Path) -> str:
        file = folder / "report"
        write(events, file)
        text = file.read_text("utf-8")
        return text.replace('\\"', '"') if text[0] == "{" else unescape(text)

    return read


FORMATS = {
    "terminal": in_terminal,
    "html": in_file(html.write),
    "markdown": in_file(markdown.write),
    "junit": in_file(junit.write),
    "json": in_file(json_report.write),
}


@pytest.mark.parametrize("name", FORMATS)
def test_each_report_shows_the_record_and_its_place(name: str, tmp_path: Path) -> None:
    """The job that a violation is about is there, however far down the page it stands."""
    page = replace(
        evidence(body='{"data": [' + "x" * 1900),
        excerpts=(Excerpt(AT, JOB),),
        listed="200 jobs: 1",
    )
    finding = Finding("a status of the lifecycle", 'it is "done"', (page,))
    run = run_of(judged(Verdict.BROKEN, "LAW-01", findings=(finding,)), exit_code=1)

    shown = FORMATS[name](run, tmp_path)

    assert AT in shown
    assert JOB in shown
    assert "200 jobs: 1" in shown


@pytest.mark.parametrize("name", FORMATS)
def test_each_report_shows_a_difference_by_member(name: str, tmp_path: Path) -> None:
    """Where two states are compared, the members that differ are shown, before and after."""
    change = Change("updatedAt", "1623913015276", None)
    finding = Finding("job 7 as before", "updatedAt differs", (evidence(),), changes=(change,))
    run = run_of(judged(Verdict.BROKEN, "LAW-01", findings=(finding,)), exit_code=1)

    shown = FORMATS[name](run, tmp_path)

    assert "updatedAt" in shown
    assert "1623913015276" in shown
    assert ("null" if name == "json" else "absent") in shown


@pytest.mark.parametrize("name", FORMATS)
def test_no_report_shows_a_request_six_times(name: str, tmp_path: Path) -> None:
    """A request that was sent again is not written out again."""
    seen = [replace(evidence(), times=5), replace(evidence("{}"), status=409)]
    finding = Finding("one 200", "5 of 6 got it", tuple(seen))
    run = run_of(judged(Verdict.BROKEN, "LAW-01", findings=(finding,)), exit_code=1)

    shown = FORMATS[name](run, tmp_path)

    # A program is given each answer with its request; a reader is given the request once.
    assert shown.count("curl -i") == (2 if name == "json" else 1)
    assert ('"times": 5' if name == "json" else "(5 times)") in shown


def test_a_request_that_comes_back_later_is_referred_to() -> None:
    """The order in which things happened stays, and what is known already is named by its step."""
    read, cancel = evidence(), replace(evidence(), curl="curl -X DELETE")

    first, second, third = group_steps([read, cancel, read, read])

    assert (first.again, second.again) == ("", "")
    assert (third.again, third.times) == ("the request of step 1 again", 2)


def test_a_script_is_followed_by_the_answer_that_breaks_the_law() -> None:
    """Of a sequence, the last answer is what the violation is about."""
    last = replace(evidence(), excerpts=(Excerpt(AT, JOB),))
    finding = Finding("this", "it is that", (evidence("first"), last), "#!/bin/sh\n")
    told = in_words(judged(Verdict.BROKEN, "LAW-01", findings=(finding,)))

    assert JOB in told
    assert "first" not in told
