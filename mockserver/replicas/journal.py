"""The exchanges of a world, whichever of its servers answered them."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct
from multidict import CIMultiDict
from sqlalchemy import BindParameter, bindparam, delete, select, update

from mockserver.http.messages import Request, Response, escape_octets
from mockserver.http.redaction import redact_credentials
from mockserver.replicas.batcher import Batcher
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.database import Database
from mockserver.store.sql.tables import exchanges, journals
from mockserver.worlds.journal import Entry, Exchange, Extent

#: How much of an answer is kept: as much as is ever shown.
_MOST_BODY = 16_384
#: How many exchanges are kept at most for a database that cannot be reached.
_MOST_KEPT = 10_000


class Line(Struct, frozen=True, array_like=True):
    """An exchange as it is kept. *known* is whether its API key was one of the world."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    peer: str
    body_length: int
    operation: str
    faults: tuple[str, ...]
    known: bool
    status: int
    fields: dict[str, str]
    body: bytes


class Recorded(NamedTuple):
    """An exchange that is to be written into the journal of the world *owner*."""

    owner: int
    capacity: int
    at: int
    seconds: float
    line: str


class Recorder:
    """Writes the exchanges of this server: all that came while it wrote are written together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: Sequence[Recorded] = ()
        self._batcher = Batcher(self._write)
        of: BindParameter[int] = bindparam("owner")
        self._count = database.prepare(
            update(journals)
            .where(journals.c.owner == of)
            .values(recorded=journals.c.recorded + bindparam("more"))
            .returning(journals.c.recorded)
        )
        self._trim = database.prepare(
            delete(exchanges).where(exchanges.c.owner == of, exchanges.c.number <= bindparam("old"))
        )

    def record(self, recorded: Recorded) -> Awaitable[int]:
        """Return what will be the number of the exchange, once it is written."""
        return self._batcher.add(recorded)

    async def _write(self, recorded: Sequence[Recorded]) -> Sequence[int]:
        """Write exchanges, and those that could not be written before; return their numbers."""
        everything = [*self._kept, *recorded]
        try:
            numbers = await self._write_together(everything)
        except StoreUnavailableError:
            # What was answered was answered; it is written when that is possible again.
            self._kept = everything[-_MOST_KEPT:]
            return [0] * len(recorded)
        self._kept = ()
        first = len(everything) - len(recorded)
        return [numbers.get(first + place, 0) for place in range(len(recorded))]

    async def _write_together(self, taken: Sequence[Recorded]) -> Mapping[int, int]:
        """Write exchanges and return the number of each, by its place in *taken*."""
        by_owner: dict[int, list[int]] = {}
        for place, each in enumerate(taken):
            by_owner.setdefault(each.owner, []).append(place)
        numbers: dict[int, int] = {}
        async with self._database.transaction():
            # In order, so that two servers that write for the same worlds cannot block each other.
            for owner, places in sorted(by_owner.items()):
                more = {"owner": owner, "more": len(places)}
                counted = await self._database.rows(self._count, more)
                if not counted:
                    continue
                recorded = int(counted[0][0])
                first = recorded - len(places) + 1
                numbers |= {place: first + n for n, place in enumerate(places)}
                old = recorded - taken[places[0]].capacity
                if old > 0:
                    await self._database.count(self._trim, {"owner": owner, "old": old})
            await self._database.fill(
                exchanges,
                [
                    (w.owner, numbers[place], w.at, w.seconds, w.line)
                    for place, w in enumerate(taken)
                    if place in numbers
                ],
            )
        return numbers


class SharedJournal:
    """The journal of the world whose number is *owner*."""

    def __init__(self, database: Database, recorder: Recorder, owner: int, capacity: int) -> None:
        self.capacity = capacity
        self._database = database
        self._recorder = recorder
        self._owner = owner

    def record(self, exchange: Exchange) -> Awaitable[int]:
        """Keep an exchange; its number is 0 if its world is gone or it could not be written yet."""
        line = _encode(exchange)
        return self._recorder.record(
            Recorded(self._owner, self.capacity, exchange.at, exchange.seconds, line)
        )

    async def extent(self) -> Extent:
        """Return how many entries there were and are."""
        asked = select(journals.c.recorded).where(journals.c.owner == self._owner)
        rows = await self._database.rows(self._database.prepare(asked), {})
        recorded = int(rows[0][0]) if rows else 0
        return Extent(recorded, min(recorded, self.capacity))

    async def entries(self) -> Sequence[Entry]:
        """Return the entries, the oldest first."""
        table = exchanges.c
        asked = (
            select(table.number, table.at, table.entry, table.seconds)
            .where(table.owner == self._owner)
            .order_by(table.number.desc())
            .limit(self.capacity)
        )
        rows = await self._database.rows(self._database.prepare(asked), {})
        return [Entry(number, _decode(line, at, s)) for number, at, line, s in rows[::-1]]

    async def clear(self) -> None:
        """Forget all entries; the next one is number 1."""
        async with self._database.transaction():
            for statement in (
                update(journals).where(journals.c.owner == self._owner).values(recorded=0),
                delete(exchanges).where(exchanges.c.owner == self._owner),
            ):
                await self._database.count(self._database.prepare(statement), {})


def _encode(exchange: Exchange) -> str:
    request, response = exchange.request, exchange.response
    headers = [
        (str(name), redact_credentials(value) if name.lower() == "authorization" else value)
        for name, value in request.headers.items()
    ]
    line = Line(
        request.method,
        request.target,
        headers,
        request.peer,
        request.body_length,
        request.operation,
        exchange.faults,
        exchange.is_authenticated,
        response.status,
        response.headers,
        response.body[:_MOST_BODY],
    )
    try:
        return msgspec.json.encode(line).decode()
    except UnicodeEncodeError:
        # Octets that are not UTF-8: kept as they will be shown.
        clean = [(escape_octets(name), escape_octets(value)) for name, value in headers]
        line = msgspec.structs.replace(line, target=escape_octets(line.target), headers=clean)
        return msgspec.json.encode(line).decode()


def _decode(text: str, at: int, seconds: float) -> Exchange:
    line = msgspec.json.decode(text, type=Line)
    headers = CIMultiDict(line.headers)
    request = Request(line.method, line.target, headers, line.peer, line.body_length)
    request.operation = line.operation
    response = Response(line.status, line.body, line.fields)
    return Exchange(at, request, line.faults, line.known, response, seconds)
