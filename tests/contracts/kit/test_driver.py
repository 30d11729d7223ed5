"""Drivers: how a user brings jobs into states that the API alone does not lead to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from contracts import driver
from contracts.contract.document import Document
from contracts.engine.events import LawFinished
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Verdict
from contracts.laws import catalogue
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import create_miniature
from contracts.selftest.world import create_target as judged_as
from contracts.target import Effects, Target


def test_a_driver_is_made_with_the_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`module:Class` names a class that takes the target as its only argument."""
    (tmp_path / "staging_database.py").write_text(
        "class Jobs:\n"
        "    def __init__(self, target): self.target = target\n"
        "    def job_in(self, status): return None\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    target = Target("http://h", "p", "k")
    made = driver.load("staging_database:Jobs", target)

    assert vars(made)["target"] is target


@pytest.mark.parametrize("name", ["", "nosuchmodule:Driver", "json:Driver", "json:dumps"])
def test_a_driver_that_cannot_be_had_is_told(name: str) -> None:
    """A name that leads nowhere is a usage error, whatever went wrong."""
    with pytest.raises(driver.DriverError):
        driver.load(name, Target("http://h", "p", "k"))


@dataclass
class Drives:
    """Makes a job and puts it into a state, as a script on a staging database would."""

    world: Miniature

    def job_in(self, status: str) -> int:
        """Return a new job in *status*."""
        world = self.world
        job = world.make(next(iter(world.organizations.values()))[0], f"driven-{status}")
        world.jobs[job["jobId"]] = job
        if status != world.document.lifecycle.initial:
            job["startAt"] = world.now()
            world.move(job, status)
        return int(job["jobId"])


def judged(
    world: Miniature, laws: str, effects: Effects, driven: driver.Driver | None
) -> list[LawFinished]:
    """Judge *world* by *laws*."""
    registry = catalogue.create_registry(world.document, generated=False).select([laws])
    with serve_miniature(world, Transmission()) as url:
        run = create_runner(judged_as(url, effects), world.document, registry, Settings(), driven)
        return [event for event in run.stream_events() if isinstance(event, LawFinished)]


def test_a_driven_job_is_judged_in_its_state(contract: Document) -> None:
    """With a driver, cancels of finished jobs are judged though the run may not touch others."""
    world = create_miniature(contract, jobs=3)
    events = judged(world, "CANC-0[1-4]", Effects.OWN, Drives(world))

    assert {event.verdict for event in events} == {Verdict.KEPT}


def test_a_driver_gives_the_running_job_that_a_conflict_needs(contract: Document) -> None:
    """COMP-08 asks the driver for a running job, and says what it lacks where there is none."""
    ended = create_miniature(contract, jobs=30, statuses=("completed", "failed"))
    (alone,) = judged(ended, "COMP-08", Effects.ANY, None)
    (driven,) = judged(ended, "COMP-08", Effects.ANY, Drives(ended))

    assert (alone.verdict, driven.verdict) == (Verdict.UNTESTED, Verdict.KEPT)
    assert "driver" in alone.reason
