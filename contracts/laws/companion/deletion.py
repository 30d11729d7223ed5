"""COMP-01 to COMP-06, COMP-18 to COMP-19, COMP-21: the job that the deletion of a user makes."""

from __future__ import annotations

from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MAY, MUST, OWN_EFFECTS, SHOULD, law
from contracts.engine.verdict import SetupFailed, Violation
from contracts.http.excerpt import as_json
from contracts.http.exchange import Exchange
from contracts.laws.clauses import LIFECYCLE, LIST, MAKE, PROPERTIES
from contracts.laws.job_supply import get_made_job
from contracts.laws.listing.jobs import get_known_jobs
from contracts.laws.listing.lookup import find_job

DAY = 24 * 3_600_000


def _get_new_job(probe: JobsProbe) -> Exchange:
    exchange = get_made_job(probe)
    probe.exercise("new jobs")
    return exchange


@law("COMP-01", MUST, ref=f"{LIFECYCLE}/initial", needs=OWN_EFFECTS)
def a_new_job_is_scheduled(probe: JobsProbe) -> None:
    """The deletion of a user returns a job that is scheduled."""
    life, exchange = probe.document.lifecycle, _get_new_job(probe)
    if exchange.job.get(life.field) != life.initial:
        raise Violation(life.initial, f"it is {as_json(exchange.job.get(life.field))}", [exchange])


@law("COMP-02", MUST, ref=f"{MAKE}/responses/200", needs=OWN_EFFECTS)
def a_new_job_is_for_the_user(probe: JobsProbe) -> None:
    """The new job's referenceId is the deleted user."""
    exchange, conflict = _get_new_job(probe), probe.document.conflict
    user = exchange.arguments[conflict.parameter]
    if exchange.job.get(conflict.key) != user:
        key = as_json(exchange.job.get(conflict.key))
        raise Violation(f"{conflict.key} {as_json(user)}", f"it is {key}", [exchange])


@law("COMP-03", MUST, ref=f"{MAKE}/responses/200/links/getJob", needs=OWN_EFFECTS)
def a_new_job_can_be_read(probe: JobsProbe) -> None:
    """The new job can be read immediately, as the deletion returned it."""
    exchange = _get_new_job(probe)
    response = probe.get_job(exchange.job["jobId"])
    life = probe.document.lifecycle
    moved = response.job.get(life.field) != life.initial
    evidence = [exchange, response]
    if response.status != 200:
        raise Violation("200 for the new job", f"the status was {response.status}", evidence)
    if response.job != exchange.job and not moved:
        raise Violation.compare(
            "the job as the deletion returned it", exchange.job, response.job, evidence
        )


@law("COMP-04", MUST, ref=LIST, needs=OWN_EFFECTS)
def a_new_job_is_listed(probe: JobsProbe) -> None:
    """The new job is in the list."""
    exchange = _get_new_job(probe)
    if find_job(probe, exchange.job["jobId"]) is None:
        raise Violation(f"job {exchange.job['jobId']} in the list", "it is not", [exchange])


@law("COMP-05", SHOULD, ref=f"{PROPERTIES}/startAt", needs=OWN_EFFECTS)
def a_new_job_starts_in_the_future(probe: JobsProbe) -> None:
    """The startAt of a new job is after its createdAt."""
    exchange = _get_new_job(probe)
    begun, due = _get_timestamps(probe, exchange.job)
    if due <= begun:
        raise Violation(f"startAt after {begun}", f"it is {due}", [exchange])


@law(
    "COMP-06",
    SHOULD,
    ref=f"{MAKE}/description",
    needs=OWN_EFFECTS,
    after=["COMP-05"],
    title="A new job starts at the next UTC midnight",
)
def a_new_job_starts_at_the_next_utc_midnight(probe: JobsProbe) -> None:
    """The startAt of a new job is the first midnight UTC after its createdAt.

    The vendor's own example is midnight at UTC+5:30, so deployments may differ.
    """
    exchange = _get_new_job(probe)
    begun, due = _get_timestamps(probe, exchange.job)
    midnight = (begun // DAY + 1) * DAY
    # A request that spans midnight may be read on either side of it.
    if due not in (midnight, midnight + DAY) or (due != midnight and begun % DAY < DAY - 60_000):
        raise Violation(f"startAt {midnight}", f"it is {due}", [exchange])


def _get_timestamps(probe: JobsProbe, job: Job) -> tuple[int, int]:
    begun, due = job.get(probe.document.lifecycle.made), job.get("startAt")
    if type(begun) is not int or type(due) is not int:
        raise SetupFailed("the new job lacks timestamps to compare")
    return begun, due


@law(
    "COMP-18",
    MUST,
    ref=f"{PROPERTIES}/jobId",
    needs=OWN_EFFECTS,
    title="A new job has an unused jobId",
)
def a_new_job_has_an_unused_jobid(probe: JobsProbe) -> None:
    """No other job has, or had, the jobId of a new job."""
    key = probe.document.conflict.key
    users = {job["jobId"]: job.get(key) for job in get_known_jobs(probe)}
    made = [_get_new_job(probe), probe.make(), probe.make()]
    numbers = [one.job["jobId"] for one in made]
    # The survey may have been taken after the first of them was made: that one is the same job.
    taken = [
        one for one in made if users.get(one.job["jobId"], one.job.get(key)) != one.job.get(key)
    ]
    if len(set(numbers)) < len(numbers) or taken:
        raise Violation("an unused jobId for each new job", f"they are {numbers}", taken or made)


@law("COMP-21", MUST, ref=f"{PROPERTIES}/projectId", needs=OWN_EFFECTS)
def a_new_job_belongs_to_its_project(probe: JobsProbe) -> None:
    """A new job has the same projectId as the other jobs of its project."""
    here, there = probe.target.project, probe.target.other_project
    for project in filter(None, (here, there)):
        if project == here:
            exchange, jobs = _get_new_job(probe), get_known_jobs(probe)
        else:
            exchange, jobs = probe.make(project=project), [*probe.require_page(project=project)]
        new = exchange.job["jobId"]
        numbers = {job.get("projectId") for job in jobs if job.get("jobId") != new}
        if not numbers:
            continue
        probe.exercise("projects")
        if exchange.job.get("projectId") not in numbers:
            wanted = f"the projectId {' or '.join(sorted(map(str, numbers)))}"
            raise Violation(wanted, f"it is {exchange.job.get('projectId')}", [exchange])


@law("COMP-19", MAY, ref=MAKE, needs=OWN_EFFECTS, title="Which updatedAt a new job has")
def which_updatedat_a_new_job_has(probe: JobsProbe) -> None:
    """The updatedAt of a new job may be set or null."""
    life, job = probe.document.lifecycle, _get_new_job(probe).job
    kind = "null" if job.get(life.moved) is None else "set"
    probe.observe(f"{life.moved} of a new job is {kind}")
