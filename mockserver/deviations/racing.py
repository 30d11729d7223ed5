"""The deviation of requests at the same time: the deployed API looks first, and then inserts."""

import asyncio
from urllib.parse import unquote

from mockserver.deviations.deviation import Call, Deviation
from mockserver.http.messages import Answer

#: Between a look and an insertion, so that others look meanwhile: more than a round trip to the
#: deployed API's database, since here nothing else takes time.
PAUSE_SECONDS = 0.03


async def _looks_first(call: Call) -> Answer:
    """Make a job beside others that were not there yet when this request looked."""
    world, tenant = call.exchange.world, call.exchange.tenant
    if call.name != "deleteUser" or world is None or tenant is None:
        return await call.answer()
    project = tenant.project(unquote(call.path["projectKey"]))
    user_id = call.octets("userId").decode(errors="replace")
    if project is None or await world.store.alive(project, user_id, world.clock.now()):
        return await call.answer()
    await asyncio.sleep(PAUSE_SECONDS)
    answer = await call.answer()
    if answer.status != call.conflict:
        return answer
    job = await world.store.make(project, user_id, world.clock.now(), beside=True)
    return await _shown(call, job.job_id)


async def _shown(call: Call, job_id: int) -> Answer:
    """Return the answer that holds a job."""
    exchange = call.exchange.asking(f"{call.exchange.path.partition('/users/')[0]}/jobs/{job_id}")
    exchange.method = "GET"
    return await call.handle(exchange)


DEVIATIONS = (
    Deviation(
        "deletions-race",
        "must",
        "Makes a job for each of several deletions of one user at the same time.",
        "/paths/~1public~1{projectKey}~1users~1{userId}/delete/x-conflict",
        _looks_first,
    ),
)
