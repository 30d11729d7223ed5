"""Laws on reading one job."""

from __future__ import annotations

from contracts.history import Job
from contracts.law import MUST, law
from contracts.probe import Probe
from contracts.readings import Walks, at_least, ids, known_jobs, of_each_status, walk, walks
from contracts.verdict import Broken, Inconclusive, Untested

GET = "#/paths/~1public~1{projectKey}~1jobs~1{jobId}/get"
INT64 = 2**63 - 1

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
    "0x1F",
    "-",
)
"""Texts that no reader of integers takes for one."""


@law("READ-01", MUST, ref=f"{GET}/responses/200")
def a_listed_job_can_be_read(probe: Probe) -> None:
    """Each job of the list can be read, whatever its status is."""
    for job in of_each_status(probe, 3):
        answer = probe.get_job(job["jobId"])
        if answer.status == 404 and not _listed(probe, job):
            continue  # it was deleted meanwhile
        probe.want(answer, 200, f"for the listed job {job['jobId']}")
        probe.exercise(str(job.get(probe.document.lifecycle.field)))


@law("READ-02", MUST, ref=f"{GET}/responses/200", after=["READ-01"])
def a_job_reads_as_it_is_listed(probe: Probe) -> None:
    """A job that is read is the same as its entry in the list.

    A job that can still move is read between two readings of the list that show it alike.
    """
    life = probe.document.lifecycle
    for listed in of_each_status(probe, 2):
        if listed.get(life.field) not in life.terminal:
            continue
        answer = probe.get_job(listed["jobId"])
        if answer.status == 404 and not _listed(probe, listed):
            continue  # it was deleted meanwhile
        if answer.job != listed:
            raise Broken.differs("the job as it is listed", listed, answer.job, [answer])
        probe.exercise(str(listed[life.field]))
    _read_between(probe)


def _listed(probe: Probe, job: Job) -> bool:
    """Tell whether *job* is in the list as it is now."""
    return job["jobId"] in walk(probe, probe.document.paging.limit.max).ids


def _read_between(probe: Probe) -> None:
    life, limit = probe.document.lifecycle, probe.document.paging.limit
    query = {limit.parameter: limit.max or limit.default}
    before = {job.get("jobId"): job for job in probe.page(query)}
    living = [job for job in before.values() if job.get(life.field) not in life.terminal][:6]
    read = [probe.get_job(job["jobId"]) for job in living]
    after = {job.get("jobId"): job for job in probe.page(query)}
    for listed, answer in zip(living, read, strict=True):
        if after.get(listed["jobId"]) != listed:
            continue
        if answer.job != listed:
            raise Broken.differs("the job as it is listed", listed, answer.job, [answer])
        probe.exercise(str(listed.get(life.field)))


@law("READ-03", MUST, ref=f"{GET}/responses/400", title="A jobId that is no integer is refused")
def a_jobid_that_is_no_integer_is_refused(probe: Probe) -> None:
    """A jobId that is no integer is answered 400, whatever kind of text it is."""
    for text in NO_INTEGERS:
        probe.want(probe.get_job(text), 400, f"for the jobId {text!r}")
        probe.exercise("texts")
    for job in known_jobs(probe)[:1]:
        for text in (f"{job['jobId']}x", f"{job['jobId']}.5"):
            probe.want(probe.get_job(text), 400, f"for the jobId {text!r}")
            probe.exercise("texts that begin with a jobId")


@law("READ-04", MUST, ref=f"{GET}/responses/404")
def a_job_that_does_not_exist_is_not_found(probe: Probe) -> None:
    """A jobId that the project does not have is answered 404."""
    highest = max(ids(known_jobs(probe)), default=0)
    for job_id in (0, highest + 10**6 + probe.random.randrange(10**6), 2**31 - 1, 2**31):
        if job_id not in ids(known_jobs(probe)):
            probe.want(probe.get_job(job_id), 404, f"for job {job_id}, which is not listed")
            probe.exercise("numbers without a job")


@law("READ-05", MUST, ref=f"{GET}/responses/404", title="A negative jobId is not found")
def a_negative_jobid_is_not_found(probe: Probe) -> None:
    """A negative jobId is an integer, so it is answered 404."""
    for job_id in (-1, -(2**31), -INT64, *[-i for i in ids(known_jobs(probe))[:1]]):
        probe.want(probe.get_job(job_id), 404, f"for job {job_id}")
        probe.exercise("negative numbers")


@law("READ-06", MUST, ref="#/components/parameters/JobId/schema", title="A huge jobId is not found")
def a_huge_jobid_is_not_found(probe: Probe) -> None:
    """The largest jobId of 64 bits is answered 404; one beyond them is refused or not found."""
    probe.want(probe.get_job(INT64), 404, "for the largest jobId of 64 bits")
    for job_id in (INT64 + 1, 2**64, 10**30, *[i + 2**64 for i in ids(known_jobs(probe))[:1]]):
        answer = probe.get_job(job_id)
        if answer.status not in (400, 404):
            raise Broken("400 or 404 for a huge jobId", f"it was {answer.status}", [answer])
        probe.exercise("huge numbers")


MOST_GAPS = 15


@law("READ-07", MUST, ref="#/paths/~1public~1{projectKey}~1jobs/get", after=["WALK-01"])
def a_job_that_can_be_read_is_listed(probe: Probe) -> None:
    """The list has all jobs of the project: one that can be read is one of them.

    Numbers between listed jobIds are tried, and the list is walked again if one is a job.
    """
    taken: Walks = probe.shared(walks)
    met = {job_id for walk in taken.all for job_id in walk.ids}
    if len(met) < 2:
        raise Untested("the list has no two jobs to look between")
    gaps = [i for j in sorted(met) for i in (j - 1, j + 1) if i not in met and i < max(met)]
    gaps = sorted(set(gaps))
    for job_id in probe.random.sample(gaps, min(MOST_GAPS, len(gaps))):
        answer = probe.get_job(job_id)
        if answer.status == 200 and job_id not in walk(probe, probe.document.paging.limit.max).ids:
            status = answer.job.get(probe.document.lifecycle.field)
            raise Broken(f"job {job_id} in the list", f"it is only read, {status}", [answer])
        probe.exercise("numbers between jobs")
    if not gaps:
        raise Untested("the jobIds of the list have no gaps to look into")


@law("READ-08", MUST, ref="RFC 9110 §9.2.1", after=["READ-01"])
def reading_changes_nothing(probe: Probe) -> None:
    """Reading a job again shows the same job, unless the server moved it."""
    jobs = of_each_status(probe, 1)
    at_least(probe, 1, "to read one twice")
    for listed in jobs:
        _read_twice(probe, listed)


def _read_twice(probe: Probe, listed: Job) -> None:
    life = probe.document.lifecycle
    for _ in range(3):
        one, two = probe.get_job(listed["jobId"]), probe.get_job(listed["jobId"])
        if one.job == two.job and one.job:
            probe.exercise(str(one.job.get(life.field)))
            return
        still = one.job.get(life.field) == two.job.get(life.field)
        if one.job and two.job and still:
            raise Broken.differs("the job as it read before", one.job, two.job, [one, two])
    raise Inconclusive(f"job {listed['jobId']} moved each time that it was read")
