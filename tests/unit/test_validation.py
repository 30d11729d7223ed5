"""--validate on responses: it has to find what the other tests rely on it to find."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.contract.reader import load
from mockserver.http.messages import Response, json_response
from mockserver.http.paths import Paths
from mockserver.resources import files
from mockserver.validation.responses import ResponseValidator

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


CONTRACT = load(files.contract())
PATHS = Paths(CONTRACT.operations, (), is_exact=True)


def told(answer: Response, path: str = "/public/P/jobs/1") -> list[str]:
    """Return the violations of a response to a valid request."""
    match = PATHS.match("GET", path)
    assert match is not None
    assert match.operation is not None
    found = ResponseValidator("openapi.yaml").check(match.operation, "GET", answer)
    return [violation.message for violation in found]


def test_a_right_answer_is_not_complained_about() -> None:
    """Guards against a validator that is always displeased."""
    assert told(json_response(200, {"data": JOB})) == []
    assert told(json_response(200, {"data": [JOB, JOB]}), "/public/P/jobs") == []
    assert told(Response(404)) == []


@pytest.mark.parametrize(
    ("change", "violation"),
    [
        (lambda job: job.update(jobId="1"), "/data/jobId: is not an integer"),
        (lambda job: job.update(status="done"), "/data/status: there is no value 'done'"),
        (lambda job: job.update(createdAt=None), "/data/createdAt: is not an integer"),
        (lambda job: job.update(updatedAt="x"), "/data/updatedAt: is not an integer or null"),
        (lambda job: job.update(action="x"), "/data/action: is not delete_user_data"),
        (lambda job: job.update(description="x"), "/data/description: does not match the pattern"),
        (lambda job: job.pop("errors"), "/data: errors is missing"),
    ],
)
def test_a_wrong_job_is_found(change: Callable[[dict[str, Any]], object], violation: str) -> None:
    """Guards the type of each member, of a single job and in a list."""
    job = json.loads(json.dumps(JOB))
    change(job)
    (alone,) = told(json_response(200, {"data": job}))
    (listed,) = told(json_response(200, {"data": [JOB, job]}), "/public/P/jobs")

    assert alone.startswith(violation)
    assert listed.startswith(violation.replace("/data", "/data/1"))


@pytest.mark.parametrize(
    ("answer", "violation"),
    [
        (Response(418), "418 is not declared"),
        (Response(500), "500 is not declared"),
        (Response(200, b"{}", {"Content-Type": "text/plain"}), "the media type is not applicat"),
        (json_response(200, [JOB]), "is not an object"),
        (json_response(200, {}), "data is missing"),
    ],
)
def test_a_wrong_envelope_or_status_is_found(answer: Response, violation: str) -> None:
    """Guards statuses, media types and the envelope."""
    (message,) = told(answer)

    assert violation in message
