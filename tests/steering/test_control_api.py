"""The control API over HTTP: its description, its errors, and who may call it."""

import json
import urllib.request
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
import requests
import yaml

from mockserver.client import Client, ControlError, World
from mockserver.control import pages
from mockserver.resources import files
from mockserver.settings import Settings
from mockserver.testing.server import RunningMock, run_mock
from tests.steering.calling import Caller
from tests.steering.conftest import list_operations

Admin = Callable[..., requests.Response]


def test_the_description_has_just_the_operations_that_there_are() -> None:
    """Guards that openapi.yaml describes just the calls that the control API has."""
    document = yaml.safe_load(pages.DESCRIPTION.read_text())
    described = {
        (operation["operationId"], method.upper(), path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }

    assert set(list_operations()) == described


def test_the_description_is_served_as_it_is(admin: Admin) -> None:
    """Guards ``/__admin/openapi.yaml``."""
    answer = admin("GET", "/openapi.yaml")

    assert pages.DESCRIPTION.read_bytes() == answer.content
    assert answer.headers["Content-Type"] == "application/yaml"


class Loads(HTMLParser):
    """Notes the tags and attributes by which a page loads or runs something."""

    found: list[str]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        outside = [v for n, v in attributes if n in ("src", "href") and v and v.startswith("http")]
        self.found += [tag] if tag in ("script", "link", "img", "iframe") else outside


def test_the_reference_page_shows_each_operation_and_loads_nothing(admin: Admin) -> None:
    """Guards a page that works offline and runs nothing."""
    answer = admin("GET", "/reference")
    page = Loads()
    page.found = []
    page.feed(answer.text)

    assert (200, []) == (answer.status_code, page.found)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for name, _, _ in list_operations():
        assert f"id='{name}'" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "where"),
    [
        ("GET", "/nothing", None, 404, "path"),
        ("GET", "/worlds/nowhere", None, 404, "world"),
        ("PUT", "/worlds", None, 405, "method"),
        ("GET", "/worlds?a=1", None, 400, "query"),
        ("POST", "/worlds", '{"nam": 1}', 400, "/nam"),
        ("POST", "/worlds", '{"name": "a b"}', 400, "/name"),
        ("POST", "/worlds", '{"name": "default"}', 409, "/name"),
        ("POST", "/worlds", '{"from": "fixture"}', 409, "/from"),
        ("POST", "/worlds", "{", 400, ""),
        ("POST", "/worlds/default/clock/advance", '{"by": "soon"}', 400, "/by"),
        ("POST", "/worlds/default/clock/advance", '{"by": "999999999d"}', 409, "/by"),
        ("PATCH", "/worlds/default/clock", '{"speed": -1}', 400, "/speed"),
        ("PATCH", "/worlds/default/clock", '{"now": "2031-02-30T00:00:00Z"}', 409, "/now"),
        ("GET", "/worlds/default/jobs/x", None, 400, "jobId"),
        ("GET", "/worlds/default/jobs/1", None, 404, "jobId"),
        ("POST", "/worlds/default/jobs", '{"referenceId": ""}', 400, "/referenceId"),
        ("POST", "/worlds/default/jobs", '{"referenceId": "a", "status": "x"}', 409, "/status"),
        ("POST", "/worlds/default/jobs", '{"referenceId": "a", "jobId": 3451}', 409, "/jobId"),
        ("POST", "/worlds/default/faults", '{"effect": {"kind": "x"}}', 400, "/effect/kind"),
        ("GET", "/worlds/default/faults/x", None, 404, "fault"),
        ("PUT", "/worlds/default/deviations", '{"names": ["x"]}', 409, "/names/0"),
        ("GET", "/worlds/default/journal?limit=0", None, 400, "limit"),
        ("POST", "/worlds/default/journal/verify", '{"exactly": 1, "atMost": 2}', 409, "/exactly"),
    ],
)
def test_a_refusal_tells_what_where_and_what_to_do(  # noqa: PLR0917 -- a row of the table
    admin: Admin, method: str, path: str, body: str | None, status: int, where: str
) -> None:
    """Guards the members of every error."""
    answer = admin(method, path, data=body, headers={"Content-Type": "application/json"})
    told = answer.json()

    assert (status, where) == (answer.status_code, told["where"])
    assert told["error"]
    assert told["hint"]


def test_a_form_is_no_json(admin: Admin) -> None:
    """Guards that a form of a web page, which needs no preflight, cannot steer."""
    assert admin("POST", "/worlds/default/clock/advance", data={"by": "1h"}).status_code == 415


def test_with_a_token_only_those_who_have_it_may_steer() -> None:
    """Guards ``--admin-token``, and that the jobs API needs none."""
    chosen = Settings(
        files.fixtures(),
        files.contract(),
        port=0,
        admin_token="a-secret",  # noqa: S106 -- a test's
        access_log=False,
    )
    with run_mock(chosen) as server:
        world = server.client.create_world()
        with Client(server.url, "another") as other, pytest.raises(ControlError) as refused:
            other.worlds()
        bare = requests.get(f"{server.url}/__admin/worlds", timeout=60)

        assert (401, 401, "Bearer") == (
            refused.value.status,
            bare.status_code,
            bare.headers["WWW-Authenticate"],
        )
        assert Caller(world).get(3451).status_code == 200


def test_without_admin_there_is_nothing_to_steer() -> None:
    """Guards ``--no-admin``."""
    chosen = Settings(files.fixtures(), files.contract(), port=0, admin=False, access_log=False)
    with run_mock(chosen) as server:
        paths = ("/__admin/worlds", "/__admin/health")
        seen = [requests.get(server.url + path, timeout=60).status_code for path in paths]

    assert [404, 200] == seen


def test_events_tell_everything_that_happens(
    server: RunningMock, world: World, caller: Caller
) -> None:
    """Guards the stream: requests, clock, jobs that move by themselves, faults, deviations."""
    kinds, moved = [], []
    url = f"{server.url}/__admin/events?world={world.name}"
    with urllib.request.urlopen(url, timeout=60) as stream:
        stream.readline()
        caller.cancel(3451)
        world.clock.advance("18h")
        world.faults.add({"kind": "malformed"})
        world.deviations.set("adds-total")
        world.reset()
        for _ in range(2_000):
            line = stream.readline().decode().strip()
            if line.startswith("event: "):
                kinds.append(line.removeprefix("event: "))
            elif line.startswith("data: ") and kinds[-1] == "job":
                told = json.loads(line.removeprefix("data: "))
                moved.append((told["job"]["jobId"], told["from"], told["job"]["status"]))
            if kinds[-1:] == ["world"]:
                break

    assert {"request", "job", "clock", "fault", "deviations", "world"} == set(kinds)
    assert moved[0] == (3451, "scheduled", "cancelled")
    assert (3448, "scheduled", "running") in moved


def test_metrics_count_requests_and_faults(admin: Admin, world: World, caller: Caller) -> None:
    """Guards the metrics that Prometheus scrapes."""
    world.faults.add({"kind": "status", "status": 503}, name="counted")
    caller.get(3451)
    text = admin("GET", "/metrics").text

    assert 'jobs_mock_faults_total{fault="counted"} 1.0' in text
    assert 'operation="getJob",status="503"' in text
