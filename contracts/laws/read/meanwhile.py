"""READ-12: what was shown of a job before and after was shown in between."""

from __future__ import annotations

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, law
from contracts.engine.verdict import Violation
from contracts.http.excerpt import compare_records
from contracts.laws.clauses import JOB


@law("READ-12", MUST, ref=JOB, last=True)
def a_job_is_shown_alike_before_and_in_between(probe: JobsProbe) -> None:
    """A job that a response shows as before was not shown otherwise in between.

    What changes a job sets its updatedAt, which never goes back. So of three responses, one after
    the other, the second shows a job as the first and the third do, if those agree: in the list and
    alone.
    """
    moved = probe.document.lifecycle.moved
    for before, between, after in probe.run.history.list_triples():
        probe.exercise("jobs that were shown three times")
        if before.job == after.job and moved in before.job:
            raise Violation(
                "the job as it was before and is after",
                f"job {between.job.get('jobId')} was shown otherwise in between",
                [before.exchange, between.exchange, after.exchange],
                about=[before.job, between.job],
                changed=compare_records(before.job, between.job),
            )
    for _ in probe.run.history.list_jobs():
        probe.exercise("jobs")
