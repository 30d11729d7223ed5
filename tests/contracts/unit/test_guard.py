"""The effects guard: what may leave the process."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
import requests

from contracts.contract.document import Document, load
from contracts.http.exchange import Exchange
from contracts.http.guard import Refused
from contracts.http.jobs_guard import JobsGuard
from contracts.target import Effects, Target

BASE = "http://127.0.0.1:1/api/v1"


@pytest.fixture(scope="module", name="document")
def read() -> Document:
    """Return the contract."""
    return load()


def guard(document: Document, effects: Effects) -> JobsGuard:
    """Return the guard of a run whose users begin with `mine`."""
    return JobsGuard(Target(BASE, "p", "some-key", effects=effects), document, synthetic="mine")


def admits(
    one: JobsGuard, method: str, path: str, headers: dict[str, str] | None = None, base: str = BASE
) -> bool:
    """Tell whether the request may leave."""
    try:
        one.admit(requests.Request(method, base + path, headers=headers or {}).prepare())
    except Refused:
        return False
    return True


def made(one: JobsGuard, job_id: int, user: str = "mine-1", project: str = "p") -> None:
    """Let the guard see that a job was made."""
    body = json.dumps({"data": {"jobId": job_id, "referenceId": user}}).encode()
    arguments = {"projectKey": project, "userId": user}
    one.learn(
        Exchange("DELETE", "", {}, 200, body=body, operation="deleteUser", arguments=arguments)
    )


def missing(one: JobsGuard, job_id: int, project: str = "p") -> None:
    """Let the guard see that a project has no such job."""
    arguments = {"projectKey": project, "jobId": str(job_id)}
    one.learn(Exchange("GET", "", {}, 404, operation="getJob", arguments=arguments))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_always_allowed(document: Document, method: str) -> None:
    """Safe methods may leave under every setting."""
    assert admits(guard(document, Effects.NONE), method, "/public/p/jobs")


@pytest.mark.parametrize("method", ["DELETE", "POST", "PUT", "PATCH", "TRACE", "delete", "QUERY"])
def test_nothing_else_leaves_under_none(document: Document, method: str) -> None:
    """Under `none` no other method leaves, however it is spelled, and the refusal is counted."""
    one = guard(document, Effects.NONE)

    assert not admits(one, method, "/public/p/jobs/1")
    assert one.refused == 1


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "x-method-override", "X-HTTP-Method"])
def test_a_get_cannot_pass_for_another_method(document: Document, header: str) -> None:
    """Headers that override the method are refused unless everything is allowed."""
    one = guard(document, Effects.NONE)

    assert not admits(one, "GET", "/public/p/jobs/1", {header: "DELETE"})
    assert not admits(one, "GET", "/public/p/jobs/1?_method=DELETE")


@pytest.mark.parametrize("effects", list(Effects))
def test_no_request_goes_elsewhere(document: Document, effects: Effects) -> None:
    """A redirect or a server of the document never takes the key to another host or port."""
    assert not admits(guard(document, effects), "GET", "/public/p/jobs", base="http://127.0.0.2:1")
    assert not admits(guard(document, effects), "GET", "/public/p/jobs", base="https://127.0.0.1:1")


def test_own_jobs_may_be_made_and_cancelled(document: Document) -> None:
    """Under `own` a user of this run may be deleted, and that job cancelled."""
    one = guard(document, Effects.OWN)

    assert admits(one, "DELETE", "/public/p/users/mine-1")
    assert not admits(one, "DELETE", "/public/p/jobs/7")
    made(one, 7)
    assert admits(one, "DELETE", "/public/p/jobs/7")
    assert not admits(one, "DELETE", "/public/q/jobs/7")


@pytest.mark.parametrize(
    "path",
    [
        "/public/p/users/shekar%40example.com",
        "/public/p/users/",
        "/public/p/jobs/8",
        "/public/p/jobs/08",
        "/public/p/jobs/%2B7",
        "/public/p/jobs/8x",
        "/public/p/jobs/7,8",
        "/public/p/jobs/0x8",
        "/public/p/jobs/%D9%A8",
        "/public/p/jobs/x%2F..%2F8",
        "/public/p/jobs",
        "/public/p",
    ],
)
def test_no_foreign_job_is_touched_under_own(document: Document, path: str) -> None:
    """No DELETE leaves that even a careless reader could take for a job of somebody else."""
    one = guard(document, Effects.OWN)
    made(one, 7)

    assert not admits(one, "DELETE", path)


@pytest.mark.parametrize("text", ["7x", "7.5", "abc"])
def test_odd_spellings_of_own_jobs_may_leave_under_own(document: Document, text: str) -> None:
    """A text in which only an own job can be found is harmless."""
    one = guard(document, Effects.OWN)
    made(one, 7)

    assert admits(one, "DELETE", f"/public/p/jobs/{text}")


def test_an_unknown_job_may_be_cancelled_once_its_number_is_passed(document: Document) -> None:
    """A number may leave only if it was not found and no sequence will still reach it."""
    one = guard(document, Effects.OWN)
    missing(one, 5)
    missing(one, 2**62 + 1)

    assert not admits(one, "DELETE", "/public/p/jobs/5")
    assert admits(one, "DELETE", f"/public/p/jobs/{2**62 + 1}")
    assert not admits(one, "DELETE", f"/public/p/jobs/{2**62 + 2}")
    made(one, 6)
    assert admits(one, "DELETE", "/public/p/jobs/5")


def test_a_job_made_for_somebody_else_is_not_own(document: Document) -> None:
    """A deployment that answers with another user's job does not hand it over to the run."""
    one = guard(document, Effects.OWN)
    made(one, 9, user="shekar@example.com")

    assert not admits(one, "DELETE", "/public/p/jobs/9")


@pytest.mark.parametrize("user", ["mine-1/mine-2", "mine-1/../mine-2", "mine-1/./mine-2"])
def test_a_userid_may_be_a_path_between_own_users(document: Document, user: str) -> None:
    """A userId with slashes leaves if it names own users only, however it is resolved."""
    path = f"/public/p/users/{quote(user, safe='')}"

    assert admits(guard(document, Effects.OWN), "DELETE", path)
    assert not admits(guard(document, Effects.NONE), "DELETE", path)


@pytest.mark.parametrize(
    "user",
    [
        ".",
        "..",
        "mine-1/..",
        "mine-1/.",
        "mine-1/",
        "mine-1/../",
        "mine-1//mine-2",
        "/mine-1",
        "../mine-1",
        "mine-1/../../mine-2",
        "mine-1/../../jobs",
        "mine-1/../shekar@example.com",
        "mine-1/%2E%2E/mine-2",
        "mine-1\\..\\mine-2",
    ],
)
def test_no_userid_leads_out_of_the_own_users(document: Document, user: str) -> None:
    """A userId that a server could resolve to anything but an own user does not leave."""
    path = f"/public/p/users/{quote(user, safe='')}"

    assert not admits(guard(document, Effects.OWN), "DELETE", path)


def test_a_job_for_another_own_user_is_cleaned_up(document: Document) -> None:
    """A server that resolved a userId to another user of the run made a job of the run."""
    one = guard(document, Effects.OWN)
    body = json.dumps({"data": {"jobId": 9, "referenceId": "mine-2"}}).encode()
    arguments = {"projectKey": "p", "userId": "mine-1/../mine-2"}
    one.learn(
        Exchange("DELETE", "", {}, 200, body=body, operation="deleteUser", arguments=arguments)
    )

    assert one.list_own() == [("p", 9)]


def test_anything_leaves_under_any(document: Document) -> None:
    """A deployment that is to be thrown away may get everything."""
    one = guard(document, Effects.ANY)

    assert admits(one, "DELETE", "/public/p/jobs/1")
    assert admits(one, "PATCH", "/public/p/jobs")
