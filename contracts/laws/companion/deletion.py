"""COMP-01 to COMP-06, COMP-11 to COMP-12, COMP-16 to COMP-21: the job that a deletion makes."""

from __future__ import annotations

from contracts.engine.history import Job
from contracts.engine.law import MAY, MUST, SHOULD, law
from contracts.engine.probe import Probe
from contracts.engine.verdict import Broken, SetupFailed
from contracts.http.excerpt import as_json
from contracts.http.exchange import Exchange
from contracts.laws.job_supply import get_made_job
from contracts.laws.listing.jobs import get_known_jobs
from contracts.laws.listing.lookup import find_job
from contracts.target import Need

DELETE = "#/paths/~1public~1{projectKey}~1users~1{userId}/delete"
CONFLICT = f"{DELETE}/x-conflict"
OWN = frozenset({Need.EFFECTS_OWN})
DAY = 24 * 3_600_000


def _get_new_job(probe: Probe) -> Exchange:
    exchange = get_made_job(probe)
    probe.exercise("new jobs")
    return exchange


def _get_longest(probe: Probe) -> int:
    user = probe.document.operations[probe.document.make_id].parameters
    return int(user[probe.document.conflict.parameter]["schema"]["maxLength"])


@law("COMP-01", MUST, ref="#/components/schemas/Job/x-lifecycle/initial", needs=OWN)
def a_new_job_is_scheduled(probe: Probe) -> None:
    """The deletion of a user answers with a job that is scheduled."""
    life, exchange = probe.document.lifecycle, _get_new_job(probe)
    if exchange.job.get(life.field) != life.initial:
        raise Broken(life.initial, f"it is {as_json(exchange.job.get(life.field))}", [exchange])


@law("COMP-02", MUST, ref=f"{DELETE}/responses/200", needs=OWN)
def a_new_job_is_for_the_user(probe: Probe) -> None:
    """The new job's referenceId is the user that was deleted."""
    exchange, conflict = _get_new_job(probe), probe.document.conflict
    user = exchange.arguments[conflict.parameter]
    if exchange.job.get(conflict.key) != user:
        key = as_json(exchange.job.get(conflict.key))
        raise Broken(f"{conflict.key} {as_json(user)}", f"it is {key}", [exchange])


@law("COMP-03", MUST, ref=f"{DELETE}/responses/200/links/getJob", needs=OWN)
def a_new_job_can_be_read(probe: Probe) -> None:
    """The new job can be read at once, as it was answered."""
    exchange = _get_new_job(probe)
    response = probe.get_job(exchange.job["jobId"])
    life = probe.document.lifecycle
    moved = response.job.get(life.field) != life.initial
    evidence = [exchange, response]
    if response.status != 200:
        raise Broken("200 for the new job", f"it was {response.status}", evidence)
    if response.job != exchange.job and not moved:
        raise Broken.differs("the job as it was answered", exchange.job, response.job, evidence)


@law("COMP-04", MUST, ref="#/paths/~1public~1{projectKey}~1jobs/get", needs=OWN)
def a_new_job_is_listed(probe: Probe) -> None:
    """The new job is in the list."""
    exchange = _get_new_job(probe)
    if find_job(probe, exchange.job["jobId"]) is None:
        raise Broken(f"job {exchange.job['jobId']} in the list", "it is not", [exchange])


@law("COMP-05", SHOULD, ref="#/components/schemas/Job/properties/startAt", needs=OWN)
def a_new_job_starts_in_the_future(probe: Probe) -> None:
    """The new job is due after the moment in which it was made."""
    exchange = _get_new_job(probe)
    begun, due = _get_timestamps(probe, exchange.job)
    if due <= begun:
        raise Broken(f"startAt after {begun}", f"it is {due}", [exchange])


@law(
    "COMP-06",
    SHOULD,
    ref=f"{DELETE}/description",
    needs=OWN,
    after=["COMP-05"],
    title="A new job starts at the next UTC midnight",
)
def a_new_job_starts_at_the_next_utc_midnight(probe: Probe) -> None:
    """The new job is due at the first midnight, UTC, after it was made.

    The vendor's own example is midnight at UTC+5:30, so deployments may differ.
    """
    exchange = _get_new_job(probe)
    begun, due = _get_timestamps(probe, exchange.job)
    midnight = (begun // DAY + 1) * DAY
    # A request that spans midnight may be read on either side of it.
    if due not in (midnight, midnight + DAY) or (due != midnight and begun % DAY < DAY - 60_000):
        raise Broken(f"startAt {midnight}", f"it is {due}", [exchange])


def _get_timestamps(probe: Probe, job: Job) -> tuple[int, int]:
    begun, due = job.get(probe.document.lifecycle.made), job.get("startAt")
    if type(begun) is not int or type(due) is not int:
        raise SetupFailed("the new job has no moments to compare")
    return begun, due


@law("COMP-11", MUST, ref="#/components/parameters/UserId/schema/maxLength", needs=OWN)
def the_longest_user_can_be_deleted(probe: Probe) -> None:
    """A userId of as many characters as are allowed is accepted and kept whole."""
    get_made_job(probe)
    user = probe.new_user(length=_get_longest(probe))
    response = probe.delete_user(user)
    probe.want(response, 200, f"for a userId of {len(user)} characters")
    if response.job.get(probe.document.conflict.key) != user:
        raise Broken("the whole userId", "it was cut or changed", [response])
    probe.exercise("longest users")


@law("COMP-12", MUST, ref=f"{DELETE}/responses/400", needs=OWN)
def a_longer_user_is_refused(probe: Probe) -> None:
    """A userId of one character more than is allowed is refused."""
    get_made_job(probe)
    user = probe.new_user(length=_get_longest(probe) + 1)
    probe.want(probe.delete_user(user), 400, f"for a userId of {len(user)} characters")
    probe.exercise("users that are too long")


@law("COMP-16", MUST, ref="#/components/schemas/Job/properties/referenceId", needs=OWN)
def a_user_is_named_in_any_script(probe: Probe) -> None:
    """A userId with spaces, signs and letters of any script is kept as it is."""
    get_made_job(probe)
    for rest in (
        " with spaces",
        "+plus&and=so",
        "-\u00fc\u00df\u00e9",
        "-\u5229\u7528\u8005",
        "-\U0001f642",
    ):
        user = probe.new_user() + rest
        response = probe.delete_user(user)
        probe.want(response, 200, f"for the userId {user!r}")
        if response.job.get(probe.document.conflict.key) != user:
            key = response.job.get(probe.document.conflict.key)
            expected = f"{probe.document.conflict.key} {as_json(user)}"
            raise Broken(expected, f"it is {as_json(key)}", [response])
        probe.exercise("users")


@law("COMP-17", MUST, ref=f"{DELETE}/responses/400", needs={Need.EFFECTS_ANY})
def an_empty_user_is_refused(probe: Probe) -> None:
    """A deletion with an empty userId is refused: 400, or as a path that the deployment lacks.

    Many routers have no empty part of a path, and answer 404, 405 or a redirect before the
    operation sees the call. No redirect is followed.
    """
    get_made_job(probe)
    response = probe.delete_user("")
    if response.status is None or not (
        response.status in (404, 405, 400) or 300 < response.status < 400
    ):
        raise Broken("400 for an empty userId", f"it was {response.status}", [response])
    probe.observe(f"an empty userId gets {response.status}")


@law("COMP-18", MUST, ref="#/components/schemas/Job/properties/jobId", needs=OWN)
def a_new_job_has_a_number_of_its_own(probe: Probe) -> None:
    """A new job's jobId is one that no other job has or had."""
    before = {job["jobId"] for job in get_known_jobs(probe)}
    numbers = [
        exchange.job["jobId"] for exchange in (_get_new_job(probe), probe.make(), probe.make())
    ]
    if len(set(numbers)) < len(numbers) or before & set(numbers):
        raise Broken(
            "a jobId of its own for each new job", f"they are {numbers}", [_get_new_job(probe)]
        )


@law("COMP-20", SHOULD, ref="#/components/parameters/UserId/schema/maxLength", needs=OWN)
def the_longest_user_may_be_in_any_script(probe: Probe) -> None:
    """A userId is measured in characters: as many as are allowed may be outside of ASCII, too."""
    get_made_job(probe)
    user = probe.new_user()
    user += "\u00fc" * (_get_longest(probe) - len(user))
    response = probe.delete_user(user)
    octets = len(user.encode())
    probe.want(response, 200, f"for a userId of {len(user)} characters ({octets} bytes)")
    if response.job.get(probe.document.conflict.key) != user:
        raise Broken("the whole userId", "it was cut or changed", [response])
    probe.exercise("longest users")


@law("COMP-21", MUST, ref="#/components/schemas/Job/properties/projectId", needs=OWN)
def a_new_job_belongs_to_its_project(probe: Probe) -> None:
    """A new job has the projectId that the jobs of its project have."""
    here, there = probe.target.project, probe.target.other_project
    for project in filter(None, (here, there)):
        if project == here:
            exchange, jobs = _get_new_job(probe), get_known_jobs(probe)
        else:
            exchange, jobs = probe.make(project=project), probe.page(project=project)
        new = exchange.job["jobId"]
        numbers = {job.get("projectId") for job in jobs if job.get("jobId") != new}
        if not numbers:
            continue
        probe.exercise("projects")
        if exchange.job.get("projectId") not in numbers:
            wanted = f"the projectId {' or '.join(sorted(map(str, numbers)))}"
            raise Broken(wanted, f"it is {exchange.job.get('projectId')}", [exchange])


@law("COMP-19", MAY, ref=DELETE, needs=OWN)
def what_a_new_job_has_as_stamp(probe: Probe) -> None:
    """A new job may have its updatedAt set or null."""
    life, job = probe.document.lifecycle, _get_new_job(probe).job
    kind = "null" if job.get(life.moved) is None else "set"
    probe.observe(f"{life.moved} of a new job is {kind}")
