"""What all reports say alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.engine.events import Event
from contracts.engine.verdict import Verdict
from contracts.reports.escaping import escape_controls
from contracts.reports.summary import MEANING, ORDER, Summary

Make = Callable[..., Any]


def test_every_verdict_has_a_place_and_a_meaning() -> None:
    """A verdict that is added without a place would silently vanish from every report."""
    assert set(ORDER) == set(Verdict) == set(MEANING)


def test_a_run_without_its_end_never_looks_good(broken_off: list[Event]) -> None:
    """A crash or an interrupt is not a success, however many laws were kept before it."""
    summary = Summary.of(broken_off)

    assert summary.tone == "doubt"
    assert "Incomplete" in summary.headline
    assert "stopped at LAW-02" in summary.headline
    assert "nothing is proven" in summary.exit_meaning
    assert [law.id for law in summary.unreached] == ["LAW-02"]


def test_a_run_without_its_end_makes_no_claim_on_methods(broken_off: list[Event]) -> None:
    """That nothing but GET was sent is proven only by the ledger at the end of a run."""
    assert "other than GET" not in Summary.of(broken_off).requests


def test_no_event_at_all_is_incomplete() -> None:
    """A run that died before its first event must not read as a run without violations."""
    summary = Summary.of([])

    assert summary.tone == "doubt"
    assert "Incomplete" in summary.headline


def test_only_get_is_said_as_zero_others(all_kept: list[Event]) -> None:
    """The sentence that users look for after a read-only run has to stand there literally."""
    told = Summary.of(all_kept).requests

    assert told == "8 requests: 8 GET; 0 requests other than GET were sent"


def test_other_methods_are_counted_with_their_effect(make_run: Make, make_law: Make) -> None:
    """HEAD is other than GET but harmless, DELETE is not: the sentence tells them apart."""
    run = make_run(
        make_law(Verdict.KEPT, "LAW-01"),
        by_method={"GET": 5, "HEAD": 2, "DELETE": 1},
        by_effect={"read": 7, "change": 1},
        requests=8,
    )

    told = Summary.of(run).requests

    assert told.endswith("3 requests other than GET were sent, 1 of which could change something")


@pytest.mark.parametrize(
    ("verdict", "exit_code", "said"),
    [
        (Verdict.KEPT, 0, ("Nothing is broken", "good")),
        (Verdict.BROKEN, 1, ("1 law is broken", "bad")),
        (Verdict.SLACK, 0, ("Nothing is broken", "good")),
        (Verdict.SLACK, 1, ("Nothing is broken, but 1 SHOULD not kept", "bad")),
        (Verdict.SETUP_FAILED, 3, ("Could not judge: 1 setup-failed", "doubt")),
        (Verdict.UNTESTED, 3, ("Could not judge: 1 untested", "doubt")),
    ],
)
def test_the_headline_follows_the_exit_code(
    make_run: Make, make_law: Make, verdict: Verdict, exit_code: int, said: tuple[str, str]
) -> None:
    """The sentence on top and the exit code must never contradict each other."""
    summary = Summary.of(make_run(make_law(verdict, "LAW-01"), exit_code=exit_code))

    assert (summary.headline, summary.tone) == said


def test_trouble_is_the_headline(make_run: Make) -> None:
    """A user who gave a wrong key wants to read just that."""
    run = make_run(exit_code=3, trouble="the deployment answers 401")

    assert Summary.of(run).headline == "Could not judge: the deployment answers 401"


def test_what_acts_on_a_terminal_is_shown_as_a_picture() -> None:
    """An answer with escape sequences or direction marks must not act where it is shown."""
    assert escape_controls("a\x1b[31m\x00\x7f\u202eb\r\nc\td\ud800\ufffe") == (
        "a\u241b[31m\u2400\u2421\\u202eb\nc\td\\ud800\\ufffe"
    )


def test_the_documentation_tells_of_each_verdict() -> None:
    """A reader who meets a verdict in CI looks up there what became of the law."""
    text = (Path(__file__).parents[3] / "docs/guides/reports.md").read_text("utf-8")

    told = re.findall(r"^\| ([a-z-]+) \| .* \|$", text, re.MULTILINE)

    assert set(told) >= {str(verdict) for verdict in Verdict}


def test_what_else_happened_is_said(make_run: Make, make_law: Make) -> None:
    """A guard that had to step in, waiting, and gone deviations are reasons to act."""
    run = make_run(make_law(Verdict.KEPT, "LAW-01"), refused=1, waits=2, fixed=("LAW-09",))

    assert Summary.of(run).also == (
        "1 request stopped by the effects guard",
        "the deployment asked to wait 2 times",
        "known deviations that no longer occur: LAW-09",
    )
