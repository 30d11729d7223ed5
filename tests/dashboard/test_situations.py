"""The dashboard where little goes right: odd texts, nothing to show, refusals, a lost server.

Each situation is looked at on a phone and on a desktop, and its picture is kept.
"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from mockserver.client import World
from mockserver.resources import files
from mockserver.settings import Settings
from mockserver.testing.server import RunningMock, run_mock
from tests.dashboard.conftest import OpenPage
from tests.screenshots import DESKTOP, PHONE, find_wide, take_screenshot
from tests.steering.calling import Caller

CHINESE = "请删除该用户的全部数据用户要求行使被遗忘权个人信息保护法第四十七条"
RIGHT_TO_LEFT = "מחיקת כל הנתונים של המשתמש بناءً على طلبه"
LONG = {
    "chinese": CHINESE,
    "right-to-left": RIGHT_TO_LEFT,
    "words": "A very long description. " * 150,
    "one-word": "unbroken" * 300,
}
LOOKS: tuple[dict[str, Any], ...] = (
    {"viewport": {"width": PHONE, "height": 812}, "color_scheme": "dark"},
    {"viewport": {"width": DESKTOP, "height": 900}, "color_scheme": "light"},
)

pytestmark = pytest.mark.parametrize("look", LOOKS, ids=["phone", "desktop"])


def keep(page: Page, name: str) -> None:
    """Take a picture of *page*, on which nothing is cut off."""
    assert find_wide(page) == []
    take_screenshot(page, name)


@pytest.mark.parametrize("name", LONG)
def test_any_text_of_a_record_fits_in(
    open_page: OpenPage, world: World, look: dict[str, Any], name: str
) -> None:
    """Guards texts of other scripts and lengths in the table and in a record."""
    text = LONG[name]
    world.records("jobs").create(members={"referenceId": text[:200], "description": text})
    page = open_page(look)
    cell = page.locator(".records tbody td.text").first
    expect(cell).to_have_text(text)
    cell.scroll_into_view_if_needed()
    page.locator(".records tbody tr button").first.click()
    expect(page.locator(".members")).to_contain_text(text)

    # A text is cut off at its end, which is on the left where it begins on the right.
    way = cell.evaluate("e => getComputedStyle(e).direction")
    assert way == ("rtl" if name == "right-to-left" else "ltr")
    keep(page, f"record-{name}")


def test_a_long_request_and_its_complaint_fit_in(
    open_page: OpenPage, server: RunningMock, caller: Caller, look: dict[str, Any]
) -> None:
    """Guards paths, header fields and complaints that have no place to be broken."""
    requests.get(
        f"{server.url}/public/{'q' * 400}",
        headers={"Authorization": f"Bearer {caller.key}", "X-Long": "v" * 900},
        timeout=60,
    )
    page = open_page(look, tab="requests")
    page.locator(".entry summary").click()
    expect(page.locator(".complaints")).to_contain_text("q" * 40)

    keep(page, "requests-long")


def test_a_long_name_of_a_world_fits_in(
    open_page: OpenPage, server: RunningMock, look: dict[str, Any]
) -> None:
    """Guards the choice of worlds, whose names tests make up, and its menu."""
    made = server.client.create_world(name="of-the-branch-with-the-very-long-name-and-run-4711")
    with contextlib.ExitStack() as stack:
        stack.callback(made.delete)
        page = open_page(look, world=made.name)
        expect(page.get_by_label("World", exact=True)).to_have_value(made.name)
        page.locator(".menu summary").click()
        expect(page.get_by_role("button", name="Reset")).to_be_visible()

        keep(page, "world-long")


def test_nothing_to_show_is_told(open_page: OpenPage, look: dict[str, Any]) -> None:
    """Guards what stands in place of records, requests and faults where there are none."""
    page = open_page(look)
    page.get_by_label("Search keys").fill("nobody at all")
    expect(page.locator(".records .empty")).to_have_text("No record fits.")
    keep(page, "empty-records")
    page.get_by_role("tab", name="Requests").click()
    expect(page.locator(".note")).to_contain_text("No request has met this world yet")
    keep(page, "empty-requests")
    page.get_by_role("tab", name="Faults").click()
    expect(page.locator(".switches .empty")).to_have_text("Nothing goes wrong on purpose.")
    keep(page, "empty-faults")


def test_an_api_without_records_says_so(
    visit: Callable[..., Page], look: dict[str, Any], tmp_path: Path
) -> None:
    """Guards a contract from which no record can be read: no states, and the table says why."""
    file = tmp_path / "api.yaml"
    file.write_text(
        "openapi: 3.1.0\ninfo: {title: A service with a rather long title that goes on, "
        "version: '1'}\npaths:\n  /ping:\n    get:\n      responses:\n"
        "        '200': {description: ok, content: {application/json: {example: pong}}}\n"
    )
    with run_mock(Settings(seed=None, spec=file, port=0, access_log=False)) as mock:
        page = visit(f"{mock.url}/__admin/", **look)
        expect(page.get_by_role("tabpanel", name="Requests")).to_be_visible()
        page.get_by_role("tab", name="Records").click()
        expect(page.locator(".records .empty")).to_contain_text("This API has no records.")
        expect(page.locator(".diagram")).to_be_hidden()

        keep(page, "empty-api")


def test_a_world_that_is_gone_is_told_once(
    browser_errors_allowed: Callable[..., Page], server: RunningMock, look: dict[str, Any]
) -> None:
    """Guards an old address: one notice, and the default world."""
    page = browser_errors_allowed(
        f"{server.url}/__admin/#world=of-yesterday&tab=deviations", **look
    )
    expect(page.locator(".notice")).to_have_text("The world of-yesterday is gone.Dismiss")
    expect(page.locator(".switches li").first).to_be_visible()
    expect(page.get_by_label("World", exact=True)).to_have_value("default")

    keep(page, "world-gone")


def test_a_refusal_tells_what_where_and_what_to_do(
    browser_errors_allowed: Callable[..., Page], server: RunningMock, look: dict[str, Any]
) -> None:
    """Guards that a person who types a wrong value is told which one."""
    page = browser_errors_allowed(f"{server.url}/__admin/#tab=faults", **look)
    page.locator("form.toolbar input").fill("9")
    page.get_by_role("button", name="Add the fault").click()
    expect(page.locator(".notice")).to_contain_text("/effect/status: is less than 200")
    expect(page.locator(".notice")).to_contain_text("/__admin/reference")

    keep(page, "refused")


@pytest.fixture
def guarded() -> Iterator[RunningMock]:
    """Run a mock that asks for a token."""
    chosen = Settings(
        files.fixtures(),
        files.contract(),
        port=0,
        admin_token="a-secret",  # noqa: S106 -- a test's
        access_log=False,
    )
    with run_mock(chosen) as server:
        yield server


def test_a_wrong_token_is_told(
    browser_errors_allowed: Callable[..., Page], guarded: RunningMock, look: dict[str, Any]
) -> None:
    """Guards that a person who mistypes the token learns that it is wrong."""
    page = browser_errors_allowed(f"{guarded.url}/__admin/", **look)
    expect(page.get_by_role("textbox", name="Token")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("textbox", name="Token").fill("wrong")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_have_text("That is not the token of this server.")

    keep(page, "token-wrong")


def test_a_lost_server_is_told_and_what_was_done_meanwhile(
    browser_errors_allowed: Callable[..., Page], look: dict[str, Any]
) -> None:
    """Guards that a page without a server says so, above and where a person presses a button."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(run_mock())
        page = browser_errors_allowed(f"{server.url}/__admin/", **look)
        expect(page.locator(".records tbody tr")).to_have_count(25)
        stack.close()
        expect(page.locator(".connection")).to_have_attribute("data-state", "lost")
        page.get_by_role("button", name="Make one").click()
        expect(page.locator(".notice").first).to_contain_text("The server does not answer.")
        expect(page.locator(".notice").first).to_contain_text("may not have been made")

        keep(page, "server-lost")


def test_the_page_without_scripts_can_be_read(
    visit: Callable[..., Page], server: RunningMock, world: World, look: dict[str, Any]
) -> None:
    """Guards the table of records that stands in the page itself, and its caption."""
    world.records("jobs").create(members={"description": LONG["one-word"]})
    page = visit(f"{server.url}/__admin/?world={world.name}", java_script_enabled=False, **look)
    expect(page.locator("tbody tr")).to_have_count(50)
    caption = page.locator("caption").bounding_box()

    assert caption is not None
    assert caption["x"] >= 0
    assert page.locator("caption").evaluate("e => getComputedStyle(e).textAlign") == "left"
    take_screenshot(page, "without-scripts")


def test_the_reference_of_the_control_api_leads_back(
    visit: Callable[..., Page], server: RunningMock, look: dict[str, Any]
) -> None:
    """Guards the page of the control API: nothing is cut off, and the dashboard is a click away."""
    page = visit(f"{server.url}/__admin/reference", **look)
    keep(page, "reference")
    page.get_by_role("link", name="The dashboard", exact=True).click()

    expect(page.locator(".connection")).to_have_attribute("data-state", "live")
