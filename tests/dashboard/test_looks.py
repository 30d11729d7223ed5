"""How the dashboard looks and is used: widths, schemes, the keyboard, and tools for the blind."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mockserver.client import World
from mockserver.resources import files as files_of_mock
from mockserver.resources import shipped
from mockserver.settings import Settings
from mockserver.testing.server import run_mock
from tests.apis.served import serve
from tests.chromium import find_flaws
from tests.dashboard.conftest import OpenPage
from tests.screenshots import DESKTOP, PHONE, find_wide, take_screenshot
from tests.steering.calling import Caller

TABS = ("records", "requests", "faults", "deviations", "api")
#: Names of moves that a state, or the name of another move, lies over.
HIDDEN = """() => {
    const box = e => e.getBoundingClientRect();
    const lie = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
        && a.top < b.bottom - 2 && b.top < a.bottom - 2;
    const names = [...document.querySelectorAll('.event')];
    const states = [...document.querySelectorAll('.state rect')];
    return names.filter((name, at) => [...states, ...names.slice(at + 1)]
        .some(other => lie(box(name), box(other)))).map(e => e.textContent);
}"""
OPEN = json.dumps([["3sWXSsqHgSKnE87YkNJK"], 3449])


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_is_cut_off_and_everybody_can_use_it(  # noqa: PLR0917 -- a cell of the table
    open_page: OpenPage, world: World, caller: Caller, width: int, scheme: str, tab: str
) -> None:
    """Guards widths, schemes and accessibility of each tab, with a record or a request open."""
    caller.call("GET", "jobs?limit=many")
    world.faults.add({"kind": "malformed"})
    options = {"viewport": {"width": width, "height": 812}, "color_scheme": scheme}
    shown = {"record": OPEN} if tab == "records" else {}
    page = open_page({**options, "reduced_motion": "reduce"}, tab=tab, **shown)
    ready = {
        "records": ".record .timeline li",
        "requests": ".entry summary",
        "faults": "[data-fault]",
        "deviations": ".switches li",
        "api": ".operation summary",
    }
    expect(page.locator(ready[tab]).first).to_be_visible()
    if tab in ("requests", "api"):
        page.locator(ready[tab]).first.click()
    flaws, wide = find_flaws(page), find_wide(page)
    ink = page.evaluate("getComputedStyle(document.documentElement).color")
    take_screenshot(page, tab)

    assert flaws == []
    assert wide == []
    assert (int(re.findall(r"\d+", ink)[0]) > 128) == (scheme == "dark")


def test_all_is_done_by_keyboard(open_page: OpenPage) -> None:
    """Guards that a record is opened, moved and closed without a mouse, and the focus is kept."""
    page = open_page()
    expect(page.locator(".records tbody tr")).to_have_count(25)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    row = page.locator(".records tbody tr").filter(has_text="3449").get_by_role("button")
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".record h2")).to_be_focused()
    expect(page.get_by_role("group", name="Moves")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".record .chip").first).to_have_text("failed")
    page.keyboard.press("Escape")
    expect(page.locator(".record")).to_be_hidden()
    expect(row).to_be_focused()


def test_tabs_are_walked_by_arrow_keys(open_page: OpenPage) -> None:
    """Guards the pattern of tabs: one stop, and arrows between them."""
    page = open_page()
    page.get_by_role("tab", name="Records").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Requests")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Requests")).to_be_visible()
    page.keyboard.press("ArrowLeft")

    expect(page.get_by_role("tabpanel", name="Records")).to_be_visible()


def test_two_tabs_show_the_same(open_page: OpenPage) -> None:
    """Guards that what is done in one window is seen in another."""
    one, other = open_page(), open_page()
    one.get_by_role("button", name="+12 h").click()
    one.get_by_role("button", name="Make one").click()

    expect(other.locator(".time")).to_have_text("2021-06-17 19:00:00")
    expect(other.locator(".pager")).to_contain_text("of 911")


def test_what_another_server_of_the_store_does_is_seen(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    """Guards the dashboard of one of several servers, where another one moves a record."""
    chosen = Settings(
        files_of_mock.fixtures(),
        files_of_mock.contract(),
        port=0,
        speed=0,
        store=f"sqlite:///{tmp_path}/shared.db",
        access_log=False,
    )
    with run_mock(chosen) as first, run_mock(chosen) as second:
        page = visit(f"{first.url}/__admin/")
        row = page.locator(".records tbody tr").filter(has_text="3449")
        expect(row.locator(".chip")).to_have_text("running")
        second.client.world().records("jobs").move(3449, "failed")

        expect(row.locator(".chip")).to_have_text("failed")
        expect(page.get_by_role("button", name=re.compile("^failed: 73 records"))).to_be_visible()


@pytest.mark.parametrize("name", sorted(api.name for api in shipped.list_all()))
def test_any_api_is_shown_in_its_own_words(visit: Callable[..., Page], name: str) -> None:
    """Guards the dashboard of other contracts: states, moves, columns, nothing serious."""
    with serve(name, records=40) as mock:
        page = visit(f"{mock.url}/__admin/", viewport={"width": PHONE, "height": 812})
        expect(page.locator(".records tbody tr")).to_have_count(25)
        assert page.locator(".state").count() > 3
        assert page.evaluate(HIDDEN) == []
        assert find_wide(page) == []
        take_screenshot(page, name)
        page.set_viewport_size({"width": DESKTOP, "height": 900})
        page.locator(".records tbody tr button").first.click()
        expect(page.locator(".record .timeline li").first).to_be_visible()
        assert find_flaws(page) == []
        assert find_wide(page) == []
        take_screenshot(page, name)


def test_many_records_are_read_page_by_page(visit: Callable[..., Page]) -> None:
    """Guards that the page asks for the records that are seen, however many there are."""
    with serve("openai-batches", records=2_000) as mock:
        sizes: list[int] = []
        page = visit("about:blank")
        page.on(
            "response",
            lambda told: sizes.append(len(told.body())) if "/records/" in told.url else None,
        )
        page.goto(f"{mock.url}/__admin/")
        expect(page.locator(".pager")).to_contain_text("of 2,000")
        expect(page.locator(".records tbody tr")).to_have_count(25)

    assert 0 < max(sizes) < 60_000
