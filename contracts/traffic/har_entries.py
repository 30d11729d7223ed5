"""Finds the entries of a HAR file without holding more than one of them.

A recording may be larger than the memory. So the file is read in pieces, and cut at the brackets of
the array `log.entries`; only each entry, and what is left around them, is read as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import msgspec

from contracts.traffic.errors import TrafficError

PIECE = 1 << 20
LARGEST_ENTRY = 64 << 20
LARGEST_REST = 16 << 20
"""Octets: of one entry, and of all that is not an entry."""

BRACKET = re.compile(
    rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+'  # what comes before it; strings may hold some
    rb'(?:(?P<open>[\[{])|(?P<close>[\]}])|(?P<cut>")|\Z)',
    re.DOTALL,
)
"""The next bracket, the string that the text ends within, or the end."""

ENTRIES = re.compile(rb'"entries"\s*:\s*\[')
GAP = re.compile(rb"[\s,]*")


class CutOff(Exception):  # noqa: N818 -- what a file that is being written looks like
    """The file ends before its JSON does."""


@dataclass
class EntryFinder:
    """Goes through the entries of one HAR file."""

    stream: BinaryIO
    start: int = 0
    """Where to begin: at the beginning of the file, or right after one of its entries."""
    rest: bytearray = field(default_factory=bytearray)
    """What the file holds besides entries."""
    _buffer: bytearray = field(default_factory=bytearray)

    def find(self) -> Iterator[tuple[int, bytes]]:
        """Yield the offset and the text of each entry.

        Raises CutOff if the file ends too early, and TrafficError if it is not a HAR.
        """
        resumed = self.start > 0
        self.stream.seek(self.start)
        if not resumed:
            self._skip_to_entries()
        while True:
            gap = self._match_gap()
            first = bytes(self._buffer[gap : gap + 1])
            if first == b"]":
                break
            if first != b"{":
                raise TrafficError(f"no entry begins at byte {self.start + gap:,}")
            self._drop(gap)
            length = self._measure_value()
            yield self.start, bytes(self._buffer[:length])
            self._drop(length)
        self._drop(gap)
        if not resumed:
            self._read_rest()

    def _skip_to_entries(self) -> None:
        """Drop what comes before the first entry."""
        while not (found := ENTRIES.search(self._buffer)):
            if len(self._buffer) > LARGEST_REST:
                raise TrafficError("it has no `entries` in its first 16 MiB")
            if bytes(self._buffer.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]) not in (b"{", b""):
                raise TrafficError("it does not begin with a JSON object")
            if not self._read_more():
                raise CutOff
        self.rest += self._buffer[: found.end()]
        self._drop(found.end())

    def _match_gap(self) -> int:
        """Return how much of the buffer is space and commas; what follows is in the buffer."""
        while True:
            found = GAP.match(self._buffer)
            end = found.end() if found else 0
            if end < len(self._buffer):
                return end
            if not self._read_more():
                raise CutOff

    def _measure_value(self) -> int:
        """Return the length of the object at the beginning of the buffer."""
        depth, place = 0, 0
        while True:
            while found := BRACKET.match(self._buffer, place):
                place = found.end() if found["cut"] is None else found.start("cut")
                if not found["open"] and not found["close"]:
                    break
                depth += 1 if found["open"] else -1
                if not depth:
                    return place
            if len(self._buffer) > LARGEST_ENTRY:
                size = LARGEST_ENTRY >> 20
                raise TrafficError(f"the entry at byte {self.start:,} is larger than {size} MiB")
            if not self._read_more():
                raise CutOff

    def _read_rest(self) -> None:
        """Read what comes after the last entry, and check that all of it is JSON."""
        while self._read_more():
            if len(self._buffer) > LARGEST_REST:
                raise TrafficError("it has more than 16 MiB besides its entries")
        self.rest += self._buffer
        try:
            value = msgspec.json.decode(bytes(self.rest).lstrip(b"\xef\xbb\xbf"))
        except msgspec.DecodeError as error:
            if "truncated" in str(error):
                raise CutOff from error
            raise TrafficError(f"what is around its entries is not JSON: {error}") from error
        if not (isinstance(value, dict) and isinstance(value.get("log"), dict)):
            raise TrafficError("it has no `log` object")
        if value["log"].get("entries") != []:
            raise TrafficError("its `entries` are not in `log`")

    def _read_more(self) -> bool:
        # Twice as much each time, so that a long string is not looked through too often.
        piece = self.stream.read(max(PIECE, len(self._buffer)))
        self._buffer += piece
        return bool(piece)

    def _drop(self, length: int) -> None:
        del self._buffer[:length]
        self.start += length
