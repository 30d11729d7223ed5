"""LIFE-01 to LIFE-07: how jobs move, judged by everything that the run saw of them.

A law is broken only if no legal history explains what was seen: between two sightings of a job, the
server and other clients may have moved it several times.
"""

from __future__ import annotations

from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MAY, MUST, SHOULD, law
from contracts.engine.verdict import Violation
from contracts.http.excerpt import as_json, compare_records
from contracts.laws.clauses import LIFECYCLE, PROPERTIES
from contracts.laws.clock import find_latest_timestamp
from contracts.laws.listing.jobs import get_known_jobs

FIXED = ("description", "projectId", "action", "referenceId")
ROUNDING = 1_000
"""Milliseconds: some deployments keep whole seconds."""
LONG = 24 * 3_600_000
"""Milliseconds after startAt at which a job should no longer be scheduled."""


def _get_status(probe: JobsProbe, job: Job) -> str:
    return str(job.get(probe.document.lifecycle.field))


@law("LIFE-01", MUST, ref=f"{LIFECYCLE}/terminal", last=True)
def a_terminal_job_never_moves_again(probe: JobsProbe) -> None:
    """A job that is completed, failed or cancelled keeps its status and all other properties."""
    for sighting in probe.run.history.list_jobs():
        if _get_status(probe, sighting.job) in probe.document.lifecycle.terminal:
            probe.exercise("terminal jobs seen")
    for before, after in probe.run.history.list_changes():
        if _get_status(probe, before.job) in probe.document.lifecycle.terminal:
            expected = f"a job that is {_get_status(probe, before.job)} to stay unchanged"
            evidence = [before.exchange, after.exchange]
            raise Violation.compare(expected, before.job, after.job, evidence)


@law("LIFE-02", MUST, ref=f"{LIFECYCLE}/transitions", last=True)
def a_job_moves_only_as_the_lifecycle_allows(probe: JobsProbe) -> None:
    """Between two sightings, a job moves only along the transitions of the contract."""
    life = probe.document.lifecycle
    for before, after in probe.run.history.list_changes():
        source, to = _get_status(probe, before.job), _get_status(probe, after.job)
        if source not in life.states or to not in life.states:
            continue
        if to not in life.find_reachable(source):
            raise Violation(
                f"one of {', '.join(sorted(life.find_reachable(source)))} after {source}",
                f"it is {to}",
                [before.exchange, after.exchange],
                about=[before.job],
                changed=compare_records(before.job, after.job),
            )
        if source != to:
            probe.exercise(f"{source} to {to}")


@law(
    "LIFE-03",
    MUST,
    ref=f"{LIFECYCLE}/stamps/moved",
    last=True,
    title="The updatedAt of a job never goes back",
)
def the_updatedat_of_a_job_never_goes_back(probe: JobsProbe) -> None:
    """The updatedAt of a job never becomes earlier, and never null."""
    moved = probe.document.lifecycle.moved
    for before, after in probe.run.history.list_changes():
        old, new = before.job.get(moved), after.job.get(moved)
        if isinstance(old, int) and (new is None or (isinstance(new, int) and new < old)):
            evidence = [before.exchange, after.exchange]
            actual = f"it is {as_json(new)}"
            changed = compare_records(before.job, after.job)
            raise Violation(
                f"{moved} from {old} on", actual, evidence, about=[before.job], changed=changed
            )
        probe.exercise("changes")


@law("LIFE-04", MUST, ref=PROPERTIES, last=True)
def the_identity_of_a_job_never_changes(probe: JobsProbe) -> None:
    """The description, projectId, action, referenceId and createdAt of a job never change."""
    names = (*FIXED, probe.document.lifecycle.made)
    for before, after in probe.run.history.list_changes():
        for name in names:
            if before.job.get(name) != after.job.get(name):
                raise Violation(
                    f"{name} to stay {as_json(before.job.get(name))}",
                    f"it is {as_json(after.job.get(name))}",
                    [before.exchange, after.exchange],
                    about=[before.job],
                    changed=compare_records(before.job, after.job),
                )
        probe.exercise("changes")


@law("LIFE-05", SHOULD, ref=f"{LIFECYCLE}/transitions/0/notBefore", last=True)
def no_job_starts_before_it_is_due(probe: JobsProbe) -> None:
    """A job does not start before its startAt."""
    life = probe.document.lifecycle
    for start in (move for move in life.transitions if move.not_before):
        beyond = life.find_reachable(start.to, by="server")
        for sighting in probe.run.history.list_sightings():
            job = sighting.job
            due, moved = job.get(start.not_before or ""), job.get(life.moved)
            if _get_status(probe, job) not in beyond or type(due) is not int:
                continue
            if isinstance(moved, int) and moved + ROUNDING < due:
                raise Violation(
                    f"no {job[life.field]} job before its {start.not_before} {due}",
                    f"one moved at {moved}",
                    [sighting.exchange],
                    about=[job],
                )
            probe.exercise(str(job[life.field]))


@law("LIFE-06", SHOULD, ref=f"{LIFECYCLE}/transitions/0", last=True)
def no_job_is_left_scheduled(probe: JobsProbe) -> None:
    """A job starts within a day of its startAt.

    The latest timestamp of the deployment serves as its clock, so the law may miss a job, but never
    reports one too early.
    """
    life = probe.document.lifecycle
    now = find_latest_timestamp(probe)
    for sighting in probe.run.history.list_jobs():
        due = sighting.job.get("startAt")
        if _get_status(probe, sighting.job) != life.initial or type(due) is not int:
            continue
        if due + LONG < now:
            hours = (now - due) // 3_600_000
            job_id = sighting.job.get("jobId")
            actual = f"job {job_id} is still {life.initial} after {hours} hours"
            raise Violation(
                "each job to start within a day of its startAt",
                actual,
                [sighting.exchange],
                about=[sighting.job],
            )
        probe.exercise("scheduled jobs")


@law("LIFE-07", MAY, ref=f"{PROPERTIES}/status", last=True)
def which_statuses_the_list_shows(probe: JobsProbe) -> None:
    """The list may have jobs of each status; which ones a run finds depends on the project."""
    for job in get_known_jobs(probe):
        probe.exercise(_get_status(probe, job))
    met = [status for status in probe.document.lifecycle.states if probe.exercised[status]]
    if met:
        probe.observe(f"the list has jobs that are {', '.join(met)}")
