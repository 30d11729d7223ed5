"""The deviation of requests at the same time: the deployed API looks first, and then inserts."""

import asyncio

from mockserver.http.messages import Response
from mockserver.profiles.jobs.deviations.deviation import Deviation, InterceptedCall

#: Between a look and an insertion, so that others look meanwhile: more than a round trip to the
#: deployed API's database, since here nothing else takes time.
PAUSE_SECONDS = 0.03


async def _look_first(call: InterceptedCall) -> Response:
    """Make a job beside others that were not there yet when this request looked."""
    world, tenant = call.context.world, call.context.tenant
    if call.name != "deleteUser" or tenant is None:
        return await call.respond()
    project = tenant.project(call.project_key)
    user_id = call.encode_parameter("userId").decode(errors="replace")
    if project is None or await world.store.has_active(project, user_id, world.clock.now()):
        return await call.respond()
    await asyncio.sleep(PAUSE_SECONDS)
    response = await call.respond()
    if response.status != call.conflict:
        return response
    job = await world.store.make(project, user_id, world.clock.now(), beside=True)
    path = f"{call.request.path.partition('/users/')[0]}/jobs/{job.job_id}"
    return await call.respond_to(path, method="GET")


DEVIATIONS = (
    Deviation(
        "deletions-race",
        "must",
        "Makes a job for each of several deletions of one user at the same time.",
        "/paths/~1public~1{projectKey}~1users~1{userId}/delete/x-conflict",
        _look_first,
    ),
)
