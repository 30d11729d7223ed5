"""What a response shows of records, as reports say it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.contract.api import Api
from contracts.contract.document import Document
from contracts.http.excerpt import Subject, as_json
from contracts.http.exchange import Exchange
from contracts.http.in_words import describe_records, find_excerpts
from tests.both.any_api import read_shipped

JOBS = [{"jobId": number, "status": "scheduled"} for number in (7, 8, 9)]
URL = "http://h/public/p/jobs"


def answered(body: Any, operation: str = "listJobs", status: int = 200) -> Exchange:
    """Return a call and its answer."""
    headers = {"content-type": "application/json"}
    text = json.dumps(body).encode()
    return Exchange("GET", URL, {}, status, headers, text, operation=operation)


def list_places(exchange: Exchange, about: list[Subject], api: Api) -> list[str]:
    """Return where the parts of a response are that a violation is about."""
    return [one.at for one in find_excerpts(exchange, about, api)]


@pytest.mark.parametrize(
    ("subject", "at"),
    [(8, "/data/1"), (JOBS[2], "/data/2"), ("/data/0/status", "/data/0/status")],
)
def test_a_subject_is_found_in_an_answer(contract: Document, subject: Subject, at: str) -> None:
    """A record is found by its key or as it is, and a member by its pointer."""
    (found,) = find_excerpts(answered({"data": JOBS}), [subject], contract)

    assert found.at == at
    assert found.text in {as_json(JOBS[1]), as_json(JOBS[2]), '"scheduled"'}


def test_a_record_without_a_key_is_found_as_it_is(contract: Document) -> None:
    """A job whose jobId is missing or wrong can still be what a violation is about."""
    exchange = answered({"data": [*JOBS, {"status": "scheduled"}]})

    assert list_places(exchange, [exchange.jobs[3]], contract) == ["/data/3"]


@pytest.mark.parametrize("subject", [10, "/data/3", "/nowhere", {"jobId": True}])
def test_what_is_not_in_an_answer_is_not_shown(contract: Document, subject: Subject) -> None:
    """Nothing is made up for an answer that does not hold what the violation is about."""
    assert list_places(answered({"data": JOBS}), [subject], contract) == []
    assert list_places(answered(["no envelope"]), [subject], contract) == []


def test_the_only_record_of_an_answer_is_shown_unasked(contract: Document) -> None:
    """A law on one job need not say that its answer is about that job."""
    assert list_places(answered({"data": JOBS[0]}, "getJob"), [], contract) == ["/data"]
    batches = read_shipped("openai-batches")
    batch = {"id": "batch_1", "status": "completed"}
    assert list_places(answered(batch, "retrieveBatch"), [], batches) == [""]


def test_a_list_is_told_by_its_records(contract: Document) -> None:
    """A list is shown by keys and states, a long one by its two ends, one state of all once."""
    one, two = JOBS[0], {**JOBS[1], "status": "running"}
    long = [{"jobId": number, "status": "failed"} for number in range(1, 51)]

    def describe(data: Any) -> str:
        return describe_records(answered({"data": data}), contract)

    assert describe(JOBS) == "3 jobs, all scheduled: 7, 8, 9"
    assert describe([one, two]) == "2 jobs: 7 (scheduled), 8 (running)"
    assert describe([one]) == "1 record of jobs: 7 (scheduled)"
    assert describe([]) == "no jobs"
    assert describe(long) == "50 jobs, all failed: 1, 2, 3, 4, 5, 6, ..., 48, 49, 50"
    assert describe(one) == "record 7 of jobs (scheduled)"
    assert describe([{"jobId": "x" * 100}]) == f"1 record of jobs: {'x' * 40}..."
    assert describe(["odd", {"jobId": "7"}]) == '2 jobs: odd, "7"'
    assert describe(None) == ""


@pytest.mark.parametrize(
    ("api", "operation", "body", "said"),
    [
        (
            "openai-batches",
            "listBatches",
            {"data": [{"id": "batch_1", "status": "completed"}, {"id": "batch_2"}]},
            "2 batches: batch_1 (completed), batch_2",
        ),
        (
            "github-runs",
            "actions/get-workflow-run",
            {"id": 7, "status": "completed", "conclusion": "success"},
            "record 7 of runs (success)",
        ),
        (
            "github-runs",
            "actions/list-workflow-runs-for-repo",
            {"workflow_runs": [{"id": 7, "status": "COMPLETED", "conclusion": "odd"}]},
            "1 record of runs: 7 (COMPLETED, odd)",
        ),
        ("github-runs", "actions/cancel-workflow-run", {}, ""),
    ],
)
def test_any_api_is_told_in_its_own_words(api: str, operation: str, body: Any, said: str) -> None:
    """Records of any API are called by their resource, their key and the name of their state."""
    assert describe_records(answered(body, operation), read_shipped(api)) == said


def test_of_a_long_record_what_tells_its_state_comes_first() -> None:
    """What is cut off at the end of a long record is not its key, its state or its timestamps."""
    record = {"input_file_id": "x" * 700, "status": "completed", "id": "batch_1"}
    exchange = answered(record, "retrieveBatch")

    batches = read_shipped("openai-batches")
    (unasked,), (meant,) = (find_excerpts(exchange, about, batches) for about in ([], ["batch_1"]))

    assert list(json.loads(meant.text)) == ["id", "status", "input_file_id"]
    assert unasked.text == '{"id": "batch_1", "status": "completed", ...}'


def test_a_list_of_long_keys_is_told_by_fewer() -> None:
    """Where keys are long, a list is still told on a few lines."""
    keys = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(20)]
    body = {"items": [{"id": key, "status": "running"} for key in keys]}
    exchange = answered(body, "listWorkflowsByPipelineId")

    told = describe_records(exchange, read_shipped("circleci-workflows"))

    assert told == f"20 records of workflow, all running: {', '.join(keys[:3])}, ..., {keys[-1]}"


def test_an_error_shows_no_record() -> None:
    """The body of a refusal is not taken for a record."""
    batches = read_shipped("openai-batches")

    assert describe_records(answered({"error": {}}, "retrieveBatch", 404), batches) == ""
    assert find_excerpts(answered({"error": {}}, "retrieveBatch", 404), ["b"], batches) == ()
