"""What a test does to records of a world whose deviations change how they move."""

from collections.abc import Iterator

import pytest
import requests

from mockserver.client import ControlError, World
from tests.apis.served import Served, serve

BATCHES = "openai-batches"
OWN = "sk-acme"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """Run a mock of batches for the tests of this module."""
    with serve(BATCHES) as mock:
        yield mock


@pytest.fixture
def batches(served: Served) -> World:
    """Return the default world of batches, which is that of the fixtures."""
    served.reset()
    return served.world


def test_a_record_is_moved_by_the_moves_of_its_world(batches: World) -> None:
    """Guards moving by hand: a move that the world never makes is refused, one more is made."""
    records = batches.records("batches")
    waiting, ended = records.create(), records.create(state="completed")
    batches.deviations.set("validate-never-happens", "cancel-from-completed-is-accepted")

    with pytest.raises(ControlError, match="no moves lead from validating to in_progress"):
        records.move(waiting.key, "in_progress")
    moved = records.move(ended.key, "cancelled")
    assert moved is not None
    assert moved.state == "cancelled"


def test_a_record_is_planned_by_the_moves_of_its_world(batches: World) -> None:
    """Guards plans: one that the server of the world cannot keep is refused."""
    records = batches.records("batches")
    made = records.create(state="in_progress")
    batches.deviations.set("complete-never-happens")

    with pytest.raises(ControlError, match="does not move a record that is in_progress to 'comp"):
        records.plan(made.key, {"to": "completed", "after": "5m"})
    records.plan(made.key, {"to": "finalizing", "after": "9d"}, {"to": "expired", "after": "9d"})
    batches.deviations.set()
    records.plan(made.key, {"to": "completed", "after": "5m"})


def test_a_record_is_made_as_its_world_makes_them(batches: World) -> None:
    """Guards made records: without a state they begin in the one in which the world lets them."""
    batches.deviations.set("starts-as-in-progress")

    assert batches.records("batches").create().state == "in_progress"


def test_the_timeline_knows_the_moves_of_its_world(served: Served, batches: World) -> None:
    """Guards timelines: a call that only a deviation lets move a record is told as that move."""
    made = batches.records("batches").create(state="completed")
    batches.deviations.set("cancel-from-completed-is-accepted")
    url, batch = served.url, f"batches/{made.key}"
    headers = {"Authorization": f"Bearer {OWN}"}
    code = requests.post(f"{url}/v1/{batch}/cancel", headers=headers, timeout=60).status_code
    timeline = f"{url}/__admin/worlds/default/records/{batch}/timeline"
    steps = requests.get(timeline, timeout=60).json()["steps"]

    assert code == 200
    assert ("cancel", "cancelBatch", "completed") in [
        (step["event"], step["by"], step["from"]) for step in steps
    ]


def test_a_job_is_moved_and_planned_by_the_moves_of_its_world(world: World) -> None:
    """Guards the jobs API's own words for the same: they go by the deviations as well."""
    made = world.jobs.create("ann")
    world.deviations.set("start-never-happens", "fail-never-happens")

    with pytest.raises(ControlError, match=r"no transition leads from .* to 'running'"):
        world.jobs.move(made.job_id, "running")
    with pytest.raises(ControlError, match="no job ends 'failed' by itself; it can end completed"):
        world.jobs.plan(made.job_id, runs="1h", ends="failed")
