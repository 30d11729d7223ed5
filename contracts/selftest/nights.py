"""Deployments that are judged twice, with a night between, and how they spend it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from contracts.contract.document import Document
from contracts.engine.law import Registry
from contracts.engine.past_runs.keeping import open_history
from contracts.engine.runner import Settings, create_runner
from contracts.selftest.judge import Judgement
from contracts.selftest.miniature import DAY, Job, Miniature
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import create_target
from contracts.target import Effects

EVENING, MORNING = "2021-06-27T20:00:00+00:00", "2021-06-28T20:00:00+00:00"
"""When the two runs begin, by the clock of who judges."""


class Overnight(Miniature):
    """A deployment whose jobs move while nobody looks."""

    def pass_day(self) -> None:
        """Move the jobs that have moved minutes apart, as they do where people are at work."""
        for job in self.jobs.values():
            job["updatedAt"] = job["updatedAt"] and job["updatedAt"] + 60_000 * job["jobId"]

    def pass_night(self) -> None:
        """Let a day pass: what is due starts and ends, and new jobs are made."""
        clock = self.now
        self.now = lambda: clock() + DAY
        for job in list(self.jobs.values()):
            self.spend_night(job)
        project = next(iter(self.organizations.values()))[0]
        for number in range(3):
            made = self.make(project, f"night-{number}@example.com")
            self.jobs[made["jobId"]] = made

    def spend_night(self, job: Job) -> None:
        """Make the moves of one job that are due."""
        if job["status"] == "scheduled" and job["startAt"] <= self.now():
            self.move(job, "running")
        if job["status"] == "running" and job["jobId"] % 2:
            self.move(job, "completed")


def judge_overnight(  # noqa: PLR0913 -- as judge
    name: str,
    world: Overnight,
    *,
    document: Document,
    registry: Registry,
    effects: Effects = Effects.ANY,
    concurrency: int = 1,
    seed: int = 1,
) -> Judgement:
    """Judge *world* in the evening by its list, and in the morning by *registry*."""
    with TemporaryDirectory() as folder, serve_miniature(world, Transmission()) as url:
        file = Path(folder) / "history.json"

        def judge(at: str, laws: Registry) -> Judgement:
            target = create_target(url, effects, remembered=True, concurrency=concurrency)
            past = open_history(file, target, document, salt="0" * 32)
            settings = Settings(rng=seed, nonce=at[:10], started_at=at)
            run = create_runner(target, document, laws, settings, past=past)
            return Judgement(name, tuple(run.stream_events()), seed)

        world.pass_day()
        judge(EVENING, registry.select(["WALK-01"]))
        world.pass_night()
        return judge(MORNING, registry)
