"""The deviation of requests at the same time: the deployed API looks first, and then inserts."""

import asyncio
from urllib.parse import unquote

from mockserver.deviations.deviation import Call, Deviation
from mockserver.http.messages import Response

#: Between a look and an insertion, so that others look meanwhile: more than a round trip to the
#: deployed API's database, since here nothing else takes time.
PAUSE_SECONDS = 0.03


async def _looks_first(call: Call) -> Response:
    """Make a job beside others that were not there yet when this request looked."""
    world, tenant = call.request.world, call.request.tenant
    if call.name != "deleteUser" or world is None or tenant is None:
        return await call.response()
    project = tenant.project(unquote(call.path["projectKey"]))
    user_id = call.octets("userId").decode(errors="replace")
    if project is None or await world.store.has_active(project, user_id, world.clock.now()):
        return await call.response()
    await asyncio.sleep(PAUSE_SECONDS)
    response = await call.response()
    if response.status != call.conflict:
        return response
    job = await world.store.make(project, user_id, world.clock.now(), beside=True)
    return await _shown(call, job.job_id)


async def _shown(call: Call, job_id: int) -> Response:
    """Return the answer that holds a job."""
    request = call.request.asking(f"{call.request.path.partition('/users/')[0]}/jobs/{job_id}")
    request.method = "GET"
    return await call.handle(request)


DEVIATIONS = (
    Deviation(
        "deletions-race",
        "must",
        "Makes a job for each of several deletions of one user at the same time.",
        "/paths/~1public~1{projectKey}~1users~1{userId}/delete/x-conflict",
        _looks_first,
    ),
)
