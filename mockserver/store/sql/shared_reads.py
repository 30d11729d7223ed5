"""Reads that share a query: those of one statement, each with parameters of its own.

What a driver and a database do for a statement costs more than to find a row, so that a query for
many is cheaper than one for each (docs/explanation/performance.md).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    bindparam,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql import ClauseElement, visitors

from mockserver.store.sql.database import Row, Statement, compile_statement

#: How many share a query, at least and at most: one for two costs more than one for each, and all
#: wait for each other.
_FEWEST = 3
_MOST = 32

Values = tuple[Any, ...]
Run = Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Row]]]
#: Who waits for the query of another: the parameters in order, and what is found. None: it has to
#: run its own.
Follower = tuple[Values, "asyncio.Future[Sequence[Row] | None]"]


class SharedReads:
    """Runs statements that are quick and find one row at most, once for all that ask in a turn.

    The first that asks in a turn of the event loop runs the query at the end of it, for all: each
    finds what was committed before it has asked, and nobody waits for a query that is under way.

    Args:
        dialect: PostgreSQL's.
        rows: runs a statement and returns its rows.
    """

    def __init__(self, dialect: Dialect, rows: Run) -> None:
        self._dialect = dialect
        self._rows = rows
        #: By the SQL of their statement.
        self._reads: dict[str, _Read] = {}

    async def find(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Return the row that *statement* finds with these *values* of its parameters, if any."""
        read = self._reads.get(statement.sql)
        if read is None:
            read = self._reads[statement.sql] = _Read(statement, self._dialect, self._rows)
        followers = read.followers
        if followers is not None and len(followers) < _MOST - 1:
            future: asyncio.Future[Sequence[Row] | None] = asyncio.Future()
            followers.append((statement.arguments(values), future))
            found = await future
            if found is not None:
                return found
        return await read.lead(values)


class _Read:
    """One statement, run for many; *followers* are those who wait for what is run next."""

    def __init__(self, statement: Statement, dialect: Dialect, rows: Run) -> None:
        self.followers: list[Follower] | None = None
        self._alone = statement
        self._dialect = dialect
        self._rows = rows

    async def lead(self, values: Mapping[str, Any]) -> Sequence[Row]:
        """Return what is found with *values*; find as well what others ask for until then."""
        followers: list[Follower] = []
        self.followers = followers
        try:
            try:
                await asyncio.sleep(0)
            finally:
                if self.followers is followers:
                    self.followers = None
            if len(followers) + 1 < _FEWEST:
                _release(followers)
                return await self._rows(self._alone, values)
            asked = [self._alone.arguments(values), *(arguments for arguments, _ in followers)]
            own, *others = await self._find_each(asked)
        except Exception as error:
            for _, future in followers:
                if not future.done():
                    future.set_exception(error)
            raise
        except BaseException:
            # Who runs the query has been cancelled, and that is nobody else's matter.
            _release(followers)
            raise
        for (_, future), found in zip(followers, others, strict=True):
            if not future.done():
                future.set_result(found)
        return own

    async def _find_each(self, asked: Sequence[Values]) -> Sequence[Sequence[Row]]:
        """Return what is found with each of the *asked* parameters; equal ones count once."""
        different = list(dict.fromkeys(asked))
        names = [name for name, _ in self._alone.slots]
        if len(different) == 1:
            values = dict(zip(names, different[0], strict=True))
            return [await self._rows(self._alone, values)] * len(asked)
        arrays = dict(zip(names, zip(*different, strict=True), strict=True))
        rows = await self._rows(self._together, {name: arrays[name] for name in self._types})
        found = {different[row[-1] - 1]: [row[:-1]] for row in rows}
        return [found.get(arguments, []) for arguments in asked]

    @cached_property
    def _types(self) -> Mapping[str, Any]:
        """The types of the parameters by their names; others are constants of the statement."""
        parts = visitors.iterate(cast("ClauseElement", self._alone.clause))
        return {
            part.key: part.type
            for part in parts
            if isinstance(part, BindParameter) and part.required
        }

    @cached_property
    def _together(self) -> Statement:
        """The statement for many: each parameter is an array, the last column counts them."""
        types = self._types

        def refer(element: Any, **_: Any) -> ClauseElement | None:
            if isinstance(element, BindParameter) and element.key in types:
                return literal_column(f'asked."{element.key}"', element.type)
            return None

        alone: Any = self._alone.clause
        found = visitors.replacement_traverse(alone, {}, refer).lateral("found")
        arrays = [bindparam(name, type_=ARRAY(of)) for name, of in types.items()]
        columns = [column(name, of) for name, of in types.items()]
        asked = func.unnest(*arrays).table_valued(*columns, with_ordinality="number")
        named = asked.render_derived(name="asked")
        together = select(found, literal_column("asked.number")).select_from(named)
        return compile_statement(together.join(found, true()), self._dialect)


def _release(followers: Sequence[Follower]) -> None:
    """Let *followers* run queries of their own."""
    for _, future in followers:
        if not future.done():
            future.set_result(None)
