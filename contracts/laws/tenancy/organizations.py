"""TEN-04 to TEN-07: another organization's key opens nothing of the project."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, law
from contracts.engine.probe import Headers
from contracts.engine.verdict import Untested, Violation
from contracts.laws.clauses import KEY
from contracts.laws.listing.jobs import get_known_jobs
from contracts.laws.listing.stretch import get_ids
from contracts.target import Need

CLOSED = (401, 403, 404)
"""The statuses for an organization that does not own the project: the contract allows any."""


def _build_other_key(probe: JobsProbe) -> Headers:
    return {"Authorization": f"Bearer {probe.target.other_api_key}"}


@law("TEN-04", MUST, ref=KEY, needs={Need.OTHER_KEY})
def another_organization_cannot_list_jobs(probe: JobsProbe) -> None:
    """With another organization's key, the list of the project is refused.

    A refusal proves this only if the other key is known to exist: it opens the project of
    --other-key-project, or it gets another response than unknown keys do.
    """
    response = probe.list_jobs(headers=_build_other_key(probe))
    if response.status not in CLOSED:
        raise Violation("401, 403 or 404", f"the status was {response.status}", [response])
    _note_refusal(probe, response.status, "list")


@law("TEN-05", MUST, ref=KEY, needs={Need.OTHER_KEY})
def another_organization_cannot_read_a_job(probe: JobsProbe) -> None:
    """With another organization's key, no job of the project can be read.

    TEN-04 explains what a refusal proves.
    """
    for job_id in get_ids(get_known_jobs(probe))[:2]:
        response = probe.get_job(job_id, headers=_build_other_key(probe))
        if response.status not in CLOSED:
            raise Violation("401, 403 or 404", f"the status was {response.status}", [response])
        _note_refusal(probe, response.status, "get")


@law("TEN-06", MUST, ref=KEY, needs={Need.OTHER_KEY, Need.EFFECTS_OWN})
def another_organization_cannot_cancel_a_job(probe: JobsProbe) -> None:
    """With another organization's key, a cancel is refused and no job is cancelled.

    TEN-04 explains what a refusal proves.
    """
    job_id = probe.make().job["jobId"]
    response = probe.cancel_job(job_id, headers=_build_other_key(probe))
    after = probe.get_job(job_id)
    cancelled = after.job.get(probe.document.lifecycle.field) == probe.document.cancel.to
    if response.status not in CLOSED or cancelled:
        actual = f"the status was {response.status}, and the job is {after.job.get('status')}"
        raise Violation("401, 403 or 404, and the job unchanged", actual, [response, after])
    _note_refusal(probe, response.status, "cancel")


@law("TEN-07", MUST, ref=KEY, needs={Need.OTHER_KEY, Need.EFFECTS_OWN})
def another_organization_cannot_make_a_job(probe: JobsProbe) -> None:
    """With another organization's key, no job can be made in the project.

    TEN-04 explains what a refusal proves.
    """
    probe.make()
    user = probe.new_user()
    response = probe.delete_user(user, headers=_build_other_key(probe))
    mine = probe.delete_user(user)
    conflicts = mine.status == probe.document.conflict.status
    if conflicts and response.status in CLOSED:
        probe.require_certain(mine)
    if response.status not in CLOSED or conflicts:
        raise Violation(
            "401, 403 or 404, and no job", f"the status was {response.status}", [response, mine]
        )
    _note_refusal(probe, response.status, "delete user")


def _note_refusal(probe: JobsProbe, status: int | None, what: str) -> None:
    """Note a refusal; the law is untested if nothing shows that the other key exists."""
    if unproven := probe.read_once(_explain_doubt):
        raise Untested(unproven)
    probe.exercise(what)
    probe.observe(f"another organization's {what} gets {status}")


def _explain_doubt(probe: JobsProbe) -> str:
    """Say why the other key may not exist; empty if the deployment shows that it knows the key."""
    project = probe.target.other_key_project
    if project is not None:
        status = probe.list_jobs(project=project, headers=_build_other_key(probe)).status
        wrong = f"--other-api-key does not open --other-key-project {project} ({status})"
        return "" if status == 200 else f"{wrong}: check both options"
    theirs = probe.list_jobs(headers=_build_other_key(probe))
    # Two, since what differs in each response, such as an id or an echo, proves nothing.
    unknown = [probe.list_jobs(headers=_make_up_key(probe)) for _ in range(2)]
    bodies = {(response.status, response.body) for response in unknown}
    if len(bodies) == 1 and (theirs.status, theirs.body) not in bodies:
        return ""
    if all(response.status != theirs.status for response in unknown):
        return ""
    return (
        f"--other-api-key gets {theirs.status}, as unknown keys do, so nothing shows that it "
        "exists: name a project that it opens with --other-key-project"
    )


def _make_up_key(probe: JobsProbe) -> Headers:
    """Return an unknown key of the same form as the other one."""
    kinds = (ascii_lowercase, ascii_uppercase, digits)

    def replace(character: str) -> str:
        kind = next((kind for kind in kinds if character in kind), character)
        return kind[probe.random.getrandbits(32) % len(kind)]

    made = "".join(map(replace, probe.target.other_api_key or ""))
    if made in {key.text for key in probe.target.keys}:
        made = f"no-key-{probe.random.getrandbits(64):x}"
    return {"Authorization": f"Bearer {made}"}
