"""Records of a page that are made when they are looked at; most pages are written without that."""

from collections.abc import Sequence
from functools import cached_property
from typing import overload

import msgspec

from mockserver.records.record import Record, Scope
from mockserver.store.sql.database import Row
from mockserver.store.sql.rows import Rows

_PARTS = msgspec.json.Decoder(list[msgspec.Raw])


class Unread(Sequence[Record]):
    """The records of *rows* of one *scope*, each made when it is looked at."""

    def __init__(self, rows: Sequence[Row], read: Rows, scope: Scope) -> None:
        self._rows = rows
        self._read = read
        self._scope = scope

    @property
    def texts(self) -> Sequence[bytes]:
        """The texts of the records."""
        return [row[1] for row in self._rows]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> "Unread": ...

    def __getitem__(self, index: int | slice) -> "Record | Unread":
        if isinstance(index, slice):
            return Unread(self._rows[index], self._read, self._scope)
        return self._read.read(self._rows[index], self._scope)


class Joined(Sequence[Row]):
    """The rows whose *texts* and *heads* a database has joined with commas, both JSON.

    Without heads there is no looking at them.
    """

    def __init__(self, texts: bytes, heads: str | None = "") -> None:
        self._heads = heads or ""
        self._texts = texts

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self._rows[index]

    @cached_property
    def _rows(self) -> Sequence[Row]:
        heads, texts = _PARTS.decode(f"[{self._heads}]"), _PARTS.decode(b"[%b]" % self._texts)
        return [(head, bytes(text)) for head, text in zip(heads, texts, strict=True)]
