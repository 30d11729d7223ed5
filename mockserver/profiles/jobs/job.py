"""A job as fixtures and the control API know it, and as the record that is kept."""

from typing import Any

import msgspec

from mockserver.domain.job import ACTION, Job, Plan
from mockserver.domain.representation import render
from mockserver.domain.tenancy import Project
from mockserver.records.record import Planned, Record

__all__ = ["ACTION", "Job", "Plan", "job_of", "plan_of", "planned", "record_of"]


def record_of(job: Job) -> Record:
    """Return the record of *job*, which moves as the job does."""
    return Record(
        key=job.job_id,
        scope=(job.project.project_key,),
        text=msgspec.json.encode(render(job)),
        state=job.status,
        entered=_find_entry(job),
        serial=job.job_id,
        plan=() if job.plan is None else (planned(job.plan),),
    )


def job_of(record: Record) -> Job:
    """Return the job that *record* is."""
    members: dict[str, Any] = record.members()
    return Job(
        job_id=members["jobId"],
        project=Project(members["projectId"], record.scope[0]),
        reference_id=members["referenceId"],
        status=members["status"],
        created_at=members["createdAt"],
        start_at=members["startAt"],
        updated_at=members["updatedAt"],
        errors=members["errors"],
        plan=plan_of(record),
    )


def _find_entry(job: Job) -> int:
    """Return when *job* came into its status. One that has begun did so at startAt, if unsaid."""
    if job.updated_at is not None:
        return job.updated_at
    return job.created_at if job.status == "scheduled" else job.start_at


def planned(plan: Plan) -> Planned:
    """Return the plan of a record for that of a job."""
    return Planned(plan.ends, after=plan.runs, members={"/errors": plan.errors})


def plan_of(record: Record) -> Plan | None:
    """Return the plan of the job that *record* is, if it has one of its own."""
    if not record.plan:
        return None
    planned = record.plan[0]
    if planned.to is None:
        return None
    return Plan(planned.after or 0, planned.to, planned.members.get("/errors"))
