"""The judge of any API on the mock of each contract that comes along: it accuses it of nothing."""

from __future__ import annotations

import pytest

from contracts.contract.description.reader import read
from contracts.contract.document import load
from contracts.engine.events import RunFinished
from contracts.engine.verdict import Lack, Verdict
from contracts.http.exchange import Exchange
from contracts.roles.attempts import Attempt, list_legal
from contracts.roles.catalogue import create_registry
from contracts.target import Effects
from tests import harness
from tests.apis.served import serve
from tests.both.any_api import OTHERS, SHIPPED, judge, list_events, read_shipped, serve_any
from tests.program.process import ROOT

ACCUSED = (Verdict.BROKEN, Verdict.SLACK, Verdict.INCONCLUSIVE)


@pytest.mark.parametrize("name", [*SHIPPED, *OTHERS])
def test_the_shipped_mock_is_accused_of_nothing(name: str) -> None:
    """Guards runs without effects while records move: nothing is accused, and only GET is sent."""
    with serve_any(name, speed=1) as mock:
        finished = judge(name, mock.url)
        sent = {entry.request.method for entry in mock.world.requests(limit=1000)}

    assert sent == {"GET"}
    assert [] == [(e.law.id, e.reason) for e in finished.values() if e.verdict in ACCUSED]
    kept = [e for e in finished.values() if e.verdict is Verdict.KEPT]
    assert len(kept) >= 25


@pytest.mark.parametrize("name", [*SHIPPED, *OTHERS])
def test_nothing_is_accused_while_records_move_fast(name: str) -> None:
    """Guards moves between two requests: the server may be faster than a call that was sent."""
    with serve_any(name, speed=5000) as mock:
        finished = judge(name, mock.url, Effects.OWN)

    broken = [(e.law.id, e.reason) for e in finished.values() if e.verdict in ACCUSED[:2]]
    assert broken == []


def test_a_call_may_mean_another_row_when_it_arrives() -> None:
    """Guards a cancel of a pending record that runs by then: it is killed, and not canceled."""
    api = read_shipped("woodpecker-pipelines")
    life = api.resource.lifecycle
    assert life is not None
    rows = tuple(move for move in api.resource.list_moves() if move.by.endswith("/cancel"))
    nothing = Exchange("POST", "", {}, 204)
    one = Attempt(rows[0], rows, "pending", 1, nothing, nothing, nothing)

    assert list_legal(life, one) >= {"canceled", "killed"}
    assert "declined" not in list_legal(life, one)


def test_what_is_not_declared_is_not_judged_and_the_line_to_add_is_said() -> None:
    """Guards that a bare description is judged by what it has, with a hint for each other law."""
    api = read(ROOT / "mockserver/resources/apis/openai-batches/openapi.yaml")
    with serve("openai-batches") as mock:
        finished = judge("openai-batches", mock.url, api=api)

    assert api.resource.pages is None
    assert finished["WALK-02"].verdict is Verdict.UNTESTED
    assert finished["WALK-02"].lack is Lack.OCCASION
    assert "add to GET /batches: x-pagination: {" in finished["WALK-02"].reason
    assert "x-lifecycle: {field: status" in finished["LIFE-02"].reason
    assert finished["EXCH-13"].verdict is Verdict.KEPT
    assert not [e for e in finished.values() if e.verdict in ACCUSED]


def test_each_clause_leads_into_the_document_at_hand() -> None:
    """Guards the clauses: each is resolved to a place that the document has."""
    for name in SHIPPED:
        api = read_shipped(name)
        for law in create_registry(api):
            assert law.clause.startswith(("#", "RFC "))
            if law.clause.startswith("#"):
                api.resolve(law.clause)


def test_the_mock_of_the_jobs_api_is_accused_of_nothing_either() -> None:
    """Guards that the jobs API is one more API: its creation names a user, its DELETE cancels."""
    with harness.mock(access_log=False) as running:
        url = f"http://127.0.0.1:{running.port}"
        finished = judge("jobs", url, Effects.OWN)

    assert [] == [(e.law.id, e.reason) for e in finished.values() if e.verdict in ACCUSED]
    for law in ("MAKE-03", "MAKE-04", "CANC-01", "CANC-03", "CANC-07", "LIFE-02", "TEN-02"):
        assert finished[law].verdict is Verdict.KEPT


def test_the_document_of_the_jobs_api_gives_the_roles_that_its_laws_know() -> None:
    """Guards that both readers of the judge find the same list, read, moves and creation."""
    document, api = load(), read(ROOT / "openapi.yaml")

    assert api.resource.name == "jobs"
    assert api.resource.key == "/jobId"
    assert api.resource.list.id == document.list_id
    assert api.resource.read is not None
    assert api.resource.read.id == document.read_id
    assert [move.by for move in api.resource.list_moves()] == [document.cancel_id]
    assert [one.operation.id for one in api.resource.creations] == [document.make_id]


def test_a_long_list_is_read_in_part_and_the_report_says_so() -> None:
    """A list of any API costs as many requests as it may, and what was read of it is told."""
    surveyed, requests = [], []
    for records in (40, 4_000):
        with serve("openai-batches", records=records) as mock:
            *_, end = list_events("openai-batches", mock.url)
        assert isinstance(end, RunFinished)
        surveyed.append(end.surveyed)
        requests.append(end.requests)

    assert surveyed[0].startswith("all 40 ")
    assert "of the list, on the 12 pages that a walk reads at most" in surveyed[1]
    assert max(requests) <= 600
