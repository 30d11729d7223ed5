"""READ-01 to READ-06, READ-08 to READ-09: reading one job by its jobId."""

from __future__ import annotations

from functools import partial

from contracts.engine.extreme import HIGHEST, LOWEST
from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, SHOULD, law
from contracts.engine.verdict import Inconclusive, Violation
from contracts.http.exchange import Exchange
from contracts.laws.clauses import PARAMETERS, READ
from contracts.laws.listing.jobs import (
    get_known_jobs,
    read_jobs,
    require_jobs,
    sample_each_status,
)
from contracts.laws.listing.lookup import find_job
from contracts.laws.listing.stretch import build_query, get_ids, get_largest_limit, index_by_id

INT64 = 2**63 - 1
NO_JOB = (400, 404)
"""The statuses for a number that no job can have: the contract allows both."""

NO_INTEGERS = (
    "abc",
    "one",
    "5.5",
    "12abc",
    "abc12",
    "true",
    "null",
    "NaN",
    "1-2",
    "1,5",
    "-",
)
"""Texts that no parser accepts as an integer."""


@law("READ-01", MUST, ref=f"{READ}/responses/200")
def a_listed_job_can_be_read(probe: JobsProbe) -> None:
    """Each job in the list can be read, whatever its status."""
    jobs = sample_each_status(probe, 3)
    for job, response in zip(jobs, read_jobs(probe, get_ids(jobs)), strict=True):
        if response.status == 404 and find_job(probe, job["jobId"]) is None:
            continue  # it was deleted meanwhile
        probe.expect_status(response, 200, f"for the listed job {job['jobId']}")
        probe.exercise(str(job.get(probe.document.lifecycle.field)))


@law("READ-02", MUST, ref=f"{READ}/responses/200", after=["READ-01"])
def a_job_reads_as_it_is_listed(probe: JobsProbe) -> None:
    """Reading a job returns the same as its entry in the list.

    A job that can still move is judged if the list shows it unchanged before and after it is read.
    """
    life = probe.document.lifecycle
    ended = [job for job in sample_each_status(probe, 2) if job.get(life.field) in life.terminal]
    for listed, response in zip(ended, read_jobs(probe, get_ids(ended)), strict=True):
        if response.status == 404 and find_job(probe, listed["jobId"]) is None:
            continue  # it was deleted meanwhile
        if response.job != listed:
            raise Violation.compare("the job as it is listed", listed, response.job, [response])
        probe.exercise(str(listed[life.field]))
    _compare_between(probe)


def _compare_between(probe: JobsProbe) -> None:
    life = probe.document.lifecycle
    query = build_query(probe.document, limit=get_largest_limit(probe.document))
    before = index_by_id(probe.require_page(query))
    living = [job for job in before.values() if job.get(life.field) not in life.terminal][:6]
    read = read_jobs(probe, get_ids(living))
    after = index_by_id(probe.require_page(query))
    for listed, response in zip(living, read, strict=True):
        if after.get(listed["jobId"]) != listed:
            continue
        if response.job != listed:
            raise Violation.compare("the job as it is listed", listed, response.job, [response])
        probe.exercise(str(listed.get(life.field)))


@law(
    "READ-03", MUST, ref=f"{READ}/responses/400", title="A jobId that is not an integer is refused"
)
def a_jobid_that_is_not_an_integer_is_refused(probe: JobsProbe) -> None:
    """A jobId that is not an integer gets 400, whatever the text is."""
    for text, response in zip(NO_INTEGERS, read_jobs(probe, NO_INTEGERS), strict=True):
        probe.expect_status(response, 400, f"for the jobId {text!r}")
        probe.exercise("texts")
    for job in get_known_jobs(probe)[:1]:
        for text in (f"{job['jobId']}x", f"{job['jobId']}.5"):
            probe.expect_status(probe.get_job(text), 400, f"for the jobId {text!r}")
            probe.exercise("texts that begin with a jobId")


@law("READ-04", MUST, ref=f"{READ}/responses/404")
def a_job_that_does_not_exist_is_not_found(probe: JobsProbe) -> None:
    """A jobId that the project does not have gets 404."""
    listed = set(get_ids(get_known_jobs(probe)))
    above = max(listed, default=0) + 10**6 + probe.random.randrange(10**6)
    for job_id in sorted({min(above, HIGHEST - 1), HIGHEST} - listed):
        response = probe.get_job(job_id)
        if _is_listed_by_now(probe, job_id, response):
            continue
        probe.expect_status(response, 404, f"for job {job_id}, which is not listed")
        probe.exercise("numbers without a job")


@law("READ-05", MUST, ref=f"{READ}/responses/404", title="A jobId below one has no job")
def a_jobid_below_one_has_no_job(probe: JobsProbe) -> None:
    """No job has a jobId of 0 or below: it gets 400 or 404."""
    for job_id in (0, -1, LOWEST, *[-i for i in get_ids(get_known_jobs(probe))[:1]]):
        _expect_no_job(probe, job_id)
        probe.exercise("numbers below one")


def _is_listed_by_now(probe: JobsProbe, job_id: int, response: Exchange) -> bool:
    """Tell whether *response* is a job that the survey missed: new, or in a part not read."""
    return response.job.get("jobId") == job_id and find_job(probe, job_id) is not None


def _expect_no_job(probe: JobsProbe, job_id: int) -> None:
    response = probe.get_job(job_id)
    if response.status not in NO_JOB and not _is_listed_by_now(probe, job_id, response):
        raise Violation(
            f"400 or 404 for job {job_id}", f"the status was {response.status}", [response]
        )


@law(
    "READ-06",
    MUST,
    ref=f"{PARAMETERS}/JobId/schema",
    title="A huge jobId returns no other job",
)
def a_huge_jobid_returns_no_other_job(probe: JobsProbe) -> None:
    """A jobId of more than 32 bits that is not in the list returns no job.

    A deployment may keep jobIds in 32 bits, so the contract does not say how it refuses such a
    number. It must not cut off the excess bits and return the job with the remaining number.
    """
    listed = get_ids(get_known_jobs(probe))
    wrapped = [i + 2**bits for i in listed[:1] for bits in (32, 64)]
    numbers = {HIGHEST + 1, INT64, INT64 + 1, 2**64, 10**30, *wrapped}
    for job_id in sorted(numbers.difference(listed)):
        response = probe.get_job(job_id)
        if _is_listed_by_now(probe, job_id, response):
            continue
        if response.status is not None and response.status < 300:
            raise Violation(
                f"no job for the jobId {job_id}", f"the status was {response.status}", [response]
            )
        probe.exercise("huge numbers")


@law("READ-09", SHOULD, ref=f"{READ}/responses/404", title="A huge jobId is refused or not found")
def a_huge_jobid_is_refused_or_not_found(probe: JobsProbe) -> None:
    """A jobId of more than 32 bits that is not in the list gets 400 or 404."""
    listed = get_ids(get_known_jobs(probe))
    for job_id in sorted({HIGHEST + 1, INT64, INT64 + 1, 10**30}.difference(listed)):
        _expect_no_job(probe, job_id)
        probe.exercise("huge numbers")


@law("READ-08", MUST, ref="RFC 9110 §9.2.1", after=["READ-01"])
def reading_changes_nothing(probe: JobsProbe) -> None:
    """Reading a job again returns the same job, unless the server moved it."""
    jobs = sample_each_status(probe, 1)
    require_jobs(probe, 1, "to read one twice")
    probe.gather([partial(_read_twice, listed=listed) for listed in jobs])


def _read_twice(probe: JobsProbe, listed: Job) -> None:
    life = probe.document.lifecycle
    for _ in range(3):
        one, two = probe.get_job(listed["jobId"]), probe.get_job(listed["jobId"])
        if 404 in (one.status, two.status) and find_job(probe, listed["jobId"]) is None:
            return  # it was deleted meanwhile
        if one.job == two.job and one.job:
            probe.exercise(str(one.job.get(life.field)))
            return
        still = one.job.get(life.field) == two.job.get(life.field)
        if one.job and two.job and still:
            raise Violation.compare("the job as it read before", one.job, two.job, [one, two])
    raise Inconclusive(f"job {listed['jobId']} changed each time it was read")
