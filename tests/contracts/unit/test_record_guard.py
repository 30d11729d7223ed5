"""The effects guard of any API: which records may be made and moved, whatever their keys are."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from contracts.contract.api import Api
from contracts.contract.description.reader import read
from contracts.http.exchange import Exchange
from contracts.http.guard import Refused
from contracts.http.record_guard import RecordGuard
from contracts.http.redaction import Redactor
from contracts.target import ANY_API, Effects, Target
from tests.program.process import ROOT

BASE = "http://127.0.0.1:1/v9"
RUNS = "/api/v2/dags/etl/dagRuns"


@pytest.fixture(scope="module", name="api")
def read_api() -> Api:
    """Return a contract whose clients choose the keys of records."""
    folder = ROOT / "mockserver/resources/apis/airflow-dagruns"
    return read(folder / "openapi.yaml", [folder / "overlay.yaml"])


def guard(api: Api, effects: Effects = Effects.OWN) -> RecordGuard:
    """Return the guard of a run in one scope."""
    target = Target(BASE, ANY_API, "some-key", given_path={"dag_id": "etl"}, effects=effects)
    return RecordGuard(target, api, synthetic="mine")


def admits(one: RecordGuard, method: str, path: str) -> bool:
    """Tell whether a request may leave."""
    try:
        one.admit(requests.Request(method, BASE + path).prepare())
    except Refused:
        return False
    return True


def see(one: RecordGuard, operation: str, status: int, body: Any, **arguments: str) -> None:
    """Let the guard see a response."""
    method = one.document.operations[operation].method
    path = {"dag_id": "etl", **arguments}
    text = json.dumps(body).encode()
    one.learn(Exchange(method, "", {}, status, body=text, operation=operation, arguments=path))


def make(one: RecordGuard, key: str) -> None:
    """Let the guard see that a record was made."""
    see(one, "trigger_dag_run", 200, {"dag_run_id": key})


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_nothing_is_changed_without_effects(api: Api, method: str) -> None:
    """Guards the default: only safe methods leave, also on records of the run."""
    one = guard(api, Effects.NONE)
    make(one, "mine-1")

    assert not admits(one, method, f"{RUNS}/mine-1")
    assert admits(one, "GET", RUNS)


def test_records_are_made_in_named_scopes_only(api: Api) -> None:
    """Guards other tenants: a creation may leave for what --path and --other-path name."""
    one = guard(api)

    assert admits(one, "POST", RUNS)
    assert not admits(one, "POST", "/api/v2/dags/report/dagRuns")


def test_what_a_creation_names_is_of_this_run() -> None:
    """Guards a creation that acts on what its path names, such as a user: only made-up ones."""
    path = {"projectKey": "p"}
    target = Target(BASE, ANY_API, "some-key", given_path=path, effects=Effects.OWN)
    one = RecordGuard(target, read(ROOT / "openapi.yaml"), synthetic="mine")

    assert admits(one, "DELETE", "/public/p/users/mine-1")
    assert not admits(one, "DELETE", "/public/p/users/victim")
    assert not admits(one, "DELETE", "/public/q/users/mine-1")
    assert not admits(one, "DELETE", "/public/p/users/mine-1%2F..%2Fvictim")


def test_only_records_of_this_run_are_moved_and_deleted(api: Api) -> None:
    """Guards records of others, whatever the type of their key is and whichever the method."""
    one = guard(api)
    make(one, "mine-1")

    for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", "/clear")):
        assert admits(one, method, f"{RUNS}/mine-1{path}")
        assert not admits(one, method, f"{RUNS}/theirs{path}")
        assert not admits(one, method, f"/api/v2/dags/report/dagRuns/mine-1{path}")


def test_a_record_that_was_there_before_is_not_taken_for_a_new_one(api: Api) -> None:
    """Guards servers that answer a creation with a record that they had: it is not this run's."""
    one = guard(api)
    see(one, "get_dag_runs", 200, {"dag_runs": [{"dag_run_id": "theirs"}], "total_entries": 1})
    make(one, "theirs")

    assert not admits(one, "DELETE", f"{RUNS}/theirs")


def test_a_deleted_record_is_not_of_this_run_any_more(api: Api) -> None:
    """Guards a key that somebody else may use again once the record of this run is gone."""
    one = guard(api)
    make(one, "mine-1")
    see(one, "delete_dag_run", 204, None, dag_run_id="mine-1")

    assert not admits(one, "DELETE", f"{RUNS}/mine-1")
    assert one.list_own() == []


def test_a_cancel_by_delete_leaves_the_record_to_this_run() -> None:
    """Guards APIs whose DELETE is a move to another state: the record is there, and still own."""
    target = Target(BASE, ANY_API, "some-key", given_path={"projectKey": "p"}, effects=Effects.OWN)
    one = RecordGuard(target, read(ROOT / "openapi.yaml"), synthetic="mine")
    path, body = {"projectKey": "p"}, b'{"data": {"jobId": 7, "status": "cancelled"}}'
    for operation, more in (("deleteUser", {"userId": "mine-1"}), ("cancelJob", {"jobId": "7"})):
        arguments = {**path, **more}
        one.learn(
            Exchange("DELETE", "", {}, 200, body=body, operation=operation, arguments=arguments)
        )

    assert one.list_own() == [("p", 7)]
    assert admits(one, "DELETE", "/public/p/jobs/7")


def test_a_made_up_key_may_be_moved_once_it_is_not_found(api: Api) -> None:
    """Guards calls on records that there are not: only for keys of this run's own making."""
    one = guard(api)
    assert not admits(one, "PATCH", f"{RUNS}/mine-77")
    see(one, "get_dag_run", 404, {}, dag_run_id="mine-77")
    see(one, "get_dag_run", 404, {}, dag_run_id="other-77")

    assert admits(one, "PATCH", f"{RUNS}/mine-77")
    assert not admits(one, "PATCH", f"{RUNS}/other-77")


@pytest.mark.parametrize("path", ["/mine-1%2F..%2Ftheirs", "/mine-1%00", "/..", "/mine-1/other"])
def test_a_path_that_may_be_read_otherwise_does_not_leave(api: Api, path: str) -> None:
    """Guards servers that decode a path before they match it."""
    one = guard(api)
    make(one, "mine-1")

    assert not admits(one, "DELETE", RUNS + path)


def test_a_user_and_a_password_are_hidden_as_they_are_sent() -> None:
    """Guards basic authentication: a report shows the variable, also within the base64."""
    target = Target(BASE, ANY_API, "some-user:some-password")
    sent = "Basic c29tZS11c2VyOnNvbWUtcGFzc3dvcmQ="
    shown = Redactor.of(target).redact_header("Authorization", sent)

    assert "c29tZS" not in shown
    assert "base64" in shown


@pytest.mark.parametrize(
    ("location", "own"),
    [
        (f"{BASE}{RUNS}/new", True),
        ("/v9/api/v2/dags/etl/dagRuns/new", True),
        ("dagRuns/new", True),
        ("/v9/api/v2/dags/report/dagRuns/new", False),
        ("http://elsewhere.invalid/api/v2/dags/etl/dagRuns/new", False),
        ("/v9/queue/new", False),
    ],
)
def test_a_location_leads_to_what_was_made(api: Api, location: str, own: bool) -> None:  # noqa: FBT001 -- a case
    """Guards creations that show nothing: what Location names is own, in the same scope only."""
    one, headers = guard(api), {"location": location}
    arguments = {"dag_id": "etl"}
    made = Exchange(
        "POST",
        BASE + RUNS,
        {},
        200,
        response_headers=headers,
        operation="trigger_dag_run",
        arguments=arguments,
    )
    one.learn(made)

    assert admits(one, "DELETE", f"{RUNS}/new") is own
