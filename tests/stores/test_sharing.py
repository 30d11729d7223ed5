"""What one server of a state changes, and what the others then see."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from msgspec import structs

from mockserver.faults.rule import FaultRule, Status
from mockserver.records.record import Record
from mockserver.replicas.world_state import capture_state
from mockserver.store.interface import StoreUnavailableError
from mockserver.worlds.world import World
from tests.stores.apis import DEAF, HOUR, KEY, MIDNIGHT, NOW, STUCK, Api
from tests.stores.places import Place
from tests.stores.servers import Server, job, seed

Change = Callable[[Server, World], Awaitable[object]]
RULE = FaultRule(Status(503), nth=2)


async def _sets_the_clock(_: Server, world: World) -> None:
    world.clock.set(NOW + HOUR)


async def _runs_the_clock(_: Server, world: World) -> None:
    world.clock.run(1e6)


async def _adds_faults(_: Server, world: World) -> None:
    world.faults.add(RULE)
    world.faults.add(structs.replace(RULE, name="named", effect=Status(500, {"A": "b"}, None)))


async def _deviates(server: Server, world: World) -> None:
    await server.factory.set_deviations(world, (STUCK, DEAF))


async def _rekeys(server: Server, world: World) -> None:
    server.worlds.rekey(world, {"another-key": None}, {"another-key": "Demo"})


async def _restores(server: Server, world: World) -> None:
    secrets, holders = {"a-key-in-a-fixture": ("One",)}, {"a-key-in-a-fixture": "Other"}
    of = server.api.seed([server.api.record(9)])
    of = structs.replace(of, now=NOW + 5, secrets=secrets, holders=holders)
    await server.factory.restart(world, of)
    server.worlds.rekey(world, *server.factory.issue_credentials(of, world))


async def _resets(server: Server, world: World) -> None:
    await world.records.add(server.api.kind, server.api.record(70), NOW)
    world.faults.add(RULE)
    await server.factory.restart(world, world.seed)


CHANGES = (
    _sets_the_clock,
    _runs_the_clock,
    _adds_faults,
    _deviates,
    _rekeys,
    _restores,
    _resets,
)
changes = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__[1:])
Seen = tuple[object, list[Record], list[Record], tuple[object, ...], str | None, str | None]


async def seen(server: Server, name: str = "default") -> Seen:
    """Return all that a server knows of a world: control, records now and later, credentials."""
    world = await server.world(name)
    found = [
        list(await world.records.all(server.api.kind, now)) for now in (NOW, MIDNIGHT + 9 * HOUR)
    ]
    begins = (world.seed.now, world.seed.rules, world.seed.secrets, world.seed.holders)
    return (
        capture_state(world),
        found[0],
        found[1],
        begins,
        server.find_opened(KEY),
        server.find_opened("another-key"),
    )


@asynccontextmanager
async def failing(server: Server, world: str | None) -> AsyncIterator[None]:
    """Run the context as a change of *world* that fails at its end."""
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 -- raised by the last of them
        async with server.persistence.change(world):
            yield
            raise ZeroDivisionError


@changes
def test_what_one_server_changes_the_other_knows(lasting: Place, change: Change, api: Api) -> None:
    """Guards each kind of change: control, records, seed and credentials are the same on both."""

    async def work(first: Server, second: Server) -> list[Seen]:
        async with first.persistence.change("default"):
            await change(first, first.worlds.default)
        return [await seen(first), await seen(second)]

    mine, other = lasting.pair(work, api.seed(map(api.record, (1, 2))), api)
    assert mine == other


@changes
def test_a_change_that_fails_leaves_nothing_behind(
    lasting: Place, change: Change, api: Api
) -> None:
    """Guards that a change that fails at its end leaves nothing in memory and database."""

    async def work(first: Server, second: Server) -> tuple[Seen, list[Seen]]:
        async with first.persistence.change("default"):
            first.worlds.default.faults.add(structs.replace(RULE, name="before"))
            first.worlds.default.clock.set(NOW + 1)
        before = await seen(second)
        async with failing(first, "default"):
            await change(first, first.worlds.default)
        return before, [await seen(first), await seen(second)]

    before, after = lasting.pair(work, api.seed(map(api.record, (1, 2))), api)
    assert [before, before] == after


@changes
def test_a_failed_change_is_not_forgotten_over_another_failure(
    lasting: Place, change: Change, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards a world in memory when the database goes down during a change of another one."""

    async def away(_: object) -> int:
        raise StoreUnavailableError

    async def work(first: Server, second: Server) -> list[Seen]:
        async with failing(first, "default"):
            await change(first, first.worlds.default)
        with monkeypatch.context() as patch:
            patch.setattr("mockserver.replicas.directory.Directory.advance", away)
            for name in ("another", None):
                with pytest.raises(StoreUnavailableError):
                    async with first.persistence.change(name):
                        pass
        return [await seen(first), await seen(second)]

    mine, other = lasting.pair(work, api.seed(map(api.record, (1, 2))), api)
    assert mine == other


def test_a_new_world_and_its_end_are_known_to_both(lasting: Place) -> None:
    """Guards created and deleted worlds: their keys open them on each server, then nothing."""

    async def work(first: Server, second: Server) -> list[object]:
        made = await first.make_world(seed([job(7)]), "made")
        (key,) = made.secrets
        told: list[object] = [await second.keys("made"), second.find_opened(key)]
        async with second.persistence.change("made"):
            await second.persistence.remove(second.worlds.by_name["made"])
        await first.persistence.refresh()
        told += [list(server.worlds.by_name) for server in (first, second)]
        return [*told, first.find_opened(key), second.find_opened(key)]

    both = ["default"]
    assert [[7], "made", both, both, None, None] == lasting.pair(work, seed())


def test_a_world_of_the_same_name_is_another_one(lasting: Place) -> None:
    """Guards that the other server drops jobs and keys of a world that was replaced."""

    async def work(first: Server, second: Server) -> list[object]:
        old = await first.make_world(seed([job(7)]), "again")
        await second.persistence.refresh()
        async with first.persistence.change("again"):
            await first.persistence.remove(old)
        new = await first.make_world(seed([job(8)]), "again")
        async with second.persistence.change("again"):
            second.worlds.by_name["again"].clock.set(NOW + 5)
        mine, other = await seen(first, "again"), await seen(second, "again")
        opened = [second.find_opened(key) for world in (old, new) for key in world.secrets]
        return [mine == other, await second.keys("again"), opened]

    assert [True, [8], [None, "again"]] == lasting.pair(work, seed())


def test_a_world_whose_making_fails_never_was(lasting: Place) -> None:
    """Guards that a world whose creation fails leaves no keys, and that its name stays free."""

    async def work(first: Server, second: Server) -> list[object]:
        async with failing(first, None):
            made = await first.factory.create("half", seed([job(7)]), {"half-key": None})
            first.worlds.add(made)
        told: list[object] = [list(first.worlds.by_name), first.find_opened("half-key")]
        await first.persistence.refresh()
        await second.make_world(seed([job(8)]), "half")
        return [*told, *[await server.keys("half") for server in (first, second)]]

    assert [["default"], None, [8], [8]] == lasting.pair(work, seed())


def test_a_deletion_that_fails_leaves_the_world(lasting: Place) -> None:
    """Guards a world whose deletion the database refused."""

    async def work(first: Server, second: Server) -> list[object]:
        made = await first.make_world(seed([job(7)]), "kept")
        async with failing(first, "kept"):
            await first.persistence.remove(made)
        mine, other = await seen(first, "kept"), await seen(second, "kept")
        return [mine == other, await first.keys("kept")]

    assert [True, [7]] == lasting.pair(work, seed())


def test_changes_of_two_servers_come_one_by_one(lasting: Place) -> None:
    """Guards against lost changes: each change sees all earlier ones, of any server."""

    @asynccontextmanager
    async def changed(server: Server) -> AsyncIterator[World]:
        async with server.persistence.change("default"):
            yield server.worlds.default

    async def work(first: Server, second: Server) -> list[int]:
        async def advance(server: Server) -> None:
            for _ in range(10):
                async with changed(server) as world:
                    world.clock.advance(1)

        async with asyncio.TaskGroup() as group:
            for server in (first, second, first, second):
                group.create_task(advance(server))
        return [(await server.world()).clock.now() for server in (first, second)]

    assert [NOW + 40, NOW + 40] == lasting.pair(work, seed())
