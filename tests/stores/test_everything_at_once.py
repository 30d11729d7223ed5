"""Calls, control, faults and journals of two servers in parallel, without deadlocks."""

import asyncio
from contextlib import AsyncExitStack, suppress

from multidict import CIMultiDict

from mockserver.domain.paging import Window
from mockserver.faults.rule import FaultRule, Status
from mockserver.http.messages import Request, Response
from mockserver.store.interface import JobExistsError
from mockserver.worlds.journal import Exchange
from tests.stores.places import Place
from tests.stores.servers import HOUR, MIDNIGHT, NOW, ONE, Server, job, seed, serving
from tests.stores.test_races import all_at_once

ROUNDS = 6
OF = seed([job(number) for number in range(1, 9)])
ALWAYS = FaultRule(Status(503), name="always")


async def _counted(server: Server) -> None:
    world = server.worlds.default
    async with server.persistence.count_faults(world):
        for fault in world.faults:
            fault.fire_if_due(NOW)


async def _recorded(server: Server, target: str) -> None:
    request = Request("GET", target, CIMultiDict(), "127.0.0.1")
    exchange = Exchange(NOW, request, (), False, Response(200, b"{}"), 0.0)
    number = server.worlds.default.journal.record(exchange)
    assert not isinstance(number, int)
    assert await number > 0


async def _clients(server: Server) -> None:
    """Send calls as clients do, and count and record them."""
    for turn in range(ROUNDS):
        world = await server.world()
        now = MIDNIGHT + turn * HOUR // 2
        await all_at_once(
            [
                *[world.store.make(ONE, f"quick+{n}", now) for n in range(4)],
                *[world.store.move(ONE, n + 1, "cancel", now) for n in range(4)],
                world.store.settle(now),
                world.store.page(ONE, Window(0, 9), now),
                _counted(server),
                *[_recorded(server, f"/{turn}/{n}") for n in range(3)],
            ]
        )


async def _tests(server: Server, offset: int) -> None:
    """Change the default world, and create and delete others."""
    for turn in range(ROUNDS):
        number = 1_000 * (offset + 1) + turn
        # A client's job may already have the id.
        with suppress(JobExistsError):
            async with server.persistence.change("default"):
                store = server.worlds.default.store
                await store.add(job(number, user=f"added-{number}"), NOW)
                await store.change(number, lambda before: before, NOW)
        if turn % 3 == 2:
            async with server.persistence.change("default"):
                await server.factory.restart(server.worlds.default, server.worlds.seed)
        made = await server.make_world(OF)
        async with server.persistence.change(made.name):
            await server.persistence.remove(server.worlds.by_name[made.name])


async def _seen(server: Server) -> tuple[list[str], int, list[int], list[int]]:
    world = await server.world()
    found = [each.job_id for each in await world.store.all(NOW)]
    paged = [each.job_id for each in await world.store.page(ONE, Window(0, 999), NOW)]
    return sorted(server.worlds.by_name), (await world.journal.extent()).recorded, found, paged


def test_everything_at_once_locks_nobody_out(lasting: Place) -> None:
    """Guards against deadlocks, and that both servers agree on the result."""
    url = lasting.new()

    async def hammer() -> list[tuple[list[str], int, list[int], list[int]]]:
        async with AsyncExitStack() as stack:
            contexts = [serving(url, OF, faults=(ALWAYS,)) for _ in range(2)]
            servers = [await stack.enter_async_context(context) for context in contexts]
            async with asyncio.timeout(60), asyncio.TaskGroup() as group:
                for offset, server in enumerate(servers):
                    group.create_task(_clients(server))
                    group.create_task(_tests(server, offset))
            return [await _seen(server) for server in servers]

    first, second = asyncio.run(hammer())
    names, recorded, found, paged = first
    assert first == second
    assert (["default"], found[::-1]) == (names, paged)
    assert recorded <= 2 * ROUNDS * 3
