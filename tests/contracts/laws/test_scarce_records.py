"""A deployment that has few records in each state: laws share them, and say what they lack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from contracts.contract.description.reader import read
from contracts.contract.moves import Move
from contracts.engine.events import LawFinished
from contracts.engine.verdict import Verdict
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.faults import catalogue
from contracts.selftest.any_api.judging import judge
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.world import create_world
from contracts.selftest.messages import Response
from tests.program.process import ROOT

RUNS = ROOT / "mockserver" / "resources" / "apis" / "github-runs"
LAWS = ("CANC-01", "CANC-03", "CANC-07", "CANC-11")


def judge_runs(
    fault: str, count: int, kind: type[AnyMiniature] = AnyMiniature, **settings: Any
) -> dict[str, LawFinished]:
    """Judge a server with a *fault*, if any, and *count* workflow runs, in each state as many."""
    api = read(RUNS / "openapi.yaml", [RUNS / "overlay.yaml"])
    plays = next((one.plays for one in catalogue.list_faults(api) if one.sentence == fault), None)
    found = judge("scarce", create_world(api, kind, count, plays=plays, **settings), api, laws=LAWS)
    return {event.law.id: event for event in found.events if isinstance(event, LawFinished)}


def test_refusals_are_seen_before_moves_use_the_records_up() -> None:
    """Guards what is judged where each state has one record: a refusal leaves it as it is."""
    found = judge_runs("", 13)

    assert {one.verdict for one in found.values()} == {Verdict.KEPT}
    assert found["CANC-03"].exercised["cancel while timed_out"]
    assert found["CANC-01"].exercised["run again from timed_out"]


def test_an_acceptance_that_cannot_be_repeated_is_a_doubt() -> None:
    """Guards CANC-03: with no records left to tell, a declared refusal is not held to be kept."""
    found = judge_runs("cancel is carried out while timed_out", 26)

    assert found["CANC-03"].verdict is Verdict.INCONCLUSIVE
    assert "cancel was accepted of a record that was timed_out" in found["CANC-03"].reason
    assert found["CANC-03"].exercised["cancel while stale"]


def test_an_acceptance_that_can_be_repeated_is_a_violation() -> None:
    """Guards CANC-03 in what it is for, where there are records to tell."""
    found = judge_runs("cancel is carried out while timed_out", 13 * 7)

    assert found["CANC-03"].verdict is Verdict.BROKEN


@dataclass
class ForgettingOne(AnyMiniature):
    """Forgets one record by itself: the first that is meant by a call with that status."""

    status: int = 0
    has_forgotten: bool = False

    def move(self, call: Call, entry: Entry, rows: Sequence[Move]) -> Response:
        """Move a record, and forget it if it is the first."""
        response = super().move(call, entry, rows)
        if response.status == self.status and not self.has_forgotten:
            self.has_forgotten = True
            self.entries.remove(entry)
        return response


@pytest.mark.parametrize(
    ("law_id", "status", "fault"),
    [
        ("CANC-07", 202, "run again leads to requested"),
        ("CANC-11", 409, "cancel is carried out while stale"),
    ],
)
def test_a_doubt_about_one_call_does_not_hide_a_violation_by_another(
    law_id: str, status: int, fault: str
) -> None:
    """Guards that a law goes on where a record is gone that the server may have forgotten."""
    doubted = judge_runs("", 13, kind=ForgettingOne, status=status)[law_id]
    found = judge_runs(fault, 13, kind=ForgettingOne, status=status)[law_id]

    assert doubted.verdict is Verdict.INCONCLUSIVE
    assert "which the server may do by itself" in doubted.reason
    assert found.verdict is Verdict.BROKEN
