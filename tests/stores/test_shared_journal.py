"""The journal of a world of several servers, and what is recorded of an exchange."""

import asyncio
import json
from collections.abc import Sequence

import pytest
from msgspec import structs
from multidict import CIMultiDict

from mockserver.http.messages import Request, Response
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.tables import exchanges
from mockserver.worlds.journal import Entry, Exchange, Extent
from tests.stores.apis import KEY, NOW
from tests.stores.places import Place
from tests.stores.servers import Server, seed

CAPACITY = 4


def exchange(target: str = "/", **headers: str) -> Exchange:
    """Return an exchange."""
    request = Request("GET", target, CIMultiDict(headers), "127.0.0.1", 3)
    return Exchange(NOW, request, (), False, Response(200, b"{}"), 0.25)


async def record(server: Server, recorded: Exchange) -> int:
    """Record an exchange and return its number."""
    number = server.worlds.default.journal.record(recorded)
    assert not isinstance(number, int)
    return await number


async def targets(server: Server) -> list[tuple[int, str]]:
    """Return the number and the target of each entry."""
    entries = await (await server.world()).journal.entries()
    return [(entry.number, entry.exchange.request.target) for entry in entries]


def test_both_servers_write_one_journal_and_read_all_of_it(lasting: Place) -> None:
    """Guards numbers, order and limit: the newest entries are kept, the others counted."""

    async def work(first: Server, second: Server) -> list[object]:
        numbers = [await record((first, second)[n % 2], exchange(f"/{n}")) for n in range(7)]
        seen = [await targets(server) for server in (first, second)]
        extents = [await s.worlds.default.journal.extent() for s in (first, second)]
        return [numbers, *seen, *extents, extents[0].dropped]

    kept = [(number + 1, f"/{number}") for number in range(3, 7)]
    extent = Extent(7, CAPACITY)
    assert [[*range(1, 8)], kept, kept, extent, extent, 3] == lasting.pair(work, seed())


def test_the_ring_holds_no_more_than_its_capacity_in_the_database(lasting: Place) -> None:
    """Guards the database against a journal that grows without limit."""

    async def work(first: Server, _: Server) -> int:
        for number in range(10):
            await asyncio.gather(*[record(first, exchange(f"/{number}")) for _ in range(3)])
        database = first.database
        return len(await database.rows(database.prepare(exchanges.select()), {}))

    # Those that are written together are all written before the next ones make room.
    assert lasting.pair(work, seed()) <= CAPACITY + 3


def test_exchanges_at_once_each_have_a_number_of_their_own(lasting: Place) -> None:
    """Guards that no entry is lost or overwritten, whichever server answered."""

    async def work(first: Server, second: Server) -> list[int]:
        made = await asyncio.gather(
            *[record((first, second)[n % 2], exchange(f"/{n}")) for n in range(40)]
        )
        return sorted(made)

    assert [*range(1, 41)] == lasting.pair(work, seed())


def test_two_servers_that_write_for_the_same_worlds_never_block_each_other(
    lasting: Place,
) -> None:
    """Guards the order in which a server takes worlds: each comes to both, in either order."""

    async def work(first: Server, second: Server) -> list[int]:
        made = await first.make_world(seed(), "made")
        journals = [(await second.world(name)).journal for name in ("made", "default")]
        first_journals = [first.worlds.default.journal, made.journal]
        numbers: list[int] = []
        for _ in range(40):
            # Those of one server are written together, in the order in which they came.
            waiting = [
                journal.record(exchange())
                for each in (first_journals, journals)
                for journal in each
            ]
            numbers += [await number for number in waiting if not isinstance(number, int)]
        return numbers

    # The number 0 would mean that the entry could not be written.
    assert 0 not in lasting.pair(work, seed())


def test_an_exchange_is_read_as_it_was_written(lasting: Place) -> None:
    """Guards every member of an entry, including bodies that are not UTF-8."""
    asked = exchange("/public/One/jobs?limit=%F0%9F%A6%8A&x=\udcff", Accept="\udcfe", Host="h")
    asked.request.operation = "listJobs"
    answer = Response(418, b"\x00\xff" * 9_000, {"X-Of": "A"})
    told = structs.replace(asked, faults=("slow", "late"), is_authenticated=True, response=answer)

    async def work(first: Server, second: Server) -> Sequence[Entry]:
        await record(first, told)
        return await (await second.world()).journal.entries()

    (entry,) = lasting.pair(work, seed())
    kept, found = entry.exchange, entry.exchange.request
    assert (1, NOW, 0.25) == (entry.number, kept.at, kept.seconds)
    assert "/public/One/jobs?limit=%F0%9F%A6%8A&x=\\udcff" == found.target
    assert {"Accept": "\\udcfe", "Host": "h"} == dict(found.headers)
    assert ("GET", "127.0.0.1", 3) == (found.method, found.peer, found.body_length)
    assert ("listJobs", ("slow", "late")) == (found.operation, kept.faults)
    assert kept.is_authenticated
    assert (418, answer.body[:16_384]) == (kept.response.status, kept.response.body)
    assert kept.response.headers["X-Of"] == "A"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (f"Bearer {KEY}", "Bearer [API key]"),
        (f"bearer  {KEY}", "bearer [API key]"),
        (f"Basic {KEY}", "Basic [API key]"),
        (f"Token {KEY}", "[API key]"),
        (KEY, "[API key]"),
        (f"{KEY} ", "[API key]"),
        (f"{KEY} {KEY}", "[API key]"),
        (f"Bearer\t{KEY}", "[API key]"),
        ("Bearer", "Bearer"),
        ("", ""),
    ],
)
def test_a_key_is_never_written_down(lasting: Place, value: str, kept: str) -> None:
    """Guards against keys in the table of exchanges, in any form."""

    async def work(first: Server, _: Server) -> tuple[str, str]:
        await record(first, exchange(Authorization=value))
        database = first.database
        rows = await database.rows(database.prepare(exchanges.select()), {})
        (entry,) = await first.worlds.default.journal.entries()
        return json.dumps(rows, default=str), entry.exchange.request.headers["Authorization"]

    text, shown = lasting.pair(work, seed())
    assert KEY not in text
    assert kept == shown


def test_a_clearing_holds_for_both(lasting: Place) -> None:
    """Guards that entries are gone and counting starts again, whichever server cleared."""

    async def work(first: Server, second: Server) -> list[object]:
        for number in range(6):
            await record(first, exchange(f"/{number}"))
        async with second.persistence.change("default"):
            await second.worlds.default.journal.clear()
        gone = [await targets(first), await first.worlds.default.journal.extent()]
        return [*gone, await record(first, exchange("/new")), await targets(second)]

    assert [[], Extent(0, 0), 1, [(1, "/new")]] == lasting.pair(work, seed())


def test_the_journal_of_a_world_that_is_gone_takes_nothing(lasting: Place) -> None:
    """Guards a request whose world is deleted by another server meanwhile."""

    async def work(first: Server, second: Server) -> list[object]:
        made = await first.make_world(seed(), "short")
        async with second.persistence.change("short"):
            await second.persistence.remove(second.worlds.by_name["short"])
        number = made.journal.record(exchange())
        assert not isinstance(number, int)
        return [await number, await made.journal.extent(), await made.journal.entries()]

    assert [0, Extent(0, 0), []] == lasting.pair(work, seed())


def test_what_could_not_be_written_is_written_later(
    lasting: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards exchanges that were answered while the database was down, and their order."""

    def away(_: object) -> None:
        raise StoreUnavailableError

    async def work(first: Server, second: Server) -> list[object]:
        with monkeypatch.context() as patch:
            patch.setattr(type(first.database), "transaction", away)
            numbers = [await record(first, exchange(f"/away/{n}")) for n in range(2)]
        return [numbers, await record(first, exchange("/back")), await targets(second)]

    later = [(1, "/away/0"), (2, "/away/1"), (3, "/back")]
    assert [[0, 0], 3, later] == lasting.pair(work, seed())


def test_an_unforeseen_failure_holds_no_request_up(
    lasting: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards clients against an endless wait for an entry that cannot be written."""

    def broken(_: object) -> None:
        raise ZeroDivisionError

    async def work(first: Server, _: Server) -> list[object]:
        with monkeypatch.context() as patch:
            patch.setattr(type(first.database), "transaction", broken)
            async with asyncio.timeout(60):
                number = await asyncio.gather(
                    record(first, exchange("/lost")), return_exceptions=True
                )
        return [type(number[0]), await record(first, exchange("/next"))]

    assert [ZeroDivisionError, 1] == lasting.pair(work, seed())
