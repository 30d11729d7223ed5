"""Laws on reading one job."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from contracts.exchange import Exchange
from contracts.history import Job
from contracts.jobs import job_in
from contracts.law import MUST, law
from contracts.lookup import find_job
from contracts.probe import Probe
from contracts.readings import at_least, known_jobs, of_each_status, surveyed
from contracts.stretch import by_id, ids
from contracts.survey import Survey
from contracts.target import Need
from contracts.verdict import Broken, Inconclusive, Untested

LIST = "#/paths/~1public~1{projectKey}~1jobs/get"
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
        if answer.status == 404 and find_job(probe, job["jobId"]) is None:
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
        if answer.status == 404 and find_job(probe, listed["jobId"]) is None:
            continue  # it was deleted meanwhile
        if answer.job != listed:
            raise Broken(f"the listed {listed}", f"it reads {answer.job}", [answer])
        probe.exercise(str(listed[life.field]))
    _read_between(probe)


def _read_between(probe: Probe) -> None:
    life, limit = probe.document.lifecycle, probe.document.paging.limit
    query = {limit.parameter: limit.max or limit.default}
    before = by_id(probe.page(query))
    living = [job for job in before.values() if job.get(life.field) not in life.terminal][:6]
    read = [probe.get_job(job["jobId"]) for job in living]
    after = by_id(probe.page(query))
    for listed, answer in zip(living, read, strict=True):
        if after.get(listed["jobId"]) != listed:
            continue
        if answer.job != listed:
            raise Broken(f"the listed {listed}", f"it reads {answer.job}", [answer])
        probe.exercise(str(listed.get(life.field)))


@law("READ-03", MUST, ref=f"{GET}/responses/400")
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


@law("READ-05", MUST, ref=f"{GET}/responses/404")
def a_negative_jobid_is_not_found(probe: Probe) -> None:
    """A negative jobId is an integer, so it is answered 404."""
    for job_id in (-1, -(2**31), -INT64, *[-i for i in ids(known_jobs(probe))[:1]]):
        probe.want(probe.get_job(job_id), 404, f"for job {job_id}")
        probe.exercise("negative numbers")


@law("READ-06", MUST, ref="#/components/parameters/JobId/schema")
def a_huge_jobid_is_not_found(probe: Probe) -> None:
    """The largest jobId of 64 bits is answered 404; one beyond them is refused or not found."""
    probe.want(probe.get_job(INT64), 404, "for the largest jobId of 64 bits")
    for job_id in (INT64 + 1, 2**64, 10**30, *[i + 2**64 for i in ids(known_jobs(probe))[:1]]):
        answer = probe.get_job(job_id)
        if answer.status not in (400, 404):
            raise Broken("400 or 404 for a huge jobId", f"it was {answer.status}", [answer])
        probe.exercise("huge numbers")


TRIED = 60
"""How many jobIds that the list does not show are read."""

LOOKUPS = 5
"""How many of them that are jobs are looked for in the list."""

STEPS = tuple(2**exponent for exponent in range(12))
"""How far from the lowest and the highest listed jobId others are tried."""


@law("READ-07", MUST, ref=LIST, after=["WALK-01"])
def a_job_that_can_be_read_is_listed(probe: Probe) -> None:
    """The list has all jobs of the project: one that can be read is one of them.

    Numbers that the list does not show are tried, between listed jobIds, below the lowest and
    above the highest. One that is a job is looked for in the list again.
    """
    found = 0
    for job_id in _unlisted(probe):
        answer = probe.get_job(job_id)
        probe.exercise("numbers that are not listed")
        if answer.status == 200 and answer.job.get("jobId") == job_id:
            _want_listed(probe, job_id, answer)
            found += 1
        if found == LOOKUPS:
            return


def _want_listed(probe: Probe, job_id: int, shown: Exchange) -> None:
    if find_job(probe, job_id) is None and probe.get_job(job_id).status == 200:
        status = shown.job.get(probe.document.lifecycle.field)
        raise Broken(f"job {job_id} in the list", f"it is only read, {status}", [shown])


def _unlisted(probe: Probe) -> list[int]:
    """Choose numbers of jobs that the list may hide: around listed ones, and between any two."""
    survey = surveyed(probe)
    met, random = survey.met, probe.random
    if len(met) < 2:
        raise Untested("the list has no two jobs to look between")
    low, high = min(met), max(met)
    beyond = [low - step for step in STEPS if step < low] + [high + step for step in STEPS]
    gaps = [gap for gap in _gaps(survey) if gap]
    beside = sorted({number for gap in gaps for number in (gap[0], gap[-1])})
    chosen = [*beyond, *random.sample(beside, min(TRIED // 4, len(beside)))]
    if gaps:
        wide = random.choices(gaps, [len(gap) for gap in gaps], k=TRIED)
        chosen += [random.choice(gap) for gap in wide]
    return list(dict.fromkeys(chosen))[:TRIED]


def _gaps(survey: Survey) -> Iterator[range]:
    """Go through the numbers between listed jobs that no page showed.

    Of a long list only those count that would stand within a stretch that was read.
    """
    parts = [survey.met] if survey.whole else [set(one.last.ids) for one in survey.stretches]
    for part in parts:
        for one, other in pairwise(sorted(part)):
            yield range(one + 1, other)


@law("READ-09", MUST, ref=LIST, needs={Need.DRIVER})
def a_job_is_listed_in_every_status(probe: Probe) -> None:
    """The list has the jobs of every status: one that the driver puts into it is there."""
    for status in probe.document.lifecycle.states:
        try:
            job_id = job_in(probe, status)
        except Untested:
            continue
        answer = probe.get_job(job_id)
        if answer.status == 200:
            _want_listed(probe, job_id, answer)
            probe.exercise(status)


@law("READ-10", MUST, ref=LIST, after=["WALK-01"], last=True)
def a_job_that_was_read_is_listed(probe: Probe) -> None:
    """Each job that the run was shown alone, for whatever reason, is in the list as well.

    At the end of the run, one job of each status is looked for that no page has shown so far.
    """
    for status, one in probe.run.history.unlisted(probe.target.project).items():
        _want_listed(probe, one.job["jobId"], one.exchange)
        probe.exercise(f"{status} jobs that no page had shown")
    probe.exercise("statuses of jobs that were read")


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
            raise Broken(f"{one.job} again", f"it reads {two.job}", [one, two])
    raise Inconclusive(f"job {listed['jobId']} moved each time that it was read")
