"""CANC-01 to CANC-13: in which status a job can be cancelled, and what that changes."""

from __future__ import annotations

from functools import partial

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, OWN_EFFECTS, law
from contracts.engine.verdict import Inconclusive, SetupFailed, Untested, Violation
from contracts.http.excerpt import as_json, compare_records
from contracts.laws.cancel.cases import (
    Cancellation,
    cancel_in_state,
    expect_cancel,
    expect_refusal,
    get_cancellations,
    get_refused_cancel,
)
from contracts.laws.clauses import CANCEL, LIFECYCLE, LIST
from contracts.laws.clock import find_latest_timestamp
from contracts.laws.job_supply import get_job_in
from contracts.laws.listing.lookup import find_job

RACES = 4
"""How many jobs are cancelled several times at once."""


@law("CANC-01", MUST, ref=f"{LIFECYCLE}/transitions/3", needs=OWN_EFFECTS)
def a_scheduled_job_can_be_cancelled(probe: JobsProbe) -> None:
    """A job that has not started can be cancelled."""
    expect_cancel(probe, "scheduled")


@law("CANC-02", MUST, ref=f"{LIFECYCLE}/transitions/3", needs=OWN_EFFECTS)
def a_running_job_can_be_cancelled(probe: JobsProbe) -> None:
    """A job that is in progress can be cancelled."""
    expect_cancel(probe, "running")


@law("CANC-03", MUST, ref=f"{CANCEL}/responses/400", needs=OWN_EFFECTS)
def a_completed_job_cannot_be_cancelled(probe: JobsProbe) -> None:
    """A cancel of a completed job is refused."""
    expect_refusal(probe, "completed")


@law("CANC-04", MUST, ref=f"{CANCEL}/responses/400", needs=OWN_EFFECTS)
def a_failed_job_cannot_be_cancelled(probe: JobsProbe) -> None:
    """A cancel of a failed job is refused."""
    expect_refusal(probe, "failed")


@law("CANC-05", MUST, ref=f"{CANCEL}/responses/400", needs=OWN_EFFECTS)
def a_cancelled_job_cannot_be_cancelled_again(probe: JobsProbe) -> None:
    """A cancel of a cancelled job is refused, including a job that this run cancelled."""
    expect_refusal(probe, probe.document.cancel.to)
    cancelled = [one.response for one in get_cancellations(probe)]
    for first in cancelled:
        job_id = first.arguments["jobId"]
        again = probe.cancel_job(job_id)
        gone = again.status == 404 and probe.get_job(job_id).status == 404
        if gone and first is not cancelled[-1]:
            continue  # the deployment may forget an old job at any time: try the next one
        status = probe.document.cancel.otherwise or 400
        probe.expect_status(again, status, "for a second cancel", [first])
        return


@law("CANC-06", MUST, ref=f"{CANCEL}/responses/200", needs=OWN_EFFECTS)
def a_cancel_answers_with_the_cancelled_job(probe: JobsProbe) -> None:
    """The response to a cancel is the job, now cancelled."""
    life, to = probe.document.lifecycle, probe.document.cancel.to
    for one in get_cancellations(probe):
        if one.response.job.get(life.field) != to:
            actual = f"its {life.field} is {as_json(one.response.job.get(life.field))}"
            raise Violation(f"a {to} job", actual, [one.response])
        probe.exercise(one.source)


@law("CANC-07", MUST, ref=f"{CANCEL}/responses/200/links/getJob", needs=OWN_EFFECTS)
def a_cancelled_job_reads_as_cancelled(probe: JobsProbe) -> None:
    """After a cancel, the job can be read, and is as the cancel returned it."""
    for one in get_cancellations(probe):
        evidence = [one.response, one.after]
        if one.after.status != 200:
            raise Violation(
                "200 for a cancelled job", f"the status was {one.after.status}", evidence
            )
        if one.after.job != one.response.job:
            expected = "the job as the cancel returned it"
            raise Violation.compare(expected, one.response.job, one.after.job, evidence)
        probe.exercise(one.source)


@law("CANC-08", MUST, ref=LIST, needs=OWN_EFFECTS)
def a_cancelled_job_is_listed_as_cancelled(probe: JobsProbe) -> None:
    """A cancelled job stays in the list, as the cancel returned it."""
    for one in get_cancellations(probe):
        listed = one.listed or find_job(probe, one.job_id)
        if listed != one.response.job:
            expected = f"job {one.response.job.get('jobId')} in the list as the cancel returned it"
            raise Violation.compare(expected, one.response.job, listed or {}, [one.response])
        probe.exercise(one.source)


@law(
    "CANC-09",
    MUST,
    ref=f"{CANCEL}/description",
    needs=OWN_EFFECTS,
    title="A cancel changes only status and updatedAt",
)
def a_cancel_changes_only_status_and_updatedat(probe: JobsProbe) -> None:
    """A cancel changes the status and the updatedAt of the job, and nothing else."""
    life = probe.document.lifecycle
    for one in get_cancellations(probe):
        for response in (one.response, one.after):
            if response.status != 200:
                continue
            changed = one.list_changed(response.job, life)
            if changed:
                raise Violation(
                    f"only {life.field} and {life.moved} to change",
                    f"{', '.join(sorted(changed))} changed too",
                    [one.before, response],
                    changed=[
                        c
                        for c in compare_records(one.before.job, response.job)
                        if c.member in changed
                    ],
                )
        probe.exercise(one.source)


@law(
    "CANC-10",
    MUST,
    ref=f"{LIFECYCLE}/stamps/moved",
    needs=OWN_EFFECTS,
    title="A cancel sets updatedAt",
)
def a_cancel_sets_updatedat(probe: JobsProbe) -> None:
    """A cancel sets updatedAt to the time of the cancel.

    Some deployments keep whole seconds. So the updatedAt may stay as it was, unless a later
    timestamp of the deployment was seen before the cancel.
    """
    life = probe.document.lifecycle
    for one in get_cancellations(probe):
        latest = find_latest_timestamp(probe, until=one.response.sent)
        old, new = one.before.job.get(life.moved), one.response.job.get(life.moved)
        stale = isinstance(old, int) and old < latest and new == old
        if type(new) is not int or stale:
            raise Violation(
                f"{life.moved} to be the time of the cancel",
                f"it was {as_json(old)} and is {as_json(new)}",
                [one.before, one.response],
            )
        probe.exercise(one.source)


@law("CANC-11", MUST, ref=f"{CANCEL}/description", needs=OWN_EFFECTS)
def a_refused_cancel_changes_nothing(probe: JobsProbe) -> None:
    """A cancel that is refused does not change the job."""

    def look(probe: JobsProbe, status: str) -> None:
        try:
            before, response, after = get_refused_cancel(probe, status)
        except Untested:
            return
        if response.status == 200 or not before.job:
            return
        if before.job != after.job:
            evidence = [before, response, after]
            raise Violation.compare("the job as it was", before.job, after.job, evidence)
        probe.exercise(status)

    probe.gather([partial(look, status=one) for one in probe.document.lifecycle.terminal])


@law("CANC-12", MUST, ref=f"{CANCEL}/description", needs=OWN_EFFECTS)
def a_cancel_does_not_affect_other_jobs(probe: JobsProbe) -> None:
    """A cancel does not change any other job of the project.

    The server may move other jobs meanwhile, and another client may cancel one. So the law is
    broken only if every cancel that it looks at changed another job as well, and these are at least
    two.
    """
    cancellations = get_cancellations(probe)
    for one in cancellations:
        probe.exercise(one.source)
    if not all(_find_touched(probe, one) for one in cancellations):
        return
    one = cancellations[0]
    if len(cancellations) == 1:
        again = cancel_in_state(probe, one.source)
        if again is None:
            raise Inconclusive("another job changed during the only cancel of the run")
        if not _find_touched(probe, again):
            return
    touched = _find_touched(probe, one)
    raise Violation(
        "no other job to change",
        f"{len(touched)} changed with job {one.response.job.get('jobId')}: "
        f"{', '.join(map(str, touched[:3]))}; the changes of job {touched[0]} are shown",
        [one.response],
        changed=compare_records(one.list_before[touched[0]], one.list_after[touched[0]]),
    )


def _find_touched(probe: JobsProbe, one: Cancellation) -> list[int]:
    """Return the other jobs that changed in a way that no move of the server explains."""
    life = probe.document.lifecycle
    touched = []
    for job_id, before, after in one.pair_others():
        if after == before:
            continue
        legal = life.find_reachable(str(before.get(life.field)), by="server")
        moved = after.get(life.field) != before.get(life.field)
        if after.get(life.field) not in legal or not moved:
            touched.append(job_id)
    return touched


@law("CANC-13", MUST, ref=f"{CANCEL}/responses/400", needs=OWN_EFFECTS, after=["CANC-01"])
def one_of_several_racing_cancels_wins(probe: JobsProbe) -> None:
    """If a job is cancelled several times at once, exactly one cancel gets 200."""
    winners, initial = 0, probe.document.lifecycle.initial
    with probe.choose():
        jobs = probe.gather([partial(get_job_in, status=initial)] * RACES)
    for job in jobs:
        responses = probe.race([partial(JobsProbe.cancel_job, job_id=job.number)] * 6)
        won = [response for response in responses if response.status == 200]
        if len(won) > 1:
            raise Violation("exactly one 200", f"{len(won)} of {len(responses)} calls got 200", won)
        winners += len(won)
        probe.exercise("races")
    if not winners:
        raise SetupFailed("no cancel of any race got 200")
