"""TEN-01 to TEN-03, TEN-08 to TEN-09: a project shows no job of another project."""

from __future__ import annotations

from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MAY, MUST, law
from contracts.engine.verdict import SetupFailed, Untested, Violation
from contracts.laws.clauses import LIST, NOT_FOUND, PARAMETERS
from contracts.laws.listing.jobs import get_known_jobs
from contracts.laws.listing.stretch import Reading, get_ids, index_by_id
from contracts.laws.listing.survey import read_other_project
from contracts.target import Need


def _get_other_jobs(probe: JobsProbe) -> list[Job]:
    """Return the jobs of the other project."""
    reading: Reading = probe.read_once(read_other_project)
    jobs = list(index_by_id(reading.jobs).values())
    if not jobs:
        raise Untested("the other project has no jobs")
    return jobs


@law("TEN-01", MUST, ref=LIST, needs={Need.OTHER_PROJECT})
def a_list_has_no_job_of_another_project(probe: JobsProbe) -> None:
    """The lists of two projects have no job in common, and each project has its own projectId."""
    there, here = _get_other_jobs(probe), get_known_jobs(probe)
    both = {_identify(job) for job in there} & {_identify(job) for job in here}
    numbers = {job.get("projectId") for job in there} & {job.get("projectId") for job in here}
    if numbers or both:
        shared = sorted(str(job_id) for job_id, *_ in both)[:5]
        actual = f"they share the projectId {sorted(map(str, numbers))} and jobs {shared}"
        shown = [job_id for job_id in get_ids(there) if job_id in {one for one, *_ in both}]
        odd = shown[:1] or [*get_ids(there)[:1], *get_ids(here)[:1]]
        seen = [
            one.exchange for one in probe.run.history.list_jobs() if one.job.get("jobId") in odd
        ]
        raise Violation("two lists with nothing in common", actual, seen[:2], about=odd)
    probe.exercise("jobs of the other project", len(there))


@law(
    "TEN-02",
    MUST,
    ref=NOT_FOUND,
    needs={Need.OTHER_PROJECT},
    title="Another project's job is not found",
)
def another_projects_job_is_not_found(probe: JobsProbe) -> None:
    """A job of another project gets 404, as if it did not exist.

    If each project numbers its own jobs, the same jobId may be another job here.
    """
    mine = set(get_ids(get_known_jobs(probe)))
    theirs = [job for job in _get_other_jobs(probe) if job.get("jobId") not in mine]
    for job in [one for one in theirs if type(one.get("jobId")) is int][:5]:
        response = probe.get_job(job["jobId"])
        if response.status == 200 and _identify(response.job) != _identify(job):
            continue
        probe.expect_status(response, 404, f"for job {job['jobId']} of the other project")
        probe.exercise("jobs of the other project")
    if not probe.exercised:
        raise Untested("the two projects use the same jobIds")


@law(
    "TEN-03",
    MUST,
    ref=NOT_FOUND,
    needs={Need.OTHER_PROJECT, Need.EFFECTS_OWN},
    title="Another project's job cannot be cancelled",
)
def another_projects_job_cannot_be_cancelled(probe: JobsProbe) -> None:
    """A cancel of another project's job gets 404 and does not change that job."""
    there = probe.target.other_project
    made = probe.make(project=there).job
    theirs = made["jobId"]
    # A job of our own that is younger: the effects guard wants proof that the number is passed.
    probe.make()
    here = probe.get_job(theirs)
    if here.status == 200 and _identify(here.job) != _identify(made):
        raise Untested(
            f"the project has a job {theirs} of its own: both projects use the same jobIds"
        )
    if here.status == 200:
        raise SetupFailed(f"job {theirs} of the other project can be read, which breaks TEN-02")
    response = probe.cancel_job(theirs)
    probe.expect_status(response, 404, f"for the cancel of job {theirs} of the other project")
    after = probe.get_job(theirs, project=there)
    if after.job.get(probe.document.lifecycle.field) == probe.document.cancel.to:
        raise Violation("the job to be unchanged", "it is cancelled", [response, after])
    probe.exercise("cancels")


@law("TEN-09", MUST, ref=f"{PARAMETERS}/ProjectKey")
def an_unknown_project_shows_no_job(probe: JobsProbe) -> None:
    """An unknown project key opens no project: it shows none of this project's jobs.

    The response may be an error or an empty list. A job is recognized by its jobId, createdAt and
    user together, so that a job of another project is not mistaken for it.
    """
    mine = {_identify(job): job for job in get_known_jobs(probe)}
    if not mine:
        raise Untested("the project has no job that could be shown")
    key, job_id = probe.target.project, next(iter(mine.values()))["jobId"]
    made_up = f"noSuchProject{probe.random.getrandbits(32):x}"
    unknown = {made_up, f"{key}x", key[:-1]} - {probe.target.other_project, ""}
    for project in sorted(unknown):
        for response in (probe.list_jobs(project=project), probe.get_job(job_id, project=project)):
            shown = [job for job in (*response.jobs, response.job) if _identify(job) in mine]
            if response.status == 200 and shown:
                wanted = f"no job of this project for the project key {project}"
                raise Violation(wanted, f"it shows job {shown[0].get('jobId')}", [response])
            probe.exercise(f"{response.status}")


def _identify(job: Job) -> tuple[object, object, object]:
    return job.get("jobId"), job.get("createdAt"), job.get("referenceId")


@law("TEN-08", MAY, ref=f"{PARAMETERS}/ProjectKey")
def how_an_unknown_project_is_answered(probe: JobsProbe) -> None:
    """A project that the key does not open may get 401, 403 or 404."""
    response = probe.list_jobs(project=f"noSuchProject{probe.random.getrandbits(32):x}")
    probe.observe(f"the list of an unknown project gets {response.status}")
