"""The table of records, one record, and the diagram of states, in a real browser."""

import re

from playwright.sync_api import expect

from mockserver.client import World
from tests.dashboard.conftest import OpenPage
from tests.steering.calling import Caller


def test_the_table_has_the_columns_of_the_schema_and_the_newest_records(
    open_page: OpenPage, world: World
) -> None:
    """Guards that the table shows members of the schema, and just one page of the records."""
    page = open_page()
    rows = page.locator(".records tbody tr")

    expect(rows).to_have_count(25)
    heads = page.locator(".records thead th").all_inner_texts()
    assert heads[:3] == ["jobId", "status", "Next"]
    assert set(heads[3:]) <= set(world.records("jobs").get(3451).record)
    expect(rows.first).to_contain_text("3454")
    expect(page.locator(".pager")).to_contain_text("25 of 910")


def test_a_person_turns_pages_filters_and_searches(open_page: OpenPage) -> None:
    """Guards paging, the filter by state and the search, alone and together."""
    page = open_page()
    pager, rows = page.locator(".pager"), page.locator(".records tbody tr")

    page.get_by_role("button", name="Older").click()
    expect(pager).to_contain_text("50 of 910")
    page.get_by_role("button", name="Newer").click()
    expect(pager).to_contain_text("25 of 910")
    page.get_by_label("State", exact=True).select_option("failed")
    expect(pager).to_contain_text("of 72")
    assert set(page.locator(".records .chip").all_inner_texts()) == {"failed"}
    page.get_by_label("Search keys").fill("LUCIA@example")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("3447")
    page.get_by_label("Search keys").fill("nobody at all")
    expect(page.locator(".records .empty")).to_have_text("No record fits.")


def test_the_diagram_counts_the_records_and_filters_by_a_state(open_page: OpenPage) -> None:
    """Guards that each state is drawn with its number of records, and chooses them when clicked."""
    page = open_page()
    running = page.get_by_role("button", name=re.compile("^running: 28 records"))

    expect(page.locator(".state")).to_have_count(5)
    running.click()
    expect(page.locator(".pager")).to_contain_text("of 28")
    expect(running).to_have_attribute("aria-pressed", "true")
    running.click()
    expect(page.locator(".pager")).to_contain_text("of 910")


def test_what_a_client_does_is_seen_without_reloading(open_page: OpenPage, caller: Caller) -> None:
    """Guards that the table, the diagram and the timeline of a record follow a client's call."""
    page = open_page()
    row = page.locator(".records tbody tr").filter(has_text="3451")
    row.get_by_role("button").click()
    expect(page.locator(".record .timeline li")).to_have_count(3)
    caller.cancel(3451)

    expect(row.locator(".chip")).to_have_text("cancelled")
    expect(page.get_by_role("button", name=re.compile("^cancelled: 138 records"))).to_be_visible()
    expect(page.locator(".timeline li").last).to_contain_text("by cancelJob (request 1)")


def test_a_record_tells_what_became_of_it_and_what_will(open_page: OpenPage, world: World) -> None:
    """Guards the timeline: what the stamps say, what the server did and what is due."""
    world.clock.advance("17h")
    page = open_page()
    page.locator(".records tbody tr").filter(has_text="3448").get_by_role("button").click()
    steps = page.locator(".timeline li")

    expect(steps).to_have_count(3)
    expect(steps.first).to_contain_text("made")
    expect(steps.nth(1)).to_contain_text("by the server")
    expect(steps.nth(1)).to_have_class("past")
    expect(steps.nth(2)).to_contain_text("completed")
    expect(steps.nth(2)).to_have_class("due")
    expect(page.locator(".members")).to_contain_text("shekar@example.com")


def test_each_legal_move_is_a_button(open_page: OpenPage, world: World) -> None:
    """Guards the moves of a record: those of its state, and what they do."""
    page = open_page()
    page.locator(".records tbody tr").filter(has_text="3449").get_by_role("button").click()
    moves = page.get_by_role("group", name="Moves").get_by_role("button")

    expect(moves).to_have_text(["complete → completed", "fail → failed", "cancel → cancelled"])
    moves.nth(1).click()
    expect(page.locator(".moves")).to_contain_text("No move leaves this state.")
    expect(page.locator(".timeline li").last).to_contain_text("by the control API")
    assert world.records("jobs").get(3449).state == "failed"


def test_a_record_is_made_in_the_state_that_is_chosen(open_page: OpenPage, world: World) -> None:
    """Guards the button that makes a record."""
    page = open_page(state="failed")
    page.get_by_role("button", name="Make one").click()

    expect(page.locator(".pager")).to_contain_text("of 73")
    made = page.locator(".records tbody tr").first.get_by_role("button").inner_text()
    assert world.records("jobs").get(int(made)).state == "failed"


def test_the_address_says_what_is_shown(open_page: OpenPage) -> None:
    """Guards that a link to a record can be kept, and that the browser's way back works."""
    page = open_page(state="running")
    page.locator(".records tbody tr").filter(has_text="3449").get_by_role("button").click()
    expect(page.locator(".record h2")).to_have_text("jobs 3449")
    page.reload()
    expect(page.locator(".record h2")).to_have_text("jobs 3449")
    expect(page.locator(".pager")).to_contain_text("of 28")
    page.go_back()

    expect(page.locator(".record")).to_be_hidden()
