"""The clock of a world, and jobs that are moved by the clock or by a test."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.client import ControlError, World
from mockserver.client.models import Plan
from mockserver.store.memory import MemoryRecords
from mockserver.worlds.clock import WorldClock
from tests.steering.calling import Caller
from tests.stores.apis import NOW, jobs

HOUR = 3_600_000
MIDNIGHT = 1_623_974_400_000


@settings(max_examples=40)
@given(pieces=st.lists(st.integers(0, 200 * HOUR), max_size=12))
def test_advancing_in_pieces_equals_advancing_at_once(pieces: list[int]) -> None:
    """Guards that state follows from records and time, whenever it is read."""
    api = jobs()
    made = [api.planned(number, ("completed", "failed")[number % 2]) for number in range(1, 20)]
    stepped, at_once = (
        MemoryRecords([api.kind], {api.kind.name: made}, begins=NOW) for _ in range(2)
    )
    clock = WorldClock(NOW, 0, lambda: 0.0)
    for piece in pieces:
        clock.advance(piece)
        stepped.revision(clock.now())

    now = clock.now()
    assert asyncio.run(at_once.all(api.kind, now)) == asyncio.run(stepped.all(api.kind, now))


def test_each_move_is_stamped_with_its_own_due_time(world: World, caller: Caller) -> None:
    """Guards updatedAt after a jump over both of a job's moves."""
    world.clock.advance("30d")
    job = caller.get(3453).json()["data"]

    assert ("failed", MIDNIGHT + HOUR // 2) == (job["status"], job["updatedAt"])


def test_a_clock_is_set_run_and_stopped(world: World) -> None:
    """Guards each way to change a clock."""
    assert world.clock.set("2022-01-01T00:00:00Z").epoch_milliseconds == 1_640_995_200_000
    assert world.clock.run(1e9).speed == 1e9
    stopped = world.clock.stop()
    assert stopped == world.clock.read()
    assert stopped.epoch_milliseconds > 1_640_995_200_000


def test_a_clock_never_goes_back(world: World) -> None:
    """Guards that a clock never goes back."""
    with pytest.raises(ControlError, match="cannot go back") as refused:
        world.clock.set("2020-01-01T00:00:00Z")

    assert refused.value.status == 409


@pytest.mark.parametrize("status", ["scheduled", "running", "completed", "failed", "cancelled"])
def test_a_job_is_made_in_any_status_and_the_world_stays_valid(
    world: World, caller: Caller, status: str
) -> None:
    """Guards that a created job is one that could exist: its snapshot is accepted."""
    made = world.jobs.create("ann@example.com", status=status)
    world.restore(world.snapshot())

    assert status == caller.status(made.job_id)


@pytest.mark.parametrize("to", ["running", "completed", "failed", "cancelled"])
def test_a_job_is_moved_now(world: World, caller: Caller, to: str) -> None:
    """Guards transitions by a test: by the contract's table, stamped now, and valid afterwards."""
    world.clock.advance("5m")
    moved = world.jobs.move(3451, to, errors="told so" if to == "failed" else None)
    world.restore(world.snapshot())

    assert (to, 1_623_913_500_000) == (caller.status(3451), moved.job.updated_at)


def test_a_job_that_has_ended_is_not_moved_again(world: World) -> None:
    """Guards that a test cannot move a job against the contract."""
    with pytest.raises(ControlError, match="no transition") as refused:
        world.jobs.move(3446, "running")

    assert refused.value.status == 409


def test_a_plan_decides_when_and_how_a_job_ends(world: World, caller: Caller) -> None:
    """Guards the job that fails after an hour."""
    made = world.jobs.create("ann", status="running", plan=Plan("9h", "completed"))
    world.jobs.plan(made.job_id, runs="1h", ends="failed", errors="out of disk")
    world.clock.advance("59m")
    assert caller.status(made.job_id) == "running"
    world.clock.advance("1m")

    job = caller.get(made.job_id).json()["data"]
    assert ("failed", "out of disk") == (job["status"], job["errors"])


def test_a_plan_cannot_lie_in_the_past(world: World) -> None:
    """Guards that a plan cannot end a job at a time that has passed."""
    world.clock.advance("5h")
    with pytest.raises(ControlError, match="already") as refused:
        world.jobs.plan(3449, runs="1h", ends="failed")

    assert (refused.value.status, refused.value.where) == (409, "/runs")


def test_a_second_active_job_of_a_user_is_refused(world: World) -> None:
    """Guards that a test cannot create a second scheduled or running job of a user."""
    world.jobs.create("ann")
    with pytest.raises(ControlError, match="active job"):
        world.jobs.create("ann", status="running")
