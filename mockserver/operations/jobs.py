"""The operations on jobs."""

from mockserver.domain.lifecycle import Refusal
from mockserver.http.messages import Response
from mockserver.operations import envelope, refusals
from mockserver.operations.call import Call
from mockserver.store.interface import JobNotFoundError


async def list_jobs(call: Call) -> Response:
    """Respond with one page of the project's jobs."""
    paging = call.operation.paging
    if paging is None:
        raise LookupError("the contract does not say how listJobs pages")
    query = call.parse_query()
    limit, page = query.get(paging.limit.parameter), query.get(paging.page.parameter)
    jobs = await call.store.page(call.project, paging.window(limit, page), call.now)
    return envelope.wrap_page(jobs)


async def get_job(call: Call) -> Response:
    """Respond with one job."""
    job_id = call.read_integer("jobId")
    try:
        return envelope.wrap_job(await call.store.job(call.project, job_id, call.now))
    except JobNotFoundError:
        raise refusals.job_not_found() from None


async def cancel_job(call: Call) -> Response:
    """Cancel one job, if the lifecycle allows it."""
    job_id = call.read_integer("jobId")
    event = call.lifecycle.event_of(call.operation.operation_id)
    try:
        moved = await call.store.move(call.project, job_id, event, call.now)
    except JobNotFoundError:
        raise refusals.job_not_found() from None
    if isinstance(moved, Refusal):
        raise refusals.transition_refused(moved)
    return envelope.wrap_job(moved)
