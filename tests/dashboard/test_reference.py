"""The reference of the API on the dashboard, which tries what it describes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from playwright.sync_api import Page, expect

from mockserver.client import World
from mockserver.resources import files, shipped
from mockserver.settings import Settings
from mockserver.testing.server import RunningMock, run_mock
from tests.apis.served import serve
from tests.dashboard.conftest import OpenPage


def open_operation(page: Page, summary: str) -> Any:
    """Open the operation of that summary, and return it."""
    operation = page.locator(".operation").filter(has_text=summary)
    operation.locator("summary").first.click()
    return operation


def test_an_operation_is_tried_on_the_world(open_page: OpenPage, world: World) -> None:
    """Guards that a call of the reference carries the credential, and shows its response."""
    page = open_page(tab="api")
    operation = open_operation(page, "Cancel one job")
    expect(operation.locator(".answer")).to_have_count(4)
    operation.get_by_label("projectKey").fill("3sWXSsqHgSKnE87YkNJK")
    operation.get_by_label("jobId").fill("3451")
    page.get_by_role("textbox", name="Credential").fill(world.api_key)
    operation.get_by_role("button", name="Try it").click()

    expect(operation.locator(".outcome")).to_contain_text("200 OK")
    expect(operation.locator(".outcome pre")).to_contain_text('"status": "cancelled"')
    assert world.records("jobs").get(3451).state == "cancelled"
    operation.get_by_role("button", name="Try it").click()
    expect(operation.locator(".outcome")).to_contain_text("400 Bad Request")


def test_the_forms_suggest_a_record_that_the_credential_opens(open_page: OpenPage) -> None:
    """Guards that a person who changes nothing gets a record."""
    page = open_page(tab="api")
    operation = open_operation(page, "Read one job")
    operation.get_by_role("button", name="Try it").click()

    expect(operation.locator(".outcome")).to_contain_text("200 OK")


def test_the_control_api_is_tried_too(open_page: OpenPage, world: World) -> None:
    """Guards the reference of the control API: its body, and that the page follows the call."""
    page = open_page(tab="api")
    page.get_by_label("Which API").select_option("control")
    operation = open_operation(page, "Let it be later")
    operation.get_by_role("textbox", name="Body").fill('{"by": "2h"}')
    operation.get_by_role("button", name="Try it").click()

    expect(operation.locator(".outcome")).to_contain_text("200 OK")
    expect(page.locator(".time")).to_have_text("2021-06-17 09:00:00")
    assert world.clock.read().now == "2021-06-17T09:00:00Z"


@pytest.mark.parametrize("name", ["woodpecker-pipelines", "openai-batches", "airflow-dagruns"])
def test_any_api_makes_a_record_from_the_form(visit: Callable[..., Page], name: str) -> None:
    """Guards bodies, parameters and credentials of OpenAPI 3 and Swagger 2.0."""
    with serve(name, records=5) as mock:
        before = len(mock.world.records(mock_resource(mock.url)).list())
        page = visit(f"{mock.url}/__admin/#tab=api")
        operation = page.locator(".operation").filter(has=page.locator(".m-post")).first
        operation.locator("summary").first.click()
        operation.get_by_role("button", name="Try it").click()

        expect(operation.locator(".outcome .s2")).to_be_visible()
        assert len(mock.world.records(mock_resource(mock.url)).list()) == before + 1


def mock_resource(url: str) -> str:
    """Return the name of the first resource of a mock."""
    told = requests.get(f"{url}/__admin/contract", timeout=60).json()
    return str(told["resources"][0]["name"])


@pytest.mark.parametrize("path", ["/openapi", "/__admin/contract/openapi"])
def test_the_description_is_served_with_its_overlays(path: str) -> None:
    """Guards that both forms say the same, and hold what an overlay adds."""
    api = shipped.find("openai-batches")
    assert api.overlays
    with serve("openai-batches", records=1) as mock:
        as_json = requests.get(f"{mock.url}{path}.json", timeout=60)
        as_yaml = requests.get(f"{mock.url}{path}.yaml", timeout=60)

    assert (as_json.headers["Content-Type"], as_yaml.headers["Content-Type"]) == (
        "application/json",
        "application/yaml",
    )
    assert yaml.safe_load(as_yaml.text) == as_json.json()
    assert "x-lifecycle" in as_json.text


def test_what_is_written_is_served_unchanged(server: RunningMock) -> None:
    """Guards that a description without overlays is served as its file states it."""
    told = requests.get(f"{server.url}/openapi.json", timeout=60).json()
    said = yaml.safe_load(files.contract().read_text())

    assert told == said


def test_a_path_of_the_contract_comes_first(tmp_path: Path) -> None:
    """Guards an API that has /openapi.json itself: its operation answers there."""
    file = tmp_path / "api.yaml"
    file.write_text(
        "openapi: 3.1.0\ninfo: {title: own, version: '1'}\npaths:\n  /openapi.json:\n    get:\n"
        "      responses:\n"
        "        '200': {description: ok, content: {application/json: {example: mine}}}\n"
    )
    chosen = Settings(seed=None, spec=file, port=0, access_log=False)
    with run_mock(chosen) as mock:
        own = requests.get(f"{mock.url}/openapi.json", timeout=60)
        beside = requests.get(f"{mock.url}/__admin/contract/openapi.json", timeout=60)

    assert own.json() == "mine"
    assert beside.json()["info"]["title"] == "own"


def test_the_description_is_behind_the_token() -> None:
    """Guards that ``--admin-token`` keeps the description from those who do not have it."""
    chosen = Settings(
        files.fixtures(),
        files.contract(),
        port=0,
        admin_token="a-secret",  # noqa: S106 -- a test's
        access_log=False,
    )
    with run_mock(chosen) as mock:
        assert requests.get(f"{mock.url}/openapi.yaml", timeout=60).status_code == 401
