"""Calls, control, faults and journals of two servers in parallel, without deadlocks."""

import asyncio
from collections.abc import Awaitable
from contextlib import AsyncExitStack

from multidict import CIMultiDict

from mockserver.faults.rule import FaultRule, Status
from mockserver.http.messages import Request, Response
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.records import ConflictError, KeyTakenError, RecordNotFoundError
from mockserver.worlds.journal import Exchange
from tests.stores.apis import HOUR, MIDNIGHT, NOW, Api
from tests.stores.places import Place
from tests.stores.servers import Server, serving

ROUNDS = 6
_EXPECTED = (ConflictError, KeyTakenError, RecordNotFoundError)
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


async def _clients(server: Server, offset: int) -> None:
    """Send calls as clients do, and count and record them."""
    api = server.api
    for turn in range(ROUNDS):
        world = await server.world()
        now = MIDNIGHT + turn * HOUR // 2
        made = [api.record(1_000 * (offset + 1) + 10 * turn + n) for n in range(4)]
        calls: list[Awaitable[object]] = [
            *[world.records.add(api.kind, record, now) for record in made],
            *[world.records.move(api.kind, None, api.key(n + 1), api.call, now) for n in range(4)],
            world.records.settle(now),
            world.records.page(api.kind, api.scope(), api.query(9), now),
            _counted(server),
            *[_recorded(server, f"/{turn}/{n}") for n in range(3)],
        ]
        for told in await asyncio.gather(*calls, return_exceptions=True):
            # Another server may just have reset the world.
            gone = isinstance(told, StoreUnavailableError)
            if isinstance(told, BaseException) and not (gone or isinstance(told, _EXPECTED)):
                raise told


async def _tests(server: Server, offset: int) -> None:
    """Change the default world, and create and delete others."""
    api = server.api
    for turn in range(ROUNDS):
        number = 5_000 * (offset + 1) + turn
        async with server.persistence.change("default"):
            records = server.worlds.default.records
            await records.add(api.kind, api.record(number), NOW)
            await records.change(api.kind, None, api.key(number), lambda before: before, NOW)
        if turn % 3 == 2:
            async with server.persistence.change("default"):
                await server.factory.restart(server.worlds.default, server.worlds.seed)
        made = await server.make_world(_begin(api))
        async with server.persistence.change(made.name):
            await server.persistence.remove(server.worlds.by_name[made.name])


def _begin(api: Api) -> Fixtures:
    return api.seed(map(api.record, range(1, 9)))


async def _seen(server: Server) -> tuple[list[str], int, list[int | str], list[int | str]]:
    world, api = await server.world(), server.api
    page = await world.records.page(api.kind, api.scope(), api.query(999), NOW)
    paged = [record.key for record in page.records]
    return (
        sorted(server.worlds.by_name),
        (await world.journal.extent()).recorded,
        await server.keys(),
        paged,
    )


def test_everything_at_once_locks_nobody_out(lasting: Place, api: Api) -> None:
    """Guards against deadlocks, and that both servers agree on the result."""
    url = lasting.new()

    async def hammer() -> list[tuple[list[str], int, list[int | str], list[int | str]]]:
        async with AsyncExitStack() as stack:
            contexts = [serving(url, _begin(api), api=api, faults=(ALWAYS,)) for _ in range(2)]
            servers = [await stack.enter_async_context(context) for context in contexts]
            async with asyncio.timeout(60), asyncio.TaskGroup() as group:
                for offset, server in enumerate(servers):
                    group.create_task(_clients(server, offset))
                    group.create_task(_tests(server, offset))
            return [await _seen(server) for server in servers]

    first, second = asyncio.run(hammer())
    names, recorded, found, paged = first
    assert first == second
    assert (["default"], set(found), len(found)) == (names, set(paged), len(paged))
    assert recorded <= 2 * ROUNDS * 3
