"""The lifecycle: the document against a table written by hand, and the moves it leads to."""

import csv
from itertools import product
from pathlib import Path

import pytest

from mockserver.contract.document import Document
from mockserver.domain.job import Job, Plan, create_deletion
from mockserver.domain.lifecycle import Refusal, step
from mockserver.domain.progress import apply_due, next_due
from mockserver.domain.tenancy import Project

GOLDEN = Path(__file__).parent.parent / "golden" / "lifecycle.csv"
ROWS = list(csv.DictReader(GOLDEN.read_text().splitlines()))
PROJECT = Project(1, "Project")
MIDNIGHT = 1_623_974_400_000


def job(status: str, plan: Plan | None = None, updated_at: int | None = None) -> Job:
    """Return a job that starts at `MIDNIGHT`."""
    return Job(1, PROJECT, "ann", status, 1_000, MIDNIGHT, updated_at, None, plan)


def test_the_golden_table_is_complete(document: Document) -> None:
    """Guards that the table has every status and every event of the document."""
    events = {transition.event for transition in document.lifecycle.transitions}

    assert sorted(product(document.states, events)) == sorted(
        (row["status"], row["event"]) for row in ROWS
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['status']}-{row['event']}")
def test_the_document_says_what_the_golden_table_says(
    document: Document, row: dict[str, str]
) -> None:
    """Guards the document: a change of a transition needs a change of this table, too."""
    move = document.lifecycle.move(row["status"], row["event"])

    assert row["outcome"] == ("refused" if move is None else move.to)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["event"] == "cancel"], ids=lambda row: row["status"]
)
def test_a_step_moves_or_refuses(document: Document, row: dict[str, str]) -> None:
    """Guards that a move sets status and updatedAt only, and a refusal says 400."""
    before = job(row["status"])
    after = step(document.lifecycle, before, "cancel", 5_000)

    if row["outcome"] == "refused":
        assert after == Refusal("cancel", row["status"], 400)
    else:
        assert after == Job(1, PROJECT, "ann", row["outcome"], 1_000, MIDNIGHT, 5_000)


def test_terminal_states_are_those_that_nothing_leaves(document: Document) -> None:
    """Guards the sets of states that follow from the table."""
    lifecycle = document.lifecycle

    assert lifecycle.terminal == {"completed", "failed", "cancelled"}
    assert lifecycle.transient == {"scheduled", "running"}
    assert lifecycle.outcomes == {"completed", "failed"}
    assert lifecycle.before_start == {"scheduled", "cancelled"}


@pytest.mark.parametrize(
    ("before", "due"),
    [
        (job("scheduled"), (MIDNIGHT, "start")),
        (job("running"), None),
        (job("running", Plan(10, "failed", "why"), 77), (87, "fail")),
        (job("running", Plan(10, "completed")), (MIDNIGHT + 10, "complete")),
        (job("completed", Plan(10, "failed")), None),
        (job("cancelled", Plan(10, "failed")), None),
    ],
)
def test_what_is_due_next_follows_from_the_record(
    document: Document, before: Job, due: tuple[int, str] | None
) -> None:
    """Guards the time and the event of every move by the server."""
    found = next_due(document.lifecycle, before)

    assert due == (None if found is None else (found.at, found.transition.event))


def test_a_planned_end_brings_the_plans_errors(document: Document) -> None:
    """Guards that a failed job has its errors, and a started one has none."""
    plan = Plan(10, "failed", "why")
    started = job("scheduled", plan)
    for expected in (("running", MIDNIGHT, None), ("failed", MIDNIGHT + 10, "why")):
        due = next_due(document.lifecycle, started)
        assert due is not None
        started = apply_due(document.lifecycle, started, due)
        assert expected == (started.status, started.updated_at, started.errors)


@pytest.mark.parametrize(
    ("now", "start_at"),
    [(MIDNIGHT - 1, MIDNIGHT), (MIDNIGHT, MIDNIGHT + 86_400_000), (0, 86_400_000)],
)
def test_a_deletion_starts_at_the_next_utc_midnight(now: int, start_at: int) -> None:
    """Guards that the next midnight is always later than now."""
    made = create_deletion("a", job_id=1, project=PROJECT, status="scheduled", plan=None, now=now)

    assert (start_at, now, None) == (made.start_at, made.created_at, made.updated_at)
