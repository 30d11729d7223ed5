"""Creations that show nothing of what they make: where it is may be said by Location."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.contract.roles import Creation
from contracts.engine.verdict import Verdict
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.judging import judge
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.world import create_world
from contracts.selftest.judge import Judgement
from contracts.target import Effects
from tests.both.any_api import read_shipped


class LocatesAMonitor(AnyMiniature):
    """Location leads to what tells of the progress, and not to the record."""

    def locate(self, call: Call, entry: Entry) -> Mapping[str, str]:
        """Return a Location of no record."""
        return dict.fromkeys(super().locate(call, entry), f"/progress/{entry.number}")


class MakesItInVain(AnyMiniature):
    """What Location leads to is not there."""

    def keep(self, entry: Entry) -> None:
        """Forget a record that a client has made."""
        if not entry.record["export_id"].endswith("00ff"):
            super().keep(entry)

    def make(self, call: Call, creation: Creation, wanted: object) -> Entry:
        """Return a record that is forgotten."""
        entry = super().make(call, creation, wanted)
        entry.record["export_id"] = f"{entry.number:08x}-0000-4000-8000-0000000000ff"
        return entry


LAWS = ("MAKE-01", "MAKE-02", "MAKE-06", "CANC-01")


def judge_exports(kind: type[AnyMiniature]) -> Judgement:
    """Judge a deployment whose creations answer by 202 and a Location."""
    api = read_shipped("exports")
    return judge("exports", create_world(api, kind), api, effects=Effects.OWN)


def list_verdicts(found: Judgement) -> set[Verdict]:
    """Return what is said by the laws that need a record of this run, or its Location."""
    return {one.verdict for one in found.laws if one.law.id in LAWS}


def test_a_record_is_found_by_its_location() -> None:
    """Guards 202 without a body: laws on new records and on moves have records to judge."""
    found = judge_exports(AnyMiniature)

    assert found.accusers == ()
    assert list_verdicts(found) == {Verdict.KEPT}


def test_a_location_of_what_tells_of_the_progress_is_not_accused() -> None:
    """Guards against a false alarm: 202 may locate a monitor, and then no record can be found."""
    found = judge_exports(LocatesAMonitor)

    assert found.accusers == ()
    assert list_verdicts(found) == {Verdict.UNTESTED}


def test_a_location_that_leads_to_no_record_is_found() -> None:
    """Guards the law on Location: what was made has to be there."""
    found = judge_exports(MakesItInVain)

    assert "MAKE-06" in found.accusers
