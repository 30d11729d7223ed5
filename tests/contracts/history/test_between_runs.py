"""The laws on history: what they find between two runs, and whom they must not accuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.cli import main
from contracts.contract.document import Document, load
from contracts.engine.events import LawFinished
from contracts.engine.past_runs.keeping import open_history
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Lack, Verdict
from contracts.laws import catalogue
from contracts.selftest.faults import overnight
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import DAY, Miniature
from contracts.selftest.nights import EVENING, MORNING, Overnight
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import KEY, PROJECT, create_miniature, create_target
from contracts.target import Effects

LAWS = ["HIST-*", "WALK-01"]
Night = Callable[[Miniature], None]


def judge_twice(
    contract: Document,
    folder: Path,
    night: Night,
    world: Miniature | None = None,
    before: Callable[[Request], Response | None] = lambda _: None,
) -> dict[str, LawFinished]:
    """Judge *world* before and after *night*; return the outcomes of the second run."""
    world = world or create_miniature(contract, jobs=60)
    for number, job in enumerate(world.jobs.values()):
        job["updatedAt"] = job["updatedAt"] and job["updatedAt"] + 60_000 * number
    registry = catalogue.create_registry(contract, generated=False).select(LAWS)
    events: list[object] = []
    with serve_miniature(world, Transmission(before=before)) as url:
        for at in (EVENING, MORNING):
            target = create_target(url, Effects.NONE, remembered=True)
            past = open_history(folder / "history.json", target, contract, "0" * 32)
            settings = Settings(started_at=at)
            run = create_runner(target, contract, registry, settings, past=past)
            events = list(run.stream_events())
            if at == EVENING:
                night(world)
    return {one.law.id: one for one in events if isinstance(one, LawFinished)}


def select(outcomes: dict[str, LawFinished], verdict: Verdict) -> list[str]:
    """Return the laws with *verdict*."""
    return [law for law, one in outcomes.items() if one.verdict is verdict]


def pick(world: Miniature, status: str) -> dict[str, object]:
    """Return the oldest job of the project in *status*."""
    return next(
        job for job in world.jobs.values() if job["status"] == status and job["_project"] == PROJECT
    )


def test_a_violation_says_which_run_saw_what(contract: Document, tmp_path: Path) -> None:
    """The evidence names the run that saw the job before, and shows the members that changed."""

    def night(world: Miniature) -> None:
        pick(world, "cancelled").update(status="completed")

    outcome = judge_twice(contract, tmp_path, night)["HIST-02"]
    (finding,) = outcome.findings

    assert outcome.verdict is Verdict.BROKEN
    assert f"was cancelled in the run of {EVENING}, and is completed" in finding.actual
    assert [(one.member, one.before, one.after) for one in finding.changes] == [
        ("status", '"cancelled"', '"completed"')
    ]


def test_a_first_run_judges_no_moves(contract: Document, tmp_path: Path) -> None:
    """Without earlier runs the laws on history are untested, which --strict does not count."""
    target = create_target("http://127.0.0.1:9", remembered=True)
    past = open_history(tmp_path / "h.json", target, contract, "0" * 32)

    assert past.loaded is None
    with serve_miniature(create_miniature(contract), Transmission()) as url:
        words = ["--project-key", PROJECT, "--api-key", KEY, "--quiet", "--strict"]
        code = main(
            [
                *("check", "--base-url", url, *words, "--laws", "HIST-*,WALK-01"),
                *("--history", str(tmp_path / "h.json")),
            ]
        )
    assert code == 0
    assert (tmp_path / "h.json").exists()


def test_the_next_run_judges_the_moves(tmp_path: Path) -> None:
    """On the command line, two runs with one file judge what happened between them."""
    report = tmp_path / "report.json"
    with serve_miniature(create_miniature(load()), Transmission()) as url:
        words = ["--base-url", url, "--project-key", PROJECT, "--api-key", KEY, "--quiet"]
        words += ["--laws", "HIST-*,WALK-01", "--history", str(tmp_path / "h.json")]
        codes = [main(["check", *words, "--report-json", str(report)]) for _ in range(2)]
    verdicts = {law["id"]: law["verdict"] for law in json.loads(report.read_text())["laws"]}

    assert codes == [0, 0]
    assert {verdicts[f"HIST-0{number}"] for number in range(1, 7)} == {"kept"}


def test_an_interrupted_run_is_remembered(contract: Document, tmp_path: Path) -> None:
    """What a run saw before it was interrupted is kept, since its jobs may move at night, too."""
    file = tmp_path / "h.json"
    registry = catalogue.create_registry(contract, generated=False).select(["WALK-*"])
    with serve_miniature(create_miniature(contract), Transmission()) as url:
        target = create_target(url, Effects.NONE, remembered=True)
        past = open_history(file, target, contract, "0" * 32)
        run = create_runner(target, contract, registry, Settings(started_at=EVENING), past=past)
        events = run.stream_events()
        while not isinstance(next(events), LawFinished):
            pass
        events.close()

    assert len(open_history(file, target, contract, "0" * 32).list_records()) > 100


def test_a_damaged_history_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is not a history ends the run before it sends anything: exit code 2."""
    (tmp_path / "h.json").write_text("{")
    words = ["--base-url", "http://127.0.0.1:9", "--project-key", "P", "--api-key", "K"]

    assert main(["check", *words, "--history", str(tmp_path / "h.json")]) == 2
    assert "remove it" in capsys.readouterr().err


def rewind(world: Miniature) -> None:
    """Put the job that moved last back to where it began, as a restored backup does."""
    job = max(world.jobs.values(), key=lambda one: one["updatedAt"] or 0)
    job.update(status="scheduled", updatedAt=None, errors=None, startAt=world.now() + DAY)


def empty(world: Miniature) -> None:
    """Delete all jobs."""
    world.jobs.clear()


def replace_all(world: Miniature) -> None:
    """Give each jobId to a younger job."""
    for job in world.jobs.values():
        user = f"other-{job['jobId']}@example.com"
        job.update(
            createdAt=job["createdAt"] + 3 * DAY,
            updatedAt=None,
            status="scheduled",
            errors=None,
            referenceId=user,
            description=f"Delete user sessions of userId = {user}",
            startAt=world.now() + DAY,
        )


def round_stamps(world: Miniature) -> None:
    """Cut all stamps to whole seconds, as a migration does."""
    for job in world.jobs.values():
        for name in ("createdAt", "updatedAt", "startAt"):
            job[name] = job[name] and job[name] // 1000 * 1000


def move_with_another_clock(world: Miniature) -> None:
    """Let a server end a job whose clock is a minute behind that of the one which started it."""
    job = pick(world, "running")
    stamp = job["updatedAt"]
    assert isinstance(stamp, int)
    job.update(status="completed", updatedAt=stamp - 60_000)


def purge(world: Miniature) -> None:
    """Delete what has ended."""
    for number, job in list(world.jobs.items()):
        if job["status"] in world.document.lifecycle.terminal:
            del world.jobs[number]


def add_members(world: Miniature) -> None:
    """Show a member more: another release of the deployment."""
    for job in world.jobs.values():
        job["priority"] = 3


def leave(_: Miniature) -> None:
    """Change nothing."""


@pytest.mark.parametrize(
    "night",
    [
        leave,
        rewind,
        empty,
        replace_all,
        round_stamps,
        move_with_another_clock,
        purge,
        add_members,
    ],
)
def test_nobody_is_accused_of_what_breaks_no_promise(
    contract: Document, tmp_path: Path, night: Night
) -> None:
    """Resets, backups, rounding, skewed clocks and purges do not count as violations."""
    outcomes = judge_twice(contract, tmp_path, night)

    assert select(outcomes, Verdict.BROKEN) == []
    assert select(outcomes, Verdict.SLACK) == []
    assert select(outcomes, Verdict.PROBE_FAILED) == []


@pytest.mark.parametrize("night", [empty, replace_all])
def test_a_reset_is_told_as_such(contract: Document, tmp_path: Path, night: Night) -> None:
    """A deployment of which nothing is left was reset, and what to think of it is said."""
    outcome = judge_twice(contract, tmp_path, night)["HIST-01"]

    assert (outcome.verdict, outcome.lack) == (Verdict.UNTESTED, Lack.OCCASION)
    assert "was reset, it seems" in outcome.reason


def test_what_may_be_a_restored_backup_is_told_as_such(contract: Document, tmp_path: Path) -> None:
    """The youngest move that is undone proves nothing, and the report says what it looks like."""
    outcomes = judge_twice(contract, tmp_path, rewind)
    doubtful = [outcomes[law] for law in select(outcomes, Verdict.INCONCLUSIVE)]

    assert doubtful
    assert all("restored backup" in one.reason for one in doubtful)


def test_times_of_the_future_prove_no_age(contract: Document, tmp_path: Path) -> None:
    """Fixtures with times to come, loaded each night, do not show that nothing was restored."""
    world = create_miniature(contract, jobs=60)
    for job in list(world.jobs.values())[:5]:
        job.update(createdAt=world.now() + 9 * DAY, updatedAt=None, status="scheduled")
        job["startAt"] = world.now() + 10 * DAY

    assert select(judge_twice(contract, tmp_path, rewind, world), Verdict.BROKEN) == []


def test_a_stale_reading_is_not_held_against_the_deployment(
    contract: Document, tmp_path: Path
) -> None:
    """A page from a replica that is behind counts only if the job is the same when read alone."""
    world = create_miniature(contract, overnight.CompletedJobsRunAgainOvernight, jobs=60)
    assert isinstance(world, Overnight)
    nights: list[int] = []

    def night(_: Miniature) -> None:
        nights.append(1)

    def answer(request: Request) -> Response | None:
        listed = request.path.endswith("/jobs")
        if not (nights and listed):
            return None
        jobs = [world.show(job) for job in world.order(world.select_jobs(PROJECT))]
        stale = [
            {**job, "status": "running"} if job["status"] == "completed" else job for job in jobs
        ]
        page = int(request.query.get("page", "1"))
        return Response(200, {"data": stale if page == 1 else []})

    outcomes = judge_twice(contract, tmp_path, night, world, answer)

    assert outcomes["HIST-01"].verdict is Verdict.KEPT


def test_jobs_that_the_list_does_not_show_are_read_again_within_bounds(
    contract: Document, tmp_path: Path
) -> None:
    """Of many jobs that are gone, only some are looked for, those that can still move first."""
    world = create_miniature(contract, jobs=213)

    def night(world: Miniature) -> None:
        keep = pick(world, "completed")
        world.jobs = {job["jobId"]: job for job in (keep,)}  # type: ignore[misc]  # an int

    outcome = judge_twice(contract, tmp_path, night, world)["HIST-07"]

    assert "1 are there and 50 are gone; " in outcome.observations[0]
