"""Rows of numbers in memory that several processes of one server share.

Each process writes into a part of its own, so none waits for another, and a sum is read at any
moment. What a process has counted outlasts it: who takes its place counts on from there.
"""

import json
import mmap
from collections.abc import Iterator, Mapping, Sequence

from mockserver.http.metrics import WIDTH, Label, Row

#: The system gives memory to a page of it once that is written to.
_PART_BYTES = 4 * 2**20
_NUMBER_BYTES = 8
_PART = _PART_BYTES // _NUMBER_BYTES
#: Stands for all labels that no room is left for; there is always room for rows of it.
_OTHER = "other"
_RESERVED = 64


class SharedCounts:
    """Counts of *processes* that are forked after this was made, each in its part.

    A part is an array of doubles: how many of them are in use, and then rows, each of which is the
    length of its label in octets, the label as JSON, and its numbers. What is in use never moves.
    """

    def __init__(self, processes: int) -> None:
        self._octets = memoryview(mmap.mmap(-1, processes * _PART_BYTES))
        self._numbers: memoryview[float] = self._octets.cast("d")
        self._starts = range(0, len(self._numbers), _PART)

    def open_part(self, place: int) -> "Part":
        """Return the rows of the process at a *place*, from 0; no other has that at the time."""
        return Part(self, self._starts[place])

    def read(self, start: int) -> Iterator[tuple[Label, Row]]:
        """Yield the rows of the part at *start*, which another process may be writing."""
        used = int(self._numbers[start])
        at = start + 1
        while at <= start + used:
            length = int(self._numbers[at])
            first = (at + 1) * _NUMBER_BYTES
            row = at + 1 + _count_padded(length)
            label = json.loads(bytes(self._octets[first : first + length]))
            yield tuple(label), self._numbers[row : row + WIDTH]
            at = row + WIDTH

    def add(self, start: int, label: Label) -> "Row | None":
        """Return a new row of the part at *start*; None if there is no room left."""
        text = json.dumps(label).encode()
        used = int(self._numbers[start])
        at, size = start + 1 + used, 1 + _count_padded(len(text)) + WIDTH
        if 1 + used + size > _PART - (0 if label[0] == _OTHER else _RESERVED):
            return None
        first = (at + 1) * _NUMBER_BYTES
        self._numbers[at] = len(text)
        self._octets[first : first + len(text)] = text
        # Last: another process reads no row that is not whole.
        self._numbers[start] = used + size
        return self._numbers[at + size - WIDTH : at + size]

    def total(self) -> Mapping[Label, Sequence[float]]:
        """Return the sums of the rows of all parts."""
        found: dict[Label, list[float]] = {}
        for start in self._starts:
            for label, row in self.read(start):
                known = found.setdefault(label, [0.0] * WIDTH)
                found[label] = [one + other for one, other in zip(known, row, strict=True)]
        return found


class Part:
    """The rows of one process among those of *counts*; its part is at *start*."""

    def __init__(self, counts: SharedCounts, start: int) -> None:
        self._counts = counts
        self._start = start
        self._rows = dict(counts.read(start))

    def find(self, label: Label) -> Row:
        """Return the row that counts *label*, or what no row is left for."""
        row = self._rows.get(label)
        if row is None:
            row = self._counts.add(self._start, label)
            if row is None:
                return self.find((_OTHER,) * len(label))
            self._rows[label] = row
        return row

    def total(self) -> Mapping[Label, Sequence[float]]:
        """Return the sums of the rows of all processes."""
        return self._counts.total()


def _count_padded(octets: int) -> int:
    """Return how many numbers take up so many *octets*."""
    return -(-octets // _NUMBER_BYTES)
