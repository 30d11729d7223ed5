"""CANC-14 to CANC-16: cancels whose jobId names no job of the project."""

from __future__ import annotations

from functools import partial

from contracts.engine.extreme import HIGHEST
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, OWN_EFFECTS, law
from contracts.engine.verdict import Untested, Violation
from contracts.laws.clauses import CANCEL
from contracts.laws.job_supply import get_job_in
from contracts.laws.listing.jobs import get_known_jobs
from contracts.laws.listing.stretch import get_ids
from contracts.target import Effects


@law("CANC-14", MUST, ref=f"{CANCEL}/responses/404", needs=OWN_EFFECTS)
def a_job_that_does_not_exist_cannot_be_cancelled(probe: JobsProbe) -> None:
    """A cancel of a job that the project does not have gets 404.

    If the jobId is 0 or has more than 32 bits, 400 is accepted as well.
    """
    huge = 2**62 + 1 + probe.random.getrandbits(60)
    above = max(get_ids(get_known_jobs(probe)), default=0) + 10**6
    anything = probe.target.effects is Effects.ANY
    for number in (huge, 0, above) if anything else (huge,):
        # Under --effects own the guard requires proof that there is no such job: a 404.
        if probe.get_job(number).status not in ((400, 404) if anything else (404,)):
            continue
        response = probe.cancel_job(number)
        if response.status != 400 or 0 < number <= HIGHEST:
            probe.expect_status(response, 404, f"for the cancel of job {number}")
        probe.exercise("numbers without a job")
    if not probe.exercised:
        raise Untested(
            f"reading job {huge} does not get 404, and cancelling another number is not safe"
        )


@law("CANC-15", MUST, ref=f"{CANCEL}/responses/400", needs=OWN_EFFECTS)
def a_cancel_without_an_integer_is_refused(probe: JobsProbe) -> None:
    """A cancel of a jobId that is not an integer gets 400."""
    texts = ["abc", "all", "null"]
    if probe.target.effects is Effects.ANY:
        texts += ["5.5", "1-2"]
    for text in texts:
        probe.expect_status(probe.cancel_job(text), 400, f"for the cancel of {text!r}")
        probe.exercise("texts")


@law(
    "CANC-16",
    MUST,
    ref=f"{CANCEL}/responses/400",
    needs=OWN_EFFECTS,
    after=["CANC-01"],
    title="A cancel of text after a jobId is refused",
)
def a_cancel_of_text_after_a_jobid_is_refused(probe: JobsProbe) -> None:
    """Text that only begins with a jobId is refused, and the job is not changed."""
    try:
        job_id = get_job_in(probe, probe.document.lifecycle.initial).number
    except Untested as untested:
        raise Untested(f"{untested.reason}, and cancelling any other job is not safe") from untested
    texts = (f"{job_id}x", f"{job_id}.5")
    calls = [partial(JobsProbe.cancel_job, job_id=text) for text in texts]
    for text, response in zip(texts, probe.gather(calls), strict=True):
        probe.expect_status(response, 400, f"for the cancel of {text!r}")
        probe.exercise("texts that begin with a jobId")
    after = probe.get_job(job_id)
    if after.job.get(probe.document.lifecycle.field) == probe.document.cancel.to:
        raise Violation(f"job {job_id} to be unchanged", "it is cancelled", [after])
