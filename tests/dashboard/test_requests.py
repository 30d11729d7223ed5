"""The journal on the dashboard, in a real browser."""

import shlex
import subprocess

import requests
from playwright.sync_api import expect

from mockserver.client import World
from mockserver.testing.server import RunningMock
from tests.dashboard.conftest import OpenPage
from tests.steering.calling import Caller


def test_requests_appear_as_they_come_with_what_breaks_the_contract(
    open_page: OpenPage, caller: Caller
) -> None:
    """Guards the live journal, its filter and its complaints."""
    page = open_page(tab="requests")
    entries = page.locator(".entry")
    expect(page.locator(".note")).to_contain_text("No request has met this world yet")
    caller.get(3451)
    caller.call("GET", "jobs?limit=many")

    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("1 complaint")
    page.get_by_label("Which requests").select_option("true")
    expect(entries).to_have_count(1)
    entries.locator("summary").click()
    expect(page.locator(".complaints")).to_contain_text("limit is not an integer")
    page.get_by_role("button", name="Clear").click()
    expect(entries).to_have_count(0)


def test_a_request_is_copied_as_a_command_that_sends_it_again(
    open_page: OpenPage, server: RunningMock, world: World, caller: Caller
) -> None:
    """Guards that curl sends what was recorded, with the key in a variable of the shell."""
    requests.get(
        f"{server.url}/public/{world.project_key}/jobs/3451?it's=$HOME",
        headers={"Authorization": f"Bearer {caller.key}", "X-Quoted": "it's `so`"},
        timeout=60,
    )
    page = open_page({"permissions": ["clipboard-read", "clipboard-write"]}, tab="requests")
    page.locator(".entry summary").click()
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.locator(".notice")).to_contain_text("Copied the command")
    command = page.evaluate("navigator.clipboard.readText()")
    ended = subprocess.run(
        ["bash", "-c", command],
        env={"API_KEY": str(caller.key), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
    )
    first, second = world.requests()

    assert caller.key not in shlex.split(command)
    assert ended.stdout.startswith("HTTP/1.1 200")
    assert (first.request.target, first.request.headers["X-Quoted"]) == (
        second.request.target,
        second.request.headers["X-Quoted"],
    )


def test_near_misses_tell_why_no_request_fits(open_page: OpenPage, caller: Caller) -> None:
    """Guards that a person is told which requests come nearest to one that was not made."""
    caller.get(3451)
    page = open_page(tab="requests")
    page.get_by_role("tabpanel").get_by_label("Operation").select_option("getJob")
    page.get_by_role("button", name="Was it called?").click()
    expect(page.locator(".verdict")).to_contain_text("Yes.")
    page.get_by_role("tabpanel").get_by_label("Status").fill("404")
    page.get_by_role("button", name="Was it called?").click()

    expect(page.locator(".verdict")).to_contain_text("No.")
    expect(page.locator(".verdict li")).to_contain_text(["status is 200, not 404"])
