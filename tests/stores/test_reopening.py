"""A state that is opened again: everything is as before, and the fixtures fill it once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from mockserver.faults.rule import FaultRule, Status
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.replicas.directory import Directory
from mockserver.replicas.shared_time import SharedTime
from mockserver.store.interface import StoreRefusedError
from mockserver.store.sql.opening import database_at
from tests.stores.apis import HOUR, KEY, NOW, STUCK, Api, batches
from tests.stores.places import Place
from tests.stores.servers import Server, job, seed, serving
from tests.stores.test_shared_faults import hits, put
from tests.stores.test_shared_journal import exchange, record, targets
from tests.stores.test_sharing import Seen, seen

THIRD = FaultRule(Status(503), name="third", nth=3)


def test_a_state_that_is_opened_again_is_as_it_was(lasting: Place, api: Api) -> None:
    """Guards records, worlds, credentials, clocks, faults and counts, deviations and journals."""
    url = lasting.new()

    async def first() -> tuple[list[Seen], list[tuple[int, str]], str]:
        async with serving(url, api.seed([api.record(1)]), api=api) as server:
            await server.make_world(api.seed([api.record(7)]), "made")
            await put(server, THIRD)
            await hits(server)
            async with server.persistence.change("default"):
                world = server.worlds.default
                world.clock.set(NOW + HOUR)
                await server.factory.set_deviations(world, (STUCK,))
                await world.records.add(api.kind, api.record(8), NOW + HOUR)
                await world.records.move(api.kind, None, api.key(1), api.call, NOW + HOUR)
            await record(server, exchange("/kept"))
            (key,) = server.worlds.by_name["made"].secrets
            states = [await seen(server, name) for name in ("default", "made")]
            return states, await targets(server), key

    async def again(key: str) -> tuple[list[Seen], list[tuple[int, str]], list[list[str]]]:
        async with serving(url, api.seed(map(api.record, (5, 6))), api=api) as server:
            assert server.find_opened(key) == "made"
            states = [await seen(server, name) for name in ("default", "made")]
            return states, await targets(server), [await hits(server) for _ in range(3)]

    states, kept, key = asyncio.run(first())
    assert api.state in [found.state for found in states[0][1]]
    assert (states, kept, [[], ["third"], []]) == asyncio.run(again(key))


def test_clocks_go_on_while_no_server_runs(lasting: Place) -> None:
    """Guards world time across a restart: it goes on by the time that all servers share."""
    url = lasting.new()

    async def reading() -> tuple[int, float]:
        async with serving(url, speed=1_000.0) as server:
            now = server.persistence.seconds()
            return server.worlds.default.clock.at(now), now

    (first, began), (later, ended) = asyncio.run(reading()), asyncio.run(reading())
    assert ended > began
    assert abs(later - first - (ended - began) * 1e6) <= 2


@pytest.mark.parametrize("reseed", [False, True])
def test_fixtures_fill_an_empty_state_and_replace_one_only_when_asked(
    lasting: Place, *, reseed: bool
) -> None:
    """Guards a filled store against a restart with other fixtures, and that the user is told."""
    url = lasting.new()

    async def opened(of: Fixtures, *, reseed: bool) -> tuple[str, list[int | str], list[str]]:
        async with serving(url, of, reseed=reseed) as server:
            told = (server.persistence.summary, await server.keys(), [*server.worlds.by_name])
            if len(of.records["jobs"]) == 1:
                await server.make_world(of, "made")
            return told

    first = asyncio.run(opened(seed([job(1)]), reseed=reseed))
    second = asyncio.run(opened(seed([job(5), job(6)]), reseed=reseed))
    place = f"The jobs are kept in {database_at(url).address}: "
    assert (f"{place}1 jobs of the fixtures", [1], ["default"]) == first
    if reseed:
        told = f"{place}2 jobs of the fixtures, which replaced 2 jobs in 2 worlds"
        assert (told, [5, 6], ["default"]) == second
    else:
        text, found, worlds = second
        assert text.startswith(f"{place}2 jobs in 2 worlds, as it was left; --seed, ")
        assert ([1], ["default", "made"]) == (found, worlds)


def test_a_password_is_told_to_nobody(lasting: Place) -> None:
    """Guards the line that a user sees at the start."""

    async def told(first: Server, second: Server) -> list[str]:
        return [first.persistence.summary, second.persistence.summary]

    lines = lasting.pair(told, seed())
    account = lasting.url.partition("://")[2].rpartition("@")[0]
    password = account.partition(":")[2]
    assert not [line for line in lines if password and password in line]
    assert not [line for line in lines if KEY in line]


def test_what_runs_learns_that_it_was_replaced(lasting: Place) -> None:
    """Guards a server that runs while another one starts and replaces everything."""
    url = lasting.new()

    async def work() -> list[object]:
        async with serving(url, seed([job(1)])) as old:
            await old.make_world(seed([job(7)]), "made")
            async with serving(url, seed([job(5)]), reseed=True) as new:
                return [await seen(old) == await seen(new), [*old.worlds.by_name]]

    assert [True, ["default"]] == asyncio.run(work())


def test_servers_that_open_an_empty_state_at_once_fill_it_once(lasting: Place) -> None:
    """Guards the start of several workers: one fills the state, the others find it filled."""
    url = lasting.new()

    async def one() -> tuple[str, Seen]:
        async with serving(url, seed([job(1), job(2)])) as server:
            return server.persistence.summary, await seen(server)

    async def work() -> list[tuple[str, Seen]]:
        return await asyncio.gather(*[one() for _ in range(4)])

    found = asyncio.run(work())
    assert 1 == len([told for told, _ in found if told.endswith("2 jobs of the fixtures")])
    assert all(state == found[0][1] for _, state in found)


class Machine:
    """A machine whose clocks a test moves."""

    def __init__(self) -> None:
        self.wall, self.monotonic = 1_000.0, 5.0
        self.time = SharedTime(lambda: self.wall, lambda: self.monotonic)


@pytest.mark.parametrize("told", [None, 2_000.0])
def test_shared_time_never_goes_back(told: float | None) -> None:
    """Guards world time when the clock of the server or of the database is set back."""
    machine = Machine()
    machine.time.set(told)
    readings = [machine.time.seconds()]
    for wall, database, passed in ((900.0, 1_900.0, 0.5), (1_002.0, 2_002.0, 0.5), (0.0, 0.0, 1.0)):
        machine.monotonic += passed
        machine.wall = wall
        readings.append(machine.time.seconds())
        machine.time.set(None if told is None else database)
        readings.append(machine.time.seconds())

    start = told or 1_000.0
    expected = [0, 0.5, 0.5, 1, 2, 3, 3]
    assert [start + passed for passed in expected] == readings


def test_shared_time_is_never_ahead_of_the_database(lasting: Place) -> None:
    """Guards timestamps that one server writes: for all others they are in the past."""

    async def work(first: Server, second: Server) -> list[bool]:
        told = []
        for _ in range(5):
            for writer, reader in ((first, second), (second, first)):
                await writer.persistence.refresh()
                written = writer.persistence.seconds()
                await reader.persistence.refresh()
                told.append(written <= reader.persistence.seconds())
        return told

    looked: Callable[[Server, Server], Awaitable[list[bool]]] = work
    assert all(lasting.pair(looked, seed()))


def test_a_state_of_another_contract_is_refused_or_replaced(lasting: Place) -> None:
    """Guards a database against a contract whose records it does not keep."""
    url = lasting.new()

    async def work() -> tuple[str, list[int | str]]:
        async with serving(url, seed([job(1)])):
            pass
        with pytest.raises(StoreRefusedError) as refused:
            async with serving(url, api=batches()):
                pass
        of = batches().seed([batches().record(5)])
        async with serving(url, of, api=batches(), reseed=True) as server:
            return str(refused.value), await server.keys()

    told, keys = asyncio.run(work())
    assert told == (
        f"{database_at(url).address} keeps jobs, and this contract has batches; "
        "replace what it holds with --reseed, or name another store"
    )
    assert keys == ["key-5"]


def test_a_replacement_and_a_change_wait_for_each_other_in_one_order(lasting: Place) -> None:
    """Guards a start with --reseed against a deadlock with a server that runs."""
    url = lasting.new()

    async def work() -> list[int | str]:
        async with serving(url, seed([job(1)])) as running:
            directory = Directory(running.database)
            (row,) = await directory.read_changed(0, "default")
            entered = asyncio.Event()

            async def change() -> None:
                async with running.database.transaction():
                    await directory.advance()
                    entered.set()
                    await asyncio.sleep(0.3)
                    await directory.lock(row.owner)

            async def replace() -> list[int | str]:
                await entered.wait()
                async with serving(url, seed([job(5)]), reseed=True) as new:
                    return await new.keys()

            return (await asyncio.gather(change(), replace()))[1]

    assert [5] == asyncio.run(work())
