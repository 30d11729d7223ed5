"""TEN-04 to TEN-07: another organization's key opens nothing of the project."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits

from contracts.engine.law import MUST, law
from contracts.engine.probe import Headers, Probe
from contracts.engine.verdict import Broken, Untested
from contracts.laws.listing.jobs import get_known_jobs
from contracts.laws.listing.stretch import get_ids
from contracts.target import Need

LIST = "#/paths/~1public~1{projectKey}~1jobs/get"
NOT_FOUND = "#/components/responses/JobNotFound"
SECURITY = "#/components/securitySchemes/organizationKey"
CLOSED = (401, 403, 404)
"""What may be said to an organization that a project is not of: the contract leaves it open."""


def _build_other_key(probe: Probe) -> Headers:
    return {"Authorization": f"Bearer {probe.target.other_api_key}"}


@law("TEN-04", MUST, ref=SECURITY, needs={Need.OTHER_KEY})
def another_organization_lists_no_job(probe: Probe) -> None:
    """With another organization's key, the project's list is refused.

    A refusal proves this only if the other key is known to be somebody's: it opens the project of
    --other-key-project, or it is answered otherwise than keys that nobody has.
    """
    response = probe.list_jobs(headers=_build_other_key(probe))
    if response.status not in CLOSED:
        raise Broken("401, 403 or 404", f"it was {response.status}", [response])
    _note_refusal(probe, response.status, "list")


@law("TEN-05", MUST, ref=SECURITY, needs={Need.OTHER_KEY})
def another_organization_reads_no_job(probe: Probe) -> None:
    """With another organization's key, no job of the project can be read.

    What a refusal proves is said at TEN-04.
    """
    for job_id in get_ids(get_known_jobs(probe))[:2]:
        response = probe.get_job(job_id, headers=_build_other_key(probe))
        if response.status not in CLOSED:
            raise Broken("401, 403 or 404", f"it was {response.status}", [response])
        _note_refusal(probe, response.status, "get")


@law("TEN-06", MUST, ref=SECURITY, needs={Need.OTHER_KEY, Need.EFFECTS_OWN})
def another_organization_cancels_no_job(probe: Probe) -> None:
    """With another organization's key, no job can be cancelled, and none is.

    What a refusal proves is said at TEN-04.
    """
    job_id = probe.make().job["jobId"]
    response = probe.cancel_job(job_id, headers=_build_other_key(probe))
    after = probe.get_job(job_id)
    cancelled = after.job.get(probe.document.lifecycle.field) == probe.document.cancel.to
    if response.status not in CLOSED or cancelled:
        actual = f"it was {response.status}, and the job is {after.job.get('status')}"
        raise Broken("401, 403 or 404, and the job left alone", actual, [response, after])
    _note_refusal(probe, response.status, "cancel")


@law("TEN-07", MUST, ref=SECURITY, needs={Need.OTHER_KEY, Need.EFFECTS_OWN})
def another_organization_makes_no_job(probe: Probe) -> None:
    """With another organization's key, no job can be made in the project.

    What a refusal proves is said at TEN-04.
    """
    probe.make()
    user = probe.new_user()
    response = probe.delete_user(user, headers=_build_other_key(probe))
    mine = probe.delete_user(user)
    if response.status not in CLOSED or mine.status == probe.document.conflict.status:
        raise Broken("401, 403 or 404, and no job", f"it was {response.status}", [response, mine])
    _note_refusal(probe, response.status, "delete user")


def _note_refusal(probe: Probe, status: int | None, what: str) -> None:
    """Note a refusal; the law is untested if nothing shows that the other key is a real one."""
    if unproven := probe.shared(_explain_doubt):
        raise Untested(unproven)
    probe.exercise(what)
    probe.observe(f"another organization's {what} gets {status}")


def _explain_doubt(probe: Probe) -> str:
    """Say why the other key may be nobody's; empty if the deployment shows that it knows it."""
    project = probe.target.other_key_project
    if project is not None:
        status = probe.list_jobs(project=project, headers=_build_other_key(probe)).status
        wrong = f"--other-api-key does not open --other-key-project {project} ({status})"
        return "" if status == 200 else f"{wrong}: look at both"
    theirs = probe.list_jobs(headers=_build_other_key(probe))
    # Two of them, since what is new in each answer, such as an id or an echo, proves nothing.
    nobodys = [probe.list_jobs(headers=_make_up_key(probe)) for _ in range(2)]
    said = {(response.status, response.body) for response in nobodys}
    if len(said) == 1 and (theirs.status, theirs.body) not in said:
        return ""
    if all(response.status != theirs.status for response in nobodys):
        return ""
    return (
        f"--other-api-key gets {theirs.status} as keys do that nobody has, so that nothing shows "
        "that it is a real one: name a project that it opens with --other-key-project"
    )


def _make_up_key(probe: Probe) -> Headers:
    """Return a key that nobody has and that has the form of the other one."""
    kinds = (ascii_lowercase, ascii_uppercase, digits)

    def replace(character: str) -> str:
        kind = next((kind for kind in kinds if character in kind), character)
        return kind[probe.random.getrandbits(32) % len(kind)]

    made = "".join(map(replace, probe.target.other_api_key or ""))
    if made in {key.text for key in probe.target.keys}:
        made = f"no-key-{probe.random.getrandbits(64):x}"
    return {"Authorization": f"Bearer {made}"}
