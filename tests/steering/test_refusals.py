"""Faults, names and bodies that are refused since they could never have an effect."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from mockserver.app.build import build
from mockserver.app.mock import Outside
from mockserver.client import ControlError, World, effects
from mockserver.faults.rule import FaultRule, Status
from mockserver.parsing.sources import InvalidSourceError
from mockserver.resources import files
from mockserver.settings import Settings
from tests.jobs import read
from tests.steering.calling import Caller

Admin = Callable[..., requests.Response]
PROJECTS = "3sWXSsqHgSKnE87YkNJK, 7pQzLmN2vRtYxWc4BdKs, EmptyProject00000000"
OPERATIONS = "listJobs, getJob, cancelJob, deleteUser"


@pytest.mark.parametrize(
    "name",
    [
        "Content-Length",
        "content-length",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "Upgrade",
        "Trailer",
        "TE",
        "Date",
        "Server",
    ],
)
def test_a_fault_sends_no_header_field_that_is_the_servers(world: World, name: str) -> None:
    """Guards against faults that break the framing of a response, or duplicate a field."""
    with pytest.raises(ControlError) as refused:
        world.faults.add(effects.status(503, headers={"Retry-After": "1", name: "5"}))

    assert (409, f"/effect/headers/{name}") == (refused.value.status, refused.value.where)


def test_a_fault_sends_no_header_field_twice(world: World) -> None:
    """Guards against names that differ by their case only."""
    with pytest.raises(ControlError) as refused:
        world.faults.add(effects.status(503, headers={"Retry-After": "1", "retry-after": "2"}))

    assert refused.value.where == "/effect/headers/retry-after"


@pytest.mark.parametrize("code", [204, 304])
def test_an_answer_without_content_has_no_body(world: World, caller: Caller, code: int) -> None:
    """Guards the connection: a client would read such a body as the next response."""
    with pytest.raises(ControlError) as refused:
        world.faults.add(effects.status(code, body={"a": 1}))
    assert refused.value.where == "/effect/body"

    world.faults.add(effects.status(code), times=1)
    assert [code, 200] == [caller.get(3451).status_code for _ in range(2)]


def test_the_media_type_of_a_fault_is_its_own(world: World, caller: Caller) -> None:
    """Guards that a fault's Content-Type, in any case of letters, is the only one."""
    world.faults.add(effects.status(503, headers={"content-type": "text/html"}, body="<p>"))

    assert caller.get(3451).headers["Content-Type"] == "text/html"


@pytest.mark.parametrize(
    ("member", "value", "known"),
    [("operation", "cancelJobs", OPERATIONS), ("project", "nope", PROJECTS)],
)
def test_a_name_that_nothing_has_is_refused_with_those_that_there_are(
    world: World, admin: Admin, member: str, value: str, known: str
) -> None:
    """Guards against a typing error that makes "never called" true, or a fault that never fires."""
    path = f"/worlds/{world.name}"
    rule = {"effect": {"kind": "malformed"}, member: value}
    answers = {
        f"/{member}": admin("POST", f"{path}/journal/verify", json={member: value, "exactly": 0}),
        member: admin("GET", f"{path}/journal", params={member: value}),
    }
    for where, answer in answers.items():
        assert (409, where) == (answer.status_code, answer.json()["where"])
        assert known in answer.json()["hint"]
    added = admin("POST", f"{path}/faults", json=rule)
    assert (409, f"/{member}") == (added.status_code, added.json()["where"])
    assert known in added.json()["error"]


def test_what_is_no_operation_can_be_looked_for(world: World, caller: Caller) -> None:
    """Guards the filter for calls that matched no path."""
    requests.get(
        f"{world.base_url}/nothing", headers={"Authorization": f"Bearer {caller.key}"}, timeout=60
    )

    assert world.verify(operation="-", exactly=1).kept


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/worlds/nowhere", "default"),
        ("/worlds/{}/faults/nothing", "flood"),
        ("/worlds/{}/scenarios/nothing", "none"),
    ],
)
def test_an_unknown_path_tells_what_there_is(
    world: World, admin: Admin, path: str, known: str
) -> None:
    """Guards that an error for an unknown name lists the known ones."""
    world.faults.add(effects.malformed(), name="flood")
    method = "POST" if "scenarios" in path else "GET"
    answer = admin(method, path.format(world.name))

    assert answer.status_code == 404
    assert known in answer.json()["hint"]


def test_fixtures_and_options_refuse_the_same_faults(tmp_path: Path) -> None:
    """Guards scenarios and --fault, which state faults too."""
    (tmp_path / "world.yaml").write_text(
        "now: 2021-06-17T07:00:00Z\n"
        "organizations: [{name: A, apiKey: demo-key, projects: [{projectKey: p, projectId: 1}]}]\n"
        "scenarios: [{name: s, faults: [{project: q, effect: {kind: status, status: 204, body: x,"
        " headers: {Content-Length: '3'}}}]}]\n".replace("\\\n", "\n")
    )
    with pytest.raises(InvalidSourceError) as refused:
        read(tmp_path)
    rule = FaultRule(Status(503, {"Connection": "close"}))
    chosen = Settings(files.fixtures(), files.contract(), faults=(rule,))
    outside = Outside(lambda: 0.0, lambda: 0.0, str)

    at = "/scenarios/0/faults/0"
    assert [p.pointer for p in refused.value.diagnostics] == [
        f"{at}/project",
        f"{at}/effect/body",
        f"{at}/effect/headers/Content-Length",
    ]
    with pytest.raises(InvalidSourceError, match="--fault: /effect/headers/Connection"):
        build(chosen, outside)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/worlds/{}/reset"),
        ("POST", "/worlds/{}/clock/stop"),
        ("DELETE", "/worlds/{}/faults"),
        ("GET", "/worlds/{}"),
    ],
)
def test_a_body_that_nobody_reads_is_refused(
    world: World, admin: Admin, method: str, path: str
) -> None:
    """Guards against members that are silently ignored, and against empty changes."""
    where = path.format(world.name)
    text = {"data": "{}", "headers": {"Content-Type": "text/plain"}}
    sent: list[Any] = [{"json": {"hard": True}}, text, {"json": {}}]

    statuses = [admin(method, where, **options).status_code for options in sent]

    assert [400, 415] == statuses[:2]
    assert statuses[2] in (200, 204)


def test_a_status_that_no_answer_has_is_refused(world: World) -> None:
    """Guards filters against numbers that cannot match."""
    with pytest.raises(ControlError) as refused:
        world.verify(status=2000, exactly=0)

    assert (400, "/status") == (refused.value.status, refused.value.where)
