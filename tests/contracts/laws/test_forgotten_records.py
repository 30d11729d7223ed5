"""A record that is gone after a call: a server may forget one by itself, and a call not all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from contracts.contract.description.reader import read
from contracts.contract.moves import Move
from contracts.contract.roles import Creation
from contracts.engine.events import LawFinished
from contracts.engine.verdict import Verdict
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.judging import judge
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.world import create_world
from contracts.selftest.messages import Response
from tests.program.process import ROOT

APIS = ROOT / "mockserver" / "resources" / "apis"
KINDS = ROOT / "tests" / "both" / "kinds"
LAWS = ("CANC-07", "CANC-11", "CANC-12")


@dataclass
class Forgetting(AnyMiniature):
    """Forgets a record at a call for a move: at each, or at the first and every seventh one."""

    every: int = 1
    forgets_another: bool = False
    calls: int = 0

    def move(self, call: Call, entry: Entry, rows: Sequence[Move]) -> Response:
        """Move a record, and forget it or another one at some calls."""
        response = super().move(call, entry, rows)
        self.calls += 1
        if self.calls % self.every == 1 % self.every:
            others = [one for one in self.entries if one is not entry]
            gone = others[-1] if self.forgets_another and others else entry
            # A move may have deleted it.
            self.entries = [one for one in self.entries if one is not gone]
        return response


def judge_forgetting(
    name: str, *, every: int = 1, forgets_another: bool = False
) -> dict[str, LawFinished]:
    """Judge a server of a contract that comes along, which forgets some records."""
    api = read(APIS / name / "openapi.yaml", [APIS / name / "overlay.yaml"])
    world = create_world(api, Forgetting, every=every, forgets_another=forgets_another)
    found = judge("forgetting", world, api, laws=LAWS)
    return {event.law.id: event for event in found.events if isinstance(event, LawFinished)}


@pytest.mark.parametrize("which", ["forgets_another", "forgets_it"])
def test_a_server_that_forgets_a_record_by_itself_is_not_accused(which: str) -> None:
    """Guards against false alarms: what is kept is not for ever, and may end during a call."""
    found = judge_forgetting("airflow-dagruns", every=7, forgets_another=which == "forgets_another")

    verdicts = {law: found[law].verdict for law in LAWS}
    assert Verdict.BROKEN not in verdicts.values()
    assert Verdict.KEPT in verdicts.values()


def test_a_call_that_loses_each_record_is_accused() -> None:
    """Guards CANC-07 and CANC-11 in what they are for: no move but one to nothing deletes."""
    found = judge_forgetting("openai-batches")

    for law in LAWS[:2]:
        assert found[law].verdict is Verdict.BROKEN
        assert [one.actual for one in found[law].findings] == ["it is gone"]


def test_a_call_that_loses_each_other_record_is_accused() -> None:
    """Guards CANC-12 in what it is for: a move is of one record."""
    found = judge_forgetting("openai-batches", forgets_another=True)

    assert found["CANC-12"].verdict is Verdict.BROKEN
    assert [one.actual for one in found["CANC-12"].findings] == ["it is gone"]


@dataclass
class ForgetsNewRecords(AnyMiniature):
    """Forgets records as soon as they are made: the first ones, or all."""

    forgotten: int = 1

    def create(self, call: Call, creation: Creation) -> Response:
        """Make a record, and forget it perhaps."""
        response = super().create(call, creation)
        if response.status < 300 and self.forgotten:
            self.forgotten -= 1
            self.entries.pop()
        return response


@pytest.mark.parametrize("law", ["MAKE-02", "MAKE-06"])
@pytest.mark.parametrize(("forgotten", "verdict"), [(2, Verdict.KEPT), (99, Verdict.BROKEN)])
def test_a_new_record_may_be_forgotten(law: str, forgotten: int, verdict: Verdict) -> None:
    """Guards MAKE-02 and MAKE-06: a record that is gone is chance, three in a row are not."""
    api = read(KINDS / "builds" / "openapi.yaml")
    world = create_world(api, ForgetsNewRecords, forgotten=forgotten)
    found = judge("forgetting", world, api, laws=[law])
    (judged,) = [event for event in found.events if isinstance(event, LawFinished)]

    assert judged.verdict is verdict


class ShrinksWhileRead(AnyMiniature):
    """Forgets its oldest record before each page but the first, so that numbered pages move up."""

    def list_records(self, call: Call) -> Response:
        """Return a page of what is left."""
        if len(self.entries) > 40 and int(call.request.query.get("page[number]", "0")) > 0:
            del self.entries[0]
        return super().list_records(call)


@pytest.mark.parametrize("law", ["FILT-02", "FILT-04", "FILT-05"])
def test_a_walk_by_numbers_through_a_list_that_shrinks_proves_nothing(law: str) -> None:
    """Guards the laws on filters: what a page skips as the list moves up is there all the same."""
    api = read(KINDS / "documents" / "openapi.yaml")
    found = judge("shrinking", create_world(api, ShrinksWhileRead, 200), api, laws=[law, "FILT-01"])
    verdicts = {one.law.id: one.verdict for one in found.events if isinstance(one, LawFinished)}

    assert verdicts[law] is not Verdict.BROKEN
