"""Laws on what a project, and what another organization, must not see or touch."""

from __future__ import annotations

from collections import Counter
from string import ascii_lowercase, ascii_uppercase, digits

from contracts.excerpt import as_json
from contracts.history import Job
from contracts.law import MAY, MUST, law
from contracts.probe import Headers, Probe
from contracts.readings import known_jobs, surveyed
from contracts.stretch import ids
from contracts.survey import Survey, survey_of_other_project
from contracts.target import Need
from contracts.verdict import Broken, SetupFailed, Untested

LIST = "#/paths/~1public~1{projectKey}~1jobs/get"
NOT_FOUND = "#/components/responses/JobNotFound"
SECURITY = "#/components/securitySchemes/organizationKey"
CLOSED = (401, 403, 404)
"""What may be said to an organization that a project is not of: the contract leaves it open."""


def _there(probe: Probe) -> list[Job]:
    """Return the jobs of the other project."""
    survey: Survey = probe.shared(survey_of_other_project)
    jobs = survey.jobs
    if not jobs:
        raise Untested("the other project has no jobs")
    return jobs


def _theirs(probe: Probe) -> Headers:
    return {"Authorization": f"Bearer {probe.target.other_api_key}"}


@law("WALK-07", MUST, ref="#/components/schemas/Job/properties/projectId")
def all_jobs_of_a_project_have_its_number(probe: Probe) -> None:
    """Each job of a project's list has the same projectId."""
    jobs = known_jobs(probe)
    numbers = Counter(job.get("projectId") for job in jobs)
    if len(numbers) > 1:
        odd = numbers.most_common()[-1][0]
        first = [job for job in jobs if job.get("projectId") == odd][:1]
        pages = [
            page
            for stretch in surveyed(probe).stretches
            for page in stretch.last.pages
            if any(job.get("projectId") == odd for job in page.jobs)
        ]
        actual = f"there are {', '.join(map(as_json, numbers))}"
        raise Broken("one projectId", actual, pages[:1], about=first)
    probe.exercise("jobs", len(jobs))


@law("TEN-01", MUST, ref=LIST, needs={Need.OTHER_PROJECT})
def a_list_has_no_job_of_another_project(probe: Probe) -> None:
    """The lists of two projects have no job in common, and each project has its own number."""
    there, here = _there(probe), known_jobs(probe)
    both = {_identity(job) for job in there} & {_identity(job) for job in here}
    numbers = {job.get("projectId") for job in there} & {job.get("projectId") for job in here}
    if numbers or both:
        shared = sorted(str(job_id) for job_id, *_ in both)[:5]
        actual = f"they share the projectId {sorted(map(str, numbers))} and jobs {shared}"
        raise Broken("two lists with nothing in common", actual)
    probe.exercise("jobs of the other project", len(there))


@law(
    "TEN-02",
    MUST,
    ref=NOT_FOUND,
    needs={Need.OTHER_PROJECT},
    title="Another project's job is not found",
)
def another_projects_job_is_not_found(probe: Probe) -> None:
    """A job of another project is answered 404, as if it did not exist.

    Where each project counts its jobs by itself, the same jobId may be another job here.
    """
    mine = set(ids(known_jobs(probe)))
    theirs = [job for job in _there(probe) if job.get("jobId") not in mine]
    for job in [one for one in theirs if type(one.get("jobId")) is int][:5]:
        answer = probe.get_job(job["jobId"])
        if answer.status == 200 and not _same(answer.job, job):
            continue
        probe.want(answer, 404, f"for job {job['jobId']} of the other project")
        probe.exercise("jobs of the other project")
    if not probe.exercised:
        raise Untested("the two projects number their jobs alike")


def _same(one: Job, other: Job) -> bool:
    """Tell whether two records are the same job, whatever became of it."""
    return all(one.get(name) == other.get(name) for name in ("jobId", "createdAt", "referenceId"))


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
    made = probe.make(project=there).job
    theirs = made["jobId"]
    # A job of our own that is younger: the effects guard wants proof that the number is passed.
    probe.make()
    here = probe.get_job(theirs)
    if here.status == 200 and not _same(here.job, made):
        raise Untested(f"the project has a job {theirs} itself: it numbers its jobs alike")
    if here.status == 200:
        raise SetupFailed(f"job {theirs} of the other project can be read (TEN-02)")
    answer = probe.cancel_job(theirs)
    probe.want(answer, 404, f"for the cancel of job {theirs} of the other project")
    after = probe.get_job(theirs, project=there)
    if after.job.get(probe.document.lifecycle.field) == probe.document.cancel.to:
        raise Broken("the job to be left alone", "it is cancelled", [answer, after])
    probe.exercise("cancels")


@law("TEN-04", MUST, ref=SECURITY, needs={Need.OTHER_KEY})
def another_organization_lists_no_job(probe: Probe) -> None:
    """With another organization's key, the project's list is refused.

    A refusal proves this only if the other key is known to be somebody's: it opens the project of
    --other-key-project, or it is answered otherwise than keys that nobody has.
    """
    answer = probe.list_jobs(headers=_theirs(probe))
    if answer.status not in CLOSED:
        raise Broken("401, 403 or 404", f"it was {answer.status}", [answer])
    _closed(probe, answer.status, "list")


@law("TEN-05", MUST, ref=SECURITY, needs={Need.OTHER_KEY})
def another_organization_reads_no_job(probe: Probe) -> None:
    """With another organization's key, no job of the project can be read.

    What a refusal proves is said at TEN-04.
    """
    for job_id in ids(known_jobs(probe))[:2]:
        answer = probe.get_job(job_id, headers=_theirs(probe))
        if answer.status not in CLOSED:
            raise Broken("401, 403 or 404", f"it was {answer.status}", [answer])
        _closed(probe, answer.status, "get")


@law("TEN-06", MUST, ref=SECURITY, needs={Need.OTHER_KEY, Need.EFFECTS_OWN})
def another_organization_cancels_no_job(probe: Probe) -> None:
    """With another organization's key, no job can be cancelled, and none is.

    What a refusal proves is said at TEN-04.
    """
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
    """With another organization's key, no job can be made in the project.

    What a refusal proves is said at TEN-04.
    """
    probe.make()
    user = probe.new_user()
    answer = probe.delete_user(user, headers=_theirs(probe))
    mine = probe.delete_user(user)
    if answer.status not in CLOSED or mine.status == probe.document.conflict.status:
        raise Broken("401, 403 or 404, and no job", f"it was {answer.status}", [answer, mine])
    _closed(probe, answer.status, "delete user")


def _closed(probe: Probe, status: int | None, what: str) -> None:
    """Note a refusal; the law is untested if nothing shows that the other key is a real one."""
    if unproven := probe.shared(_unproven):
        raise Untested(unproven)
    probe.exercise(what)
    probe.observe(f"another organization's {what} gets {status}")


def _unproven(probe: Probe) -> str:
    """Say why the other key may be nobody's; empty if the deployment shows that it knows it."""
    project = probe.target.other_key_project
    if project is not None:
        status = probe.list_jobs(project=project, headers=_theirs(probe)).status
        wrong = f"--other-api-key does not open --other-key-project {project} ({status})"
        return "" if status == 200 else f"{wrong}: look at both"
    theirs = probe.list_jobs(headers=_theirs(probe))
    # Two of them, since what is new in each answer, such as an id or an echo, proves nothing.
    nobodys = [probe.list_jobs(headers=_nobodys(probe)) for _ in range(2)]
    said = {(answer.status, answer.body) for answer in nobodys}
    if len(said) == 1 and (theirs.status, theirs.body) not in said:
        return ""
    if all(answer.status != theirs.status for answer in nobodys):
        return ""
    return (
        f"--other-api-key gets {theirs.status} as keys do that nobody has, so that nothing shows "
        "that it is a real one: name a project that it opens with --other-key-project"
    )


def _nobodys(probe: Probe) -> Headers:
    """Return a key that nobody has and that has the form of the other one."""
    kinds = (ascii_lowercase, ascii_uppercase, digits)

    def replaced(character: str) -> str:
        kind = next((kind for kind in kinds if character in kind), character)
        return kind[probe.random.getrandbits(32) % len(kind)]

    made = "".join(map(replaced, probe.target.other_api_key or ""))
    if made in probe.target.secrets:
        made = f"no-key-{probe.random.getrandbits(64):x}"
    return {"Authorization": f"Bearer {made}"}


@law("TEN-09", MUST, ref="#/components/parameters/ProjectKey")
def a_project_that_nobody_has_shows_no_job(probe: Probe) -> None:
    """A project key that nobody has opens no project: it shows none of this project's jobs.

    It may be answered with an error or with an empty list. A job is told by its jobId, its
    createdAt and its user together, so that one of another project is not taken for it.
    """
    mine = {_identity(job): job for job in known_jobs(probe)}
    if not mine:
        raise Untested("the project has no job that could be shown")
    key, job_id = probe.target.project, next(iter(mine.values()))["jobId"]
    made_up = f"noSuchProject{probe.random.getrandbits(32):x}"
    unknown = {made_up, f"{key}x", key[:-1]} - {probe.target.other_project, ""}
    for project in sorted(unknown):
        for answer in (probe.list_jobs(project=project), probe.get_job(job_id, project=project)):
            shown = [job for job in (*answer.jobs, answer.job) if _identity(job) in mine]
            if answer.status == 200 and shown:
                wanted = f"no job of this project for the project key {project}"
                raise Broken(wanted, f"it shows job {shown[0].get('jobId')}", [answer])
            probe.exercise(f"{answer.status}")


def _identity(job: Job) -> tuple[object, object, object]:
    return job.get("jobId"), job.get("createdAt"), job.get("referenceId")


@law("TEN-08", MAY, ref="#/components/parameters/ProjectKey")
def what_an_unknown_project_is_answered(probe: Probe) -> None:
    """A project that the key does not open may be answered 401, 403 or 404."""
    answer = probe.list_jobs(project=f"noSuchProject{probe.random.getrandbits(32):x}")
    probe.observe(f"the list of an unknown project gets {answer.status}")
