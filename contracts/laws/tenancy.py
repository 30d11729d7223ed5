"""Laws on what a project, and what another organization, must not see or touch."""

from __future__ import annotations

from contracts.history import Job
from contracts.law import MAY, MUST, law
from contracts.probe import Headers, Probe
from contracts.readings import ids, known_jobs, walk
from contracts.target import Need
from contracts.verdict import Broken, SetupFailed, Untested

LIST = "#/paths/~1public~1{projectKey}~1jobs/get"
NOT_FOUND = "#/components/responses/JobNotFound"
SECURITY = "#/components/securitySchemes/organizationKey"
CLOSED = (401, 403, 404)
"""What may be said to an organization that a project is not of: the contract leaves it open."""


def _there(probe: Probe) -> list[Job]:
    """Return the jobs of the other project."""
    jobs = walk(probe, probe.document.paging.limit.max, probe.target.other_project).jobs
    if not jobs:
        raise Untested("the other project has no jobs")
    return jobs


def _theirs(probe: Probe) -> Headers:
    return {"Authorization": f"Bearer {probe.target.other_api_key}"}


@law("TEN-01", MUST, ref=LIST, needs={Need.OTHER_PROJECT})
def a_list_has_no_job_of_another_project(probe: Probe) -> None:
    """The lists of two projects have no job in common, and each project has its own number."""
    there, here = _there(probe), known_jobs(probe)
    both = set(ids(there)) & set(ids(here))
    numbers = {job.get("projectId") for job in there} & {job.get("projectId") for job in here}
    users = {(job.get("createdAt"), job.get("referenceId")) for job in there}
    same = [j["jobId"] for j in here if (j.get("createdAt"), j.get("referenceId")) in users]
    if numbers or (both and same):
        told = [f"the projectId {number}" for number in sorted(map(str, numbers))]
        told += [f"job {job_id}" for job_id in sorted(both)[:5]]
        actual = f"they share {', '.join(told)}"
        odd = sorted(both)[:1] or [*ids(there)[:1], *ids(here)[:1]]
        seen = [one.exchange for one in probe.run.history.jobs() if one.job.get("jobId") in odd]
        raise Broken("two lists with nothing in common", actual, seen[:2], about=odd)
    probe.exercise("jobs of the other project", len(there))


@law(
    "TEN-02",
    MUST,
    ref=NOT_FOUND,
    needs={Need.OTHER_PROJECT},
    title="Another project's job is not found",
)
def another_projects_job_is_not_found(probe: Probe) -> None:
    """A job of another project is answered 404, as if it did not exist."""
    mine = ids(known_jobs(probe))
    for job_id in (i for i in ids(_there(probe))[:5] if i not in mine):
        probe.want(probe.get_job(job_id), 404, f"for job {job_id} of the other project")
        probe.exercise("jobs of the other project")


@law(
    "TEN-03",
    MUST,
    ref=NOT_FOUND,
    needs={Need.OTHER_PROJECT, Need.EFFECTS_OWN},
    title="Another project's job cannot be cancelled",
)
def another_projects_job_cannot_be_cancelled(probe: Probe) -> None:
    """The cancel of another project's job is answered 404 and leaves that job alone."""
    there = probe.target.other_project
    theirs = probe.make(project=there).job["jobId"]
    # A job of our own that is younger: the effects guard wants proof that the number is passed.
    probe.make()
    if probe.get_job(theirs).status == 200:
        raise SetupFailed(f"job {theirs} of the other project can be read (TEN-02)")
    answer = probe.cancel_job(theirs)
    probe.want(answer, 404, f"for the cancel of job {theirs} of the other project")
    after = probe.get_job(theirs, project=there)
    if after.job.get(probe.document.lifecycle.field) == probe.document.cancel.to:
        raise Broken("the job to be left alone", "it is cancelled", [answer, after])
    probe.exercise("cancels")


@law("TEN-04", MUST, ref=SECURITY, needs={Need.OTHER_KEY})
def another_organization_lists_no_job(probe: Probe) -> None:
    """With another organization's key, the project's list is refused."""
    answer = probe.list_jobs(headers=_theirs(probe))
    _closed(probe, answer.status, "list")
    if answer.status not in CLOSED:
        raise Broken("401, 403 or 404", f"it was {answer.status}", [answer])


@law("TEN-05", MUST, ref=SECURITY, needs={Need.OTHER_KEY})
def another_organization_reads_no_job(probe: Probe) -> None:
    """With another organization's key, no job of the project can be read."""
    for job_id in ids(known_jobs(probe))[:2]:
        answer = probe.get_job(job_id, headers=_theirs(probe))
        _closed(probe, answer.status, "get")
        if answer.status not in CLOSED:
            raise Broken("401, 403 or 404", f"it was {answer.status}", [answer])


@law("TEN-06", MUST, ref=SECURITY, needs={Need.OTHER_KEY, Need.EFFECTS_OWN})
def another_organization_cancels_no_job(probe: Probe) -> None:
    """With another organization's key, no job can be cancelled, and none is."""
    job_id = probe.make().job["jobId"]
    answer = probe.cancel_job(job_id, headers=_theirs(probe))
    after = probe.get_job(job_id)
    cancelled = after.job.get(probe.document.lifecycle.field) == probe.document.cancel.to
    if answer.status not in CLOSED or cancelled:
        actual = f"it was {answer.status}, and the job is {after.job.get('status')}"
        raise Broken("401, 403 or 404, and the job left alone", actual, [answer, after])
    _closed(probe, answer.status, "cancel")


@law("TEN-07", MUST, ref=SECURITY, needs={Need.OTHER_KEY, Need.EFFECTS_OWN})
def another_organization_makes_no_job(probe: Probe) -> None:
    """With another organization's key, no job can be made in the project."""
    probe.make()
    user = probe.new_user()
    answer = probe.delete_user(user, headers=_theirs(probe))
    mine = probe.delete_user(user)
    if answer.status not in CLOSED or mine.status == probe.document.conflict.status:
        raise Broken("401, 403 or 404, and no job", f"it was {answer.status}", [answer, mine])
    _closed(probe, answer.status, "delete user")


def _closed(probe: Probe, status: int | None, what: str) -> None:
    probe.exercise(what)
    if status in CLOSED:
        probe.observe(f"another organization's {what} gets {status}")


@law("TEN-08", MAY, ref="#/components/parameters/ProjectKey")
def what_an_unknown_project_is_answered(probe: Probe) -> None:
    """A project that the key does not open may be answered 401, 403 or 404."""
    answer = probe.list_jobs(project=f"noSuchProject{probe.random.getrandbits(32):x}")
    probe.observe(f"the list of an unknown project gets {answer.status}")
