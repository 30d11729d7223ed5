"""A deployment that has few records in each state: laws share them, and say what they lack."""

from __future__ import annotations

from contracts.contract.description.reader import read
from contracts.engine.events import LawFinished
from contracts.engine.verdict import Verdict
from contracts.selftest.any_api.faults import catalogue
from contracts.selftest.any_api.judging import judge
from contracts.selftest.any_api.world import create_world
from tests.program.process import ROOT

RUNS = ROOT / "mockserver" / "resources" / "apis" / "github-runs"
LAWS = ("CANC-01", "CANC-03", "CANC-11")


def judge_runs(fault: str, count: int) -> dict[str, LawFinished]:
    """Judge a server with a *fault*, if any, and *count* workflow runs, in each state as many."""
    api = read(RUNS / "openapi.yaml", [RUNS / "overlay.yaml"])
    plays = next((one.plays for one in catalogue.list_faults(api) if one.sentence == fault), None)
    found = judge("scarce", create_world(api, count=count, plays=plays), api, laws=LAWS)
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
