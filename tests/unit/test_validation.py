"""--validate on responses: it has to find what the other tests rely on it to find."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from mockserver.contract.document import Document, Parameter
from mockserver.http.messages import Request, Response, json_response
from mockserver.http.routing import Routes
from mockserver.validation.requests import check_request
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


def told(document: Document, answer: Response, path: str = "/public/P/jobs/1") -> list[str]:
    """Return the violations of a response to a valid request."""
    match = Routes(document, "").match("GET", path)
    assert match is not None
    assert match.operation is not None
    found = ResponseValidator(document).check(match.operation, "GET", answer)
    return [violation.message for violation in found]


def test_a_right_answer_is_not_complained_about(document: Document) -> None:
    """Guards against a validator that is always displeased."""
    assert told(document, json_response(200, {"data": JOB})) == []
    assert told(document, json_response(200, {"data": [JOB, JOB]}), "/public/P/jobs") == []
    assert told(document, Response(404)) == []


@pytest.mark.parametrize(
    ("change", "violation"),
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
def test_a_wrong_job_is_found(
    document: Document, change: Callable[[dict[str, Any]], object], violation: str
) -> None:
    """Guards the type of each member, of a single job and in a list."""
    job = json.loads(json.dumps(JOB))
    change(job)
    (alone,) = told(document, json_response(200, {"data": job}))
    (listed,) = told(document, json_response(200, {"data": [JOB, job]}), "/public/P/jobs")

    assert alone.startswith(violation)
    assert listed.startswith(violation.replace("$.data", "$.data[1]"))


@pytest.mark.parametrize(
    ("answer", "violation"),
    [
        (Response(418), "418 is not declared"),
        (Response(500), "500 is not declared"),
        (Response(200, b"{}", {"Content-Type": "text/plain"}), "the media type is not applicat"),
        (json_response(200, [JOB]), "is not of type 'object'"),
        (json_response(200, {}), "'data' is a required property"),
    ],
)
def test_a_wrong_envelope_or_status_is_found(
    document: Document, answer: Response, violation: str
) -> None:
    """Guards statuses, media types and the envelope."""
    (message,) = told(document, answer)

    assert violation in message


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ("order=newest", []),
        ("limit=5&order=newest&page=2", []),
        ("order=ascending-by-date", ["order has more than 8 characters"]),
        ("order=newest&limit=500", ["limit is 500, outside 1 to 200, so 50 is used"]),
    ],
)
def test_a_list_may_have_query_parameters_besides_those_of_its_pages(
    document: Document, query: str, messages: list[str]
) -> None:
    """Guards the journal and --validate against parameters that have no bounds."""
    order = Parameter("order", "query", {"type": "string", "maxLength": 8})
    operations = tuple(
        structs.replace(operation, parameters=(*operation.parameters, order))
        for operation in document.operations
    )
    routes = Routes(structs.replace(document, operations=operations), "")
    request = Request("GET", f"/public/P/jobs?{query}", {"Authorization": "Bearer key"}, "-")
    match = routes.match(request.method, request.path)
    found = check_request(request, match, is_authenticated=True)

    assert messages == [violation.message for violation in found]
