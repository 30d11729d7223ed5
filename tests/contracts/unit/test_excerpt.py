"""The part of an answer that a violation is about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.contract.document import Document
from contracts.engine.exchange_watch import ExchangeWatch
from contracts.engine.findings import make_finding
from contracts.engine.law import Law
from contracts.engine.verdict import Violation
from contracts.http.excerpt import Change, as_json, compare_records
from contracts.http.exchange import Exchange
from contracts.http.redaction import Redactor
from contracts.laws.exchange import job as shown_job
from contracts.laws.exchange import response
from contracts.target.credentials import Key

JOBS = [{"jobId": number, "status": "scheduled"} for number in (7, 8, 9)]
URL = "http://h/public/p/jobs"


def answered(data: Any, *, url: str = URL, status: int = 200) -> Exchange:
    """Return a call of the list and its answer."""
    body = json.dumps({"data": data}).encode()
    headers = {"content-type": "application/json"}
    return Exchange("GET", url, {}, status, headers, body, operation="listJobs")


def test_changes_are_json_and_only_what_differs() -> None:
    """Two states of a record are shown by their difference, as the server wrote it."""
    before = {"jobId": 7, "status": "running", "errors": None, "gone": 1}
    after = {"jobId": 7, "status": "cancelled", "errors": None, "new": True}

    assert compare_records(before, after) == (
        Change("status", '"running"', '"cancelled"'),
        Change("gone", "1", None),
        Change("new", None, "true"),
    )


def test_a_breach_of_two_states_says_which_members_differ() -> None:
    """The one line of a violation names the members; their values stand beside it."""
    violation = Violation.compare("job 7 as before", JOBS[0], {"jobId": 8, "status": "failed"})

    assert violation.actual == "jobId and status differ"
    assert [change.member for change in violation.changed] == ["jobId", "status"]
    assert Violation.compare("job 7 as before", JOBS[0], {}).actual == "it is not there"


def page(odd: int, **wrong: Any) -> Exchange:
    """Return a page of 200 good jobs, but for the job at *odd*."""
    good = {
        "description": "Delete user sessions of userId = a",
        "status": "scheduled",
        "projectId": 1,
        "action": "delete_user_data",
        "referenceId": "a",
        "createdAt": 1623912955277,
        "updatedAt": None,
        "startAt": 1623954600000,
        "errors": None,
    }
    jobs = [{"jobId": number, **good} for number in range(1000, 1200)]
    jobs[odd] |= wrong
    return answered(jobs)


@pytest.mark.parametrize(
    ("law", "wrong"),
    [
        (shown_job.a_job_has_a_status_of_the_lifecycle, {"status": "done"}),
        (shown_job.timestamps_are_epoch_milliseconds, {"createdAt": 1623912955}),
        (response.a_response_matches_its_schema, {"errors": 5}),
    ],
)
def test_a_law_on_each_job_finds_the_job(
    contract: Document, law: Law, wrong: dict[str, Any]
) -> None:
    """In a page of 200 jobs the evidence holds the one that breaks the law, and its place."""
    watch = ExchangeWatch(law, contract)
    watch.judge(page(137, **wrong))

    (finding,) = [make_finding(violation, Redactor(()), contract) for violation in watch.findings]
    (excerpt,) = finding.exchanges[0].excerpts
    assert excerpt.at == "/data/137"
    assert json.loads(excerpt.text)["jobId"] == 1137


def test_a_breach_by_a_whole_page_points_at_no_job(contract: Document) -> None:
    """Where an answer is wrong whatever jobs are in it, no job is accused."""
    watch = ExchangeWatch(response.no_request_of_the_contract_gets_a_server_error, contract)
    watch.judge(answered(JOBS, status=500))

    finding = make_finding(watch.findings[0], Redactor(()), contract)
    assert finding.exchanges[0].excerpts == ()
    assert finding.exchanges[0].listed == "3 jobs, all scheduled: 7, 8, 9"


def test_alike_exchanges_are_counted(contract: Document) -> None:
    """What was sent several times in a row and answered alike is evidence once."""
    same, other = answered([]), answered(JOBS)
    violation = Violation("one", "six", [same, same, same, other, other, same])

    assert [one.times for one in make_finding(violation, Redactor(()), contract).exchanges] == [
        3,
        2,
        1,
    ]


def test_no_key_is_in_what_is_shown(contract: Document) -> None:
    """An excerpt, a difference and a list are as free of keys as all the rest."""
    key = "Organization-Key-1a2B"
    job = {"jobId": key, "referenceId": key, key: 1}
    violation = Violation.compare("a job", job, {"referenceId": f"{key}!"}, [answered([job])])

    told = repr(make_finding(violation, Redactor([Key(key, "CONTRACTS_API_KEY")]), contract))

    assert "${CONTRACTS_API_KEY}" in told
    assert key not in told


def test_what_cannot_be_written_is_said() -> None:
    """A value that Python reads and cannot write again ends no run."""
    assert as_json(10**5000).startswith("(cannot be shown")


def test_one_cause_is_one_finding(contract: Document) -> None:
    """Five pages with the same fault are one violation, also if each shows another value."""
    watch = ExchangeWatch(shown_job.timestamps_are_epoch_milliseconds, contract)
    for odd in range(5):
        watch.judge(page(odd, startAt=1623912955 + odd))
    watch.judge(page(0, createdAt=1623912955))

    assert [violation.expected for violation in watch.findings] == [
        "startAt in epoch milliseconds",
        "createdAt in epoch milliseconds",
    ]
    assert watch.exercised == {"breaches": 6}
