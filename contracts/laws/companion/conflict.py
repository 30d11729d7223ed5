"""COMP-07 to COMP-10, COMP-13 to COMP-15: when a second job for a user is refused."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, OWN_EFFECTS, law
from contracts.engine.verdict import Inconclusive, SetupFailed, Untested, Violation
from contracts.http.exchange import Exchange
from contracts.laws.clauses import CONFLICT, MAKE
from contracts.laws.job_supply import require_companion
from contracts.laws.listing.jobs import get_known_jobs, read_jobs
from contracts.laws.listing.lookup import read_around
from contracts.laws.listing.stretch import get_ids
from contracts.target import Need

MOST_STARTED = 3
"""How many users of running jobs are deleted."""


@law("COMP-07", MUST, ref=f"{CONFLICT}/status", needs=OWN_EFFECTS)
def a_second_deletion_conflicts_while_the_first_is_active(probe: JobsProbe) -> None:
    """A user whose job is scheduled or running cannot be deleted again."""
    first = probe.make()
    user = first.arguments[probe.document.conflict.parameter]
    second = probe.delete_user(user)
    if second.status == 200 and _has_ended(probe, first):
        raise Inconclusive("the first job ended before the second deletion")
    status = probe.document.conflict.status
    probe.expect_status(second, status, "while the first job is active", [first])
    probe.exercise("second deletions")


def _has_ended(probe: JobsProbe, made: Exchange) -> bool:
    """Tell whether the server has moved a job, *made* by this run, to a status that blocks none."""
    life = probe.document.lifecycle
    ended = life.find_reachable(life.initial, by="server").difference(
        probe.document.conflict.states
    )
    return probe.get_job(made.job["jobId"]).job.get(life.field) in ended


@law("COMP-08", MUST, ref=f"{CONFLICT}/while", needs={Need.EFFECTS_ANY})
def a_user_with_a_running_job_cannot_be_deleted(probe: JobsProbe) -> None:
    """A user whose job is running cannot be deleted again.

    Running jobs come from the driver, if there is one, and from the list. Their users may not
    belong to this run, so the law needs --effects any.
    """
    conflict, states = probe.document.conflict, set(probe.document.conflict.states)
    require_companion(probe)
    refused: list[int] = []
    for job in islice(_find_started(probe), MOST_STARTED):
        response = probe.delete_user(str(job[conflict.key]))
        if response.status == conflict.status:
            refused.append(job["jobId"])
        elif (after := _get_status(probe, job["jobId"])) in states:
            probe.expect_status(response, conflict.status, f"while job {job['jobId']} is {after}")
    for after in probe.gather([partial(_get_status, job_id=one) for one in refused]):
        if after in states:
            probe.exercise(after)
    if not probe.exercised:
        raise Untested("no job is running, and only waiting or a --driver starts one")


def _find_started(probe: JobsProbe) -> Iterator[Job]:
    """Yield jobs that have started and still block another job for their user, as just read."""
    conflict, life = probe.document.conflict, probe.document.lifecycle
    started = [state for state in conflict.states if state != life.initial]
    if probe.run.driver is not None:
        driven = [probe.run.driver.job_in(state) for state in started]
        yield from (probe.require_job(job_id) for job_id in driven if job_id is not None)
    # Other laws have taken the first ones.
    known = [job["jobId"] for job in get_known_jobs(probe) if job.get(life.field) in started][::-1]
    for place in range(0, len(known), MOST_STARTED):
        with probe.choose():
            read = read_jobs(probe, known[place : place + MOST_STARTED])
        for job in (one.job for one in read):
            if job.get(life.field) in started and isinstance(job.get(conflict.key), str):
                yield job


def _get_status(probe: JobsProbe, job_id: int) -> str:
    return str(probe.get_job(job_id).job.get(probe.document.lifecycle.field))


@law("COMP-09", MUST, ref=f"{CONFLICT}/while", needs=OWN_EFFECTS)
def a_refused_deletion_makes_no_job(probe: JobsProbe) -> None:
    """A deletion that is refused makes no second job for the user."""
    first = probe.make()
    conflict = probe.document.conflict
    user = first.arguments[conflict.parameter]
    second = probe.delete_user(user)
    if second.status == 200:
        return
    jobs = read_around(probe, first.job["jobId"])
    those = set(get_ids(job for job in jobs if job.get(conflict.key) == user))
    if those - {first.job["jobId"]}:
        actual = f"there are {sorted(those)}"
        raise Violation(f"only job {first.job['jobId']} for the user", actual, [first, second])
    probe.exercise("refused deletions")


@law("COMP-10", MUST, ref=f"{CONFLICT}/while", needs=OWN_EFFECTS, after=["CANC-01"])
def a_user_can_be_deleted_again_after_a_cancel(probe: JobsProbe) -> None:
    """Once the first job is cancelled, the user can be deleted again, which makes a new job."""
    first = probe.make()
    user = first.arguments[probe.document.conflict.parameter]
    cancelled = probe.cancel_job(first.job["jobId"])
    if cancelled.status != 200:
        raise SetupFailed(f"the first job could not be cancelled: {cancelled.status}")
    second = probe.delete_user(user)
    probe.expect_status(second, 200, "after the first job was cancelled", [first, cancelled])
    if second.job.get("jobId") == first.job["jobId"]:
        raise Violation("a new job", "the cancelled one was returned", [first, second])
    probe.exercise("deletions after a cancel")


@law(
    "COMP-13",
    MUST,
    ref=f"{CONFLICT}/key",
    needs=OWN_EFFECTS,
)
def users_do_not_block_each_other(probe: JobsProbe) -> None:
    """An active job blocks only its own user, not users with similar names."""
    first = probe.make()
    user = first.arguments[probe.document.conflict.parameter]
    for other in (f"{user}x", user[:-1], f"{user[:-3]}{user[-3:].upper()}"):
        response = probe.delete_user(other)
        probe.expect_status(response, 200, f"for {other!r} while {user!r} has a job", [first])
        probe.exercise("other users")


@law(
    "COMP-14",
    MUST,
    ref=f"{MAKE}/responses/409",
    needs={*OWN_EFFECTS, Need.OTHER_PROJECT},
)
def projects_do_not_block_each_other(probe: JobsProbe) -> None:
    """A user with an active job can be deleted in another project."""
    first = probe.make()
    user = first.arguments[probe.document.conflict.parameter]
    response = probe.delete_user(user, project=probe.target.other_project)
    probe.expect_status(response, 200, "in another project", [first])
    probe.exercise("deletions in another project")


@law("COMP-15", MUST, ref=f"{MAKE}/responses/409", needs=OWN_EFFECTS)
def one_of_several_racing_deletions_wins(probe: JobsProbe) -> None:
    """If a user is deleted several times at once, exactly one deletion makes a job.

    Jobs that the server has ended by then are not counted: they block no other job.
    """
    require_companion(probe)
    for _ in range(3):
        user = probe.new_user()
        responses = probe.race([partial(JobsProbe.delete_user, user=user)] * 5)
        won = [response for response in responses if response.status == 200]
        if any(response.uncertain for response in responses):
            continue
        active = [one for one in won if not _has_ended(probe, one)] if len(won) > 1 else won
        if not won or len(active) > 1:
            raise Violation(
                "exactly one 200", f"{len(won)} of {len(responses)} calls got 200", responses
            )
        if len(won) == 1:
            probe.exercise("races")
    if not probe.exercised:
        raise Inconclusive("in each race, a job ended or a deletion may have been sent twice")
