"""The controls of the dashboard that steer a world, in a real browser."""

from pathlib import Path

import yaml
from playwright.sync_api import Page, expect

from mockserver.client import World
from mockserver.testing.server import RunningMock
from tests.dashboard.conftest import OpenPage
from tests.steering.calling import Caller


def press(page: Page, name: str) -> None:
    """Press the button of just that name."""
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Page, name: str) -> None:
    """Choose from the menu of the world."""
    page.get_by_label("What to do with this world").click()
    press(page, name)


def test_the_clock_is_moved_and_stopped(open_page: OpenPage, world: World) -> None:
    """Guards each control of the clock."""
    page = open_page()
    time = page.locator(".time")

    expect(time).to_have_text("2021-06-17 07:00:00")
    press(page, "+12 h")
    expect(time).to_have_text("2021-06-17 19:00:00")
    press(page, "To the next move")
    expect(time).to_have_text("2021-06-18 00:00:00")
    press(page, "\u00d760")
    expect(page.locator(".pace")).to_have_text("runs \u00d760")
    assert world.clock.read().speed == 60
    press(page, "Stop")
    expect(page.locator(".pace")).to_have_text("stands still")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    assert world.clock.read().speed == 0


def test_a_test_that_moves_the_clock_is_seen(open_page: OpenPage, world: World) -> None:
    """Guards that the page follows what others do to the clock, and the moves that it makes."""
    page = open_page()
    expect(page.locator(".state .number").first).to_have_text("21")
    world.clock.advance("18h")

    expect(page.locator(".time")).to_have_text("2021-06-18 01:00:00")
    expect(page.locator(".state .number").first).not_to_have_text("21")


def test_worlds_are_made_chosen_reset_and_deleted(
    open_page: OpenPage, server: RunningMock, world: World
) -> None:
    """Guards the choice of the world and what can be done with one."""
    page = open_page()
    chosen = page.get_by_label("World", exact=True)
    press(page, "+1 h")
    expect(page.locator(".time")).to_have_text("2021-06-17 08:00:00")
    choose(page, "Reset")
    expect(page.locator(".time")).to_have_text("2021-06-17 07:00:00")
    choose(page, "Make another world")
    expect(chosen).not_to_have_value(world.name)
    other = chosen.input_value()
    assert other in {one.name for one in server.client.worlds()}
    choose(page, "Delete this world")
    expect(chosen).to_have_value("default")
    assert other not in {one.name for one in server.client.worlds()}
    chosen.select_option(world.name)
    expect(page.locator(".time")).to_have_text("2021-06-17 07:00:00")


def test_a_snapshot_is_saved_and_restored(
    open_page: OpenPage, world: World, tmp_path: Path
) -> None:
    """Guards that a snapshot is a file which brings the world back."""
    page = open_page()
    with page.expect_download() as begun:
        choose(page, "Save a snapshot")
    file = tmp_path / begun.value.suggested_filename
    begun.value.save_as(file)
    world.records("jobs").move(3449, "failed")
    page.get_by_label("What to do with this world").click()
    with page.expect_file_chooser() as asked:
        press(page, "Restore a snapshot")
    asked.value.set_files(file)

    expect(page.locator(".notice")).to_contain_text([file.name])
    assert world.records("jobs").get(3449).state == "running"
    assert len(yaml.safe_load(file.read_text())["jobs"]) == 910


def test_faults_have_switches(open_page: OpenPage, world: World, caller: Caller) -> None:
    """Guards that a fault is added, counted, switched off and on again."""
    page = open_page(tab="faults")
    page.get_by_role("tabpanel").get_by_label("Operation").select_option("getJob")
    press(page, "Add the fault")
    fault = page.get_by_role("switch", name="fault-1")

    expect(fault).to_be_checked()
    assert caller.get(3451).status_code == 503
    expect(page.locator("[data-fault]")).to_contain_text("fired 1 of 1 times")
    # A switch is disabled until the mock has done what it asks for.
    fault.uncheck()
    expect(fault).to_be_enabled()
    expect(fault).not_to_be_checked()
    assert caller.get(3451).status_code == 200
    fault.check()
    expect(fault).to_be_enabled()
    expect(fault).to_be_checked()
    assert [one.name for one in world.faults.list()] == ["fault-1"]


def test_a_fault_that_cannot_be_added_is_refused_with_a_hint(open_page: OpenPage) -> None:
    """Guards that a person is told what is wrong with what was typed."""
    page = open_page(tab="faults")
    page.get_by_label("What happens").select_option("delay")
    page.get_by_label("By", exact=True).fill("soon")
    press(page, "Add the fault")

    expect(page.locator(".notice.error")).to_be_visible()
    expect(page.locator("[data-fault]")).to_have_count(0)


def test_deviations_have_switches(open_page: OpenPage, server: RunningMock, world: World) -> None:
    """Guards that a deviation is found, switched on and off."""
    page = open_page(tab="deviations")
    page.get_by_label("Search deviations").fill("cancel-does-nothing")
    deviation = page.get_by_role("switch", name="cancel-does-nothing")
    deviation.check()
    expect(page.locator(".toolbar:visible")).to_contain_text(["1 of"])
    assert server.client.world(world.name).state.deviations == ("cancel-does-nothing",)
    deviation.uncheck()

    expect(page.locator(".toolbar:visible")).to_contain_text(["0 of"])
    assert server.client.world(world.name).state.deviations == ()
