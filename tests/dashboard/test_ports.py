"""The dashboard on a port of its own, from which the API is another origin."""

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.program.process import started

JOBS = "/public/3sWXSsqHgSKnE87YkNJK/jobs"
KEY = {"Authorization": "Bearer demo-organization-key"}


@pytest.fixture
def origins() -> Iterator[tuple[str, str]]:
    """Run a server with two ports; give the origins of the API and of the control API."""
    with started("--seed", "fixtures", "--port", "0", "--admin-port", "0", "--speed", "0") as (
        process,
        origin,
    ):
        assert process.stdout is not None
        told = next(line for line in process.stdout if "Steer it at" in line)
        yield origin, told.split()[-1].removesuffix("/__admin")


def test_the_reference_tries_the_api_where_it_is(
    visit: Callable[..., Page], origins: tuple[str, str]
) -> None:
    """Guards that a call of the reference goes to the port of the API, and shows its response."""
    api, admin = origins
    page = visit(f"{admin}/__admin/#tab=api")
    operation = page.locator(".operation").filter(has_text="Cancel one job")
    operation.locator("summary").first.click()
    operation.get_by_label("projectKey").fill("3sWXSsqHgSKnE87YkNJK")
    operation.get_by_label("jobId").fill("3451")
    page.get_by_role("textbox", name="Credential").fill("demo-organization-key")
    operation.get_by_role("button", name="Try it").click()

    expect(operation.locator(".outcome")).to_contain_text("200 OK")
    expect(operation.locator(".outcome")).to_contain_text(f"DELETE {api}{JOBS}/3451")
    shown = requests.get(f"{api}{JOBS}/3451", headers=KEY, timeout=60).json()
    assert shown["data"]["status"] == "cancelled"


def test_a_request_is_copied_with_the_port_of_the_api(
    visit: Callable[..., Page], origins: tuple[str, str]
) -> None:
    """Guards that the copied command works where the control API is elsewhere."""
    api, admin = origins
    requests.get(f"{api}{JOBS}/3451", headers=KEY, timeout=60)
    options: dict[str, Any] = {"permissions": ["clipboard-read", "clipboard-write"]}
    page = visit(f"{admin}/__admin/#tab=requests", **options)
    page.locator(".entry summary").click()
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.locator(".notice")).to_contain_text("Copied the command")
    command = page.evaluate("navigator.clipboard.readText()")
    ended = subprocess.run(
        ["bash", "-c", command],
        env={"API_KEY": "demo-organization-key", "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
    )

    assert f"{api}{JOBS}/3451" in command
    assert ended.stdout.startswith("HTTP/1.1 200")


@pytest.mark.parametrize("other", ["http://127.0.0.1:1", "http://evil.example", "null"])
def test_no_other_page_may_read_the_api(origins: tuple[str, str], other: str) -> None:
    """Guards that the permission is that of the dashboard alone, at both of its names."""
    api, admin = origins
    named = {
        origin: requests.get(f"{api}{JOBS}", headers={**KEY, "Origin": origin}, timeout=60).headers
        for origin in (admin, other)
    }

    assert named[admin]["Access-Control-Allow-Origin"] == admin
    assert named[admin]["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in named[other]
