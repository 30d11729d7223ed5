"""The exchanges of a world, whichever of its servers answered them."""

import asyncio
import contextvars
from collections.abc import Awaitable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct
from multidict import CIMultiDict
from sqlalchemy import BindParameter, bindparam, delete, select, update

from mockserver.domain.tenancy import Organization, Tenant
from mockserver.exchange import Answer, Exchange
from mockserver.journal import Entry, Extent
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.database import Database
from mockserver.store.sql.tables import exchanges, journals

#: How much of an answer is kept: as much as is ever shown.
_MOST_BODY = 16_384
#: How many exchanges wait at most for a database that cannot be reached.
_MOST_WAITING = 10_000
_HIDDEN = "[API key]"
_SCHEMES = ("", "bearer", "basic", "digest")
_SOMEBODY = Tenant(Organization("", "", ()))


class Line(Struct, frozen=True, array_like=True):
    """An exchange as it is kept. *known* is whether its key opened something."""

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


class _Waiting(NamedTuple):
    """An exchange that is not yet written, and who waits for its number."""

    owner: int
    capacity: int
    at: int
    seconds: float
    line: str
    number: "asyncio.Future[int]"


class Recorder:
    """Writes the exchanges of this server: all that came while it wrote are written together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        of: BindParameter[int] = bindparam("owner")
        self._count = database.prepared(
            update(journals)
            .where(journals.c.owner == of)
            .values(recorded=journals.c.recorded + bindparam("more"))
            .returning(journals.c.recorded)
        )
        self._trim = database.prepared(
            delete(exchanges).where(exchanges.c.owner == of, exchanges.c.number <= bindparam("old"))
        )

    def record(self, waiting: _Waiting) -> "asyncio.Future[int]":
        """Return what will be the number of the exchange, once it is written."""
        self._waiting.append(waiting)
        if self._writing is None:
            # In a context of its own: it has no part in anybody's transaction.
            self._writing = asyncio.create_task(self._write(), context=contextvars.Context())
        return waiting.number

    async def _write(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting, []
                try:
                    numbers = await self._written(taken)
                except StoreUnavailableError:
                    # What was answered was answered; it is written when that is possible again.
                    self._waiting = [*taken, *self._waiting][-_MOST_WAITING:]
                    _settle(taken, {})
                    break
                _settle(taken, numbers)
        finally:
            self._writing = None

    async def _written(self, taken: list[_Waiting]) -> Mapping[int, int]:
        """Write exchanges and return the number of each, by its place in *taken*."""
        by_owner: dict[int, list[int]] = {}
        for place, waiting in enumerate(taken):
            by_owner.setdefault(waiting.owner, []).append(place)
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


def _settle(taken: list[_Waiting], numbers: Mapping[int, int]) -> None:
    for place, waiting in enumerate(taken):
        if not waiting.number.done():
            waiting.number.set_result(numbers.get(place, 0))


class SharedJournal:
    """The journal of the world whose number is *owner*."""

    def __init__(self, database: Database, recorder: Recorder, owner: int, capacity: int) -> None:
        self.capacity = capacity
        self._database = database
        self._recorder = recorder
        self._owner = owner

    def record(self, at: int, exchange: Exchange, answer: Answer, seconds: float) -> Awaitable[int]:
        """Keep an exchange; its number is 0 if its world is gone or nobody can tell yet."""
        number = asyncio.get_running_loop().create_future()
        line = _line_of(exchange, answer)
        return self._recorder.record(
            _Waiting(self._owner, self.capacity, at, seconds, line, number)
        )

    async def extent(self) -> Extent:
        """Return how many entries there were and are."""
        asked = select(journals.c.recorded).where(journals.c.owner == self._owner)
        rows = await self._database.rows(self._database.prepared(asked), {})
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
        rows = await self._database.rows(self._database.prepared(asked), {})
        return [Entry(number, at, *_exchange_of(line), s) for number, at, line, s in rows[::-1]]

    async def clear(self) -> None:
        """Forget all entries and start counting anew."""
        async with self._database.transaction():
            for statement in (
                update(journals).where(journals.c.owner == self._owner).values(recorded=0),
                delete(exchanges).where(exchanges.c.owner == self._owner),
            ):
                await self._database.count(self._database.prepared(statement), {})


def _line_of(exchange: Exchange, answer: Answer) -> str:
    headers = [(str(name), _hidden(name, value)) for name, value in exchange.headers.items()]
    line = Line(
        exchange.method,
        exchange.target,
        headers,
        exchange.peer,
        exchange.body_length,
        exchange.operation,
        exchange.faults,
        exchange.tenant is not None,
        answer.status,
        answer.headers,
        answer.body[:_MOST_BODY],
    )
    try:
        return msgspec.json.encode(line).decode()
    except UnicodeEncodeError:
        # Octets that are no UTF-8: kept as they will be shown.
        clean = [(_clean(name), _clean(value)) for name, value in headers]
        line = msgspec.structs.replace(line, target=_clean(line.target), headers=clean)
        return msgspec.json.encode(line).decode()


def _hidden(name: str, value: str) -> str:
    """Return a header's value; of a key that was shown only the scheme is kept."""
    if name.lower() != "authorization":
        return value
    scheme, _, key = value.partition(" ")
    if key.strip():
        return f"{scheme} {_HIDDEN}"
    return value if scheme.lower() in _SCHEMES else _HIDDEN


def _clean(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _exchange_of(text: str) -> tuple[Exchange, Answer]:
    line = msgspec.json.decode(text, type=Line)
    headers = CIMultiDict(line.headers)
    exchange = Exchange(line.method, line.target, headers, line.peer, line.body_length)
    exchange.operation = line.operation
    exchange.faults = line.faults
    exchange.tenant = _SOMEBODY if line.known else None
    return exchange, Answer(line.status, line.body, line.fields)
