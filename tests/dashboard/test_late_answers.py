"""A dashboard whose calls are answered late: what a person does meanwhile is not undone by them."""

from playwright.sync_api import Locator, Page, expect

from mockserver.client import World, effects
from mockserver.testing.server import RunningMock
from tests.dashboard.conftest import OpenPage
from tests.steering.calling import Caller

# Keeps the answer to the next GET of an address from the page, until it is released.
HOLD = """ending => {
    const send = window.fetch;
    window.fetch = async (url, options) => {
        const response = await send(url, options);
        const path = url.split("?")[0];
        if (window.held === undefined && options.method === "GET" && path.endsWith(ending)) {
            await new Promise((release) => { window.held = release; });
        }
        return response;
    };
}"""

# Lets calls pass that began before, releases the answer, and waits until the page has shown it.
RELEASE = """async () => {
    for (let calls = 0; calls < 3; calls++) await fetch("/__admin/contract", { method: "HEAD" });
    window.held();
    for (let frames = 0; frames < 5; frames++) await new Promise(requestAnimationFrame);
}"""

# Tells whether a switch was seen to be on, from the release of the answer until it is at rest.
RELEASE_AND_WATCH = """async (box) => {
    let wasOn = box.checked;
    window.held();
    for (let frames = 0; frames < 5 || box.disabled; frames++) {
        await new Promise(requestAnimationFrame);
        wasOn ||= box.checked;
    }
    return wasOn;
}"""


def hold(page: Page, ending: str) -> None:
    """Keep the answer to the next GET of a path with that ending from the page."""
    page.evaluate(HOLD, ending)


def wait_until_held(page: Page) -> None:
    """Wait until the server has answered and the page does not know it yet."""
    page.wait_for_function("() => window.held !== undefined")


def find_switch(page: Page, name: str) -> Locator:
    """Return the switch of a deviation or fault."""
    return page.get_by_role("switch", name=name, exact=True)


def test_a_switch_that_was_moved_does_not_move_back(
    open_page: OpenPage, server: RunningMock, world: World
) -> None:
    """Guards that what a person switched off is not shown as on by an answer from before."""
    page = open_page(tab="deviations")
    deviation = find_switch(page, "cancel-does-nothing")
    deviation.check()
    expect(deviation).to_be_enabled()
    hold(page, "/deviations")
    world.deviations.set("cancel-does-nothing")
    wait_until_held(page)
    deviation.click()

    assert not deviation.evaluate(RELEASE_AND_WATCH)
    assert server.client.world(world.name).state.deviations == ()


def test_two_switches_at_once_are_both_moved(
    open_page: OpenPage, server: RunningMock, world: World
) -> None:
    """Guards that no switch is lost to another that is moved before the first is done."""
    page = open_page(tab="deviations")
    names = ("cancel-does-nothing", "start-never-happens")
    switches = [find_switch(page, name) for name in names]
    expect(switches[0]).to_be_visible()
    page.evaluate(
        "boxes => boxes.forEach((box) => box.click())",
        [switch.element_handle() for switch in switches],
    )
    for switch in switches:
        expect(switch).to_be_enabled()

    assert sorted(server.client.world(world.name).state.deviations) == sorted(names)


def test_a_fault_that_was_switched_off_can_be_switched_on_again(
    open_page: OpenPage, world: World
) -> None:
    """Guards that the row of a fault outlives an answer from before it was switched off."""
    page = open_page(tab="faults")
    page.get_by_role("button", name="Add the fault").click()
    fault = find_switch(page, "fault-1")
    expect(fault).to_be_enabled()
    hold(page, "/faults")
    world.faults.add(effects.reset(), name="other")
    wait_until_held(page)
    fault.click()
    page.evaluate(RELEASE)

    expect(find_switch(page, "other")).to_be_checked()
    expect(fault).not_to_be_checked()
    assert [one.name for one in world.faults.list()] == ["other"]
    fault.check()
    expect(fault).to_be_enabled()
    assert sorted(one.name for one in world.faults.list()) == ["fault-1", "other"]


def test_the_records_are_those_of_the_last_search(open_page: OpenPage) -> None:
    """Guards that the answer to a search which has been changed since is not shown."""
    page = open_page()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(25)
    hold(page, "/records/jobs")
    page.get_by_label("Search keys and values").fill("3449")
    wait_until_held(page)
    page.get_by_label("Search keys and values").fill("3451")
    expect(rows).to_have_count(1)
    page.evaluate(RELEASE)

    expect(rows.get_by_role("button")).to_have_text(["3451"])


def test_the_requests_are_those_of_the_last_choice(open_page: OpenPage, caller: Caller) -> None:
    """Guards that the answer to a choice which has been changed since is not shown."""
    page = open_page(tab="requests")
    hold(page, "/journal")
    assert caller.get(3451).status_code == 200
    wait_until_held(page)
    page.get_by_label("Which requests").select_option("true")
    page.evaluate(RELEASE)
    assert caller.call("GET", "jobs/wrong").status_code == 400

    entries = page.locator(".entries li")
    expect(entries.filter(has_text="wrong")).to_have_count(1)
    expect(entries).to_have_count(1)


def test_a_world_that_was_just_made_is_not_told_to_be_gone(
    open_page: OpenPage, server: RunningMock, world: World
) -> None:
    """Guards that a list of worlds from before a world was made does not close it."""
    page = open_page()
    expect(page.locator(".time")).to_have_text("2021-06-17 07:00:00")
    hold(page, "/worlds")
    other = server.client.create_world()
    wait_until_held(page)
    page.get_by_label("What to do with this world").click()
    page.get_by_role("button", name="Make another world").click()
    page.evaluate(RELEASE)

    chosen = page.get_by_label("World", exact=True)
    expect(chosen).not_to_have_value(world.name)
    assert chosen.input_value() not in ("default", other.name)
    expect(page.locator(".notice").filter(has_text="is gone")).to_have_count(0)
    other.delete()
