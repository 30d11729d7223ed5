"""What the dashboard must never do, and what it does where something is missing."""

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from mockserver.client import Client, World
from mockserver.resources import files
from mockserver.settings import Settings
from mockserver.testing.server import RunningMock, run_mock
from tests.dashboard.conftest import OpenPage

HOSTILE = "<img src=x onerror=alert(1)>\"'&amp;<script>document.title='owned'</script>"
STATIC = Path(files.__file__).parents[1] / "control" / "dashboard" / "static"


def test_the_page_may_run_its_own_scripts_only(server: RunningMock) -> None:
    """Guards the Content-Security-Policy, and that no file loads anything from elsewhere."""
    answer = requests.get(f"{server.url}/__admin/", timeout=60)
    policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    for file in STATIC.iterdir():
        text = file.read_text()
        assert "innerHTML" not in text, file
        addresses = set(re.findall(r"""["'(=](?:https?:)?//[^"')\s]+""", text))
        assert addresses <= {'"http://www.w3.org/2000/svg'}, file


def test_files_that_the_page_does_not_have_are_not_served(server: RunningMock) -> None:
    """Guards that no path leads out of the folder of the page."""
    for name in ("page.py", "..%2fpage.py", "%2e%2e%2f%2e%2e%2fapi.py", "nothing.js"):
        url = f"{server.url}/__admin/dashboard/{name}"
        answer = requests.get(url, timeout=60)
        assert answer.status_code == 404, name


def test_what_records_and_requests_hold_is_shown_as_text(
    open_page: OpenPage, server: RunningMock, world: World
) -> None:
    """Guards that nothing which a client or a test sends becomes markup or runs."""
    world.records("jobs").create(members={"referenceId": HOSTILE, "description": HOSTILE})
    requests.get(f"{server.url}/public/x?{HOSTILE}", headers={"X-Hostile": "<b>"}, timeout=60)
    page = open_page()
    row = page.locator(".records tbody tr").first

    expect(row).to_contain_text("<img src=x onerror=alert(1)>")
    row.get_by_role("button").click()
    expect(page.locator(".members")).to_contain_text(HOSTILE)
    assert page.locator("main img, main script").count() == 0
    assert "owned" not in page.title()


def test_with_a_token_the_page_asks_for_it_and_keeps_it_nowhere(
    visit: Callable[..., Page],
) -> None:
    """Guards ``--admin-token``: the page itself tells nothing, and the token stays in memory."""
    chosen = Settings(
        files.fixtures(),
        files.contract(),
        port=0,
        speed=0,
        admin_token="a-secret",  # noqa: S106 -- a test's
        access_log=False,
    )
    with run_mock(chosen) as server:
        bare = requests.get(f"{server.url}/__admin/", timeout=60)
        assert (200, False) == (bare.status_code, "example.com" in bare.text)
        assert requests.get(f"{server.url}/__admin/contract", timeout=60).status_code == 401
        page = visit(f"{server.url}/__admin/")
        page.get_by_role("textbox", name="Token").fill("a-secret")
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".records tbody tr")).to_have_count(25)
        kept = page.evaluate(
            "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location])"
        )

    assert "a-secret" not in kept


def test_a_wrong_token_is_asked_for_again(browser_errors_allowed: Callable[..., Page]) -> None:
    """Guards that a person who mistypes the token can try again."""
    chosen = Settings(
        files.fixtures(),
        files.contract(),
        port=0,
        admin_token="a-secret",  # noqa: S106 -- a test's
        access_log=False,
    )
    with run_mock(chosen) as server:
        page = browser_errors_allowed(f"{server.url}/__admin/")
        for token in ("wrong", "a-secret"):
            page.get_by_role("textbox", name="Token").fill(token)
            page.get_by_role("button", name="Continue").click()

        expect(page.locator(".records tbody tr")).to_have_count(25)


def test_without_scripts_a_table_can_be_read(
    visit: Callable[..., Page], server: RunningMock, world: World
) -> None:
    """Guards that the records, the other worlds and the next page are there without JavaScript."""
    world.records("jobs").create(members={"referenceId": HOSTILE})
    page = visit(f"{server.url}/__admin/?world={world.name}", java_script_enabled=False)

    expect(page.locator("tbody tr")).to_have_count(50)
    expect(page.locator("tbody tr").first).to_contain_text("<img src=x onerror=alert(1)>")
    page.get_by_role("link", name="Older").click()
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("link", name="World default").click()
    expect(page.locator("caption")).to_contain_text("jobs: 910 records")
    assert page.locator("tbody img, tbody script").count() == 0


@pytest.mark.parametrize("query", ["world=nowhere", "page=0", "page=x", "resource=nothing", "a=b"])
def test_a_page_that_is_not_there_is_refused(server: RunningMock, query: str) -> None:
    """Guards that a wrong query is told and not guessed."""
    answer = requests.get(f"{server.url}/__admin/?{query}", timeout=60)

    assert answer.status_code in (400, 404)
    assert answer.json()["hint"]


def test_the_page_finds_a_server_again_that_was_gone(
    browser_errors_allowed: Callable[..., Page],
) -> None:
    """Guards that a page which is left open is live again after a restart of the mock."""
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(run_mock())
        port = int(first.url.rpartition(":")[2])
        page = browser_errors_allowed(f"{first.url}/__admin/")
        expect(page.locator(".connection")).to_have_attribute("data-state", "live")
        stack.close()
        expect(page.locator(".connection")).to_have_attribute("data-state", "lost")
        chosen = Settings(files.fixtures(), files.contract(), port=port, speed=0, access_log=False)
        second = stack.enter_context(run_mock(chosen))
        with Client(second.url) as client:
            client.world().records("jobs").move(3449, "failed")

            expect(page.locator(".connection")).to_have_attribute("data-state", "live")
            row = page.locator(".records tbody tr").filter(has_text="3449")
            expect(row.locator(".chip")).to_have_text("failed")
