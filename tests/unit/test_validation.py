"""--validate on responses: it has to find what the other tests rely on it to find."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.contract.document import Document
from mockserver.http.messages import Request, Response, json_answer
from mockserver.validation.validator import Validator

JOB = {
    "jobId": 1,
    "description": "Delete user sessions of userId = ann",
    "status": "scheduled",
    "projectId": 1,
    "action": "delete_user_data",
    "referenceId": "ann",
    "createdAt": 1,
    "updatedAt": None,
    "startAt": 2,
    "errors": None,
}


def told(document: Document, answer: Response, path: str = "/public/P/jobs/1") -> list[str]:
    """Return the violations of a response to a valid request."""
    exchange = Request("GET", path, {"Authorization": "Bearer key"}, "-")
    return [c.message for c in Validator(document, "").complaints(exchange, answer)]


def test_a_right_answer_is_not_complained_about(document: Document) -> None:
    """Guards against false alarms."""
    assert told(document, json_answer(200, {"data": JOB})) == []
    assert told(document, json_answer(200, {"data": [JOB, JOB]}), "/public/P/jobs") == []
    assert told(document, Response(404)) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda job: job.update(jobId="1"), "$.data.jobId: '1' is not of type 'integer'"),
        (lambda job: job.update(status="done"), "$.data.status: 'done' is not one of"),
        (lambda job: job.update(createdAt=None), "$.data.createdAt: None is not of type"),
        (lambda job: job.update(updatedAt="x"), "$.data.updatedAt: 'x' is not of type"),
        (lambda job: job.update(action="x"), "$.data.action: 'delete_user_data' was expected"),
        (lambda job: job.update(description="x"), "$.data.description: 'x' does not match"),
        (lambda job: job.pop("errors"), "$.data: 'errors' is a required property"),
    ],
)
def test_a_wrong_job_is_complained_about(
    document: Document, change: Callable[[dict[str, Any]], object], complaint: str
) -> None:
    """Guards the type of each member, of a single job and in a list."""
    job = json.loads(json.dumps(JOB))
    change(job)
    (alone,) = told(document, json_answer(200, {"data": job}))
    (listed,) = told(document, json_answer(200, {"data": [JOB, job]}), "/public/P/jobs")

    assert alone.startswith(complaint)
    assert listed.startswith(complaint.replace("$.data", "$.data[1]"))


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (Response(418), "418 is not declared"),
        (Response(500), "500 is not declared"),
        (Response(200, b"{}", {"Content-Type": "text/plain"}), "the media type is not applicat"),
        (json_answer(200, [JOB]), "is not of type 'object'"),
        (json_answer(200, {}), "'data' is a required property"),
    ],
)
def test_a_wrong_envelope_or_status_is_complained_about(
    document: Document, answer: Response, complaint: str
) -> None:
    """Guards statuses, media types and the envelope."""
    (message,) = told(document, answer)

    assert complaint in message
