"""A file of recorded traffic, read in the order of the recorded times, and again as it grows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from contracts.traffic import har, json_lines
from contracts.traffic.errors import TrafficError
from contracts.traffic.har_entries import LARGEST_ENTRY, CutOff, EntryFinder
from contracts.traffic.recorded import Recorded

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Format:
    """How the exchanges of a file are found and read."""

    name: str
    unit: str
    """What an exchange is called in messages."""
    read_start: Callable[[bytes], float]
    read: Callable[[bytes], Recorded]


FORMATS = {
    "har": Format("HAR", "entry", har.read_start, har.read_entry),
    "jsonl": Format("JSON lines", "line", json_lines.read_start, json_lines.read_line),
}
SUFFIXES = {".har": "har", ".jsonl": "jsonl", ".ndjson": "jsonl"}
POLL = 0.5
"""Seconds between two looks at a file that may grow."""


class Span(NamedTuple):
    """Where an exchange is in the file; they sort by time."""

    sent: float
    at: int
    length: int
    name: str


@dataclass
class Source:
    """One file; each reading returns what it has not returned before."""

    file: Path
    format: Format
    _end: int = 0
    """Where the last exchange that was found ends."""
    _last: bytes = b""
    """The text of that exchange: if it is no longer there, the file was written again."""
    _count: int = 0
    _seen: set[int] = field(default_factory=set)
    """Hashes of the exchanges of earlier readings, for files that are written again."""

    def read(self, *, growing: bool = False) -> Iterator[Recorded]:
        """Yield the exchanges that are new, in the order of their times.

        Raises TrafficError if the file cannot be read; where it may be *growing*, its end may be
        missing.
        """
        state, fresh = (self._end, self._last, self._count), set[int]()
        try:
            with self.file.open("rb") as stream:
                for span in sorted(self._find_spans(stream, fresh, growing=growing)):
                    stream.seek(span.at)
                    yield _read(self.format.read, stream.read(span.length), span.name)
        except OSError as error:
            raise TrafficError(f"{self.file} cannot be read: {error.strerror}") from error
        except TrafficError as error:
            self._end, self._last, self._count = state
            message = f"{self.file} cannot be read as {self.format.name}: {error}"
            raise TrafficError(message) from error
        self._seen |= fresh

    def follow(self, sleep: Callable[[float], None] = time.sleep) -> Iterator[Recorded]:
        """Yield exchanges as they are written, until interrupted."""
        state, failed = (0, 0), False
        while True:
            try:
                now = self.file.stat()
            except OSError as error:
                raise TrafficError(f"{self.file} cannot be read: {error.strerror}") from error
            if (now.st_size, now.st_mtime_ns) != state or failed:
                same = (now.st_size, now.st_mtime_ns) == state
                state = (now.st_size, now.st_mtime_ns)
                try:
                    yield from self.read(growing=True)
                    failed = False
                except TrafficError:
                    if same:  # it was not just being written
                        raise
                    failed = True
            sleep(POLL)

    def _find_spans(self, stream: BinaryIO, fresh: set[int], *, growing: bool) -> Iterator[Span]:
        self._find_place(stream)
        unit = self.format.unit
        if self.format is FORMATS["har"]:
            found = EntryFinder(stream, self._end).find()
        else:
            found = self._find_lines(stream, growing=growing)
        try:
            for at, text in found:
                self._count += 1
                self._end, self._last = at + len(text), text
                if growing and hash(text) in self._seen:
                    continue
                name = f"{unit} {self._count} (byte {at:,})"
                sent = _read(self.format.read_start, text, name)
                yield Span(sent, at, len(text), name)
                if growing:
                    fresh.add(hash(text))
        except CutOff as error:
            if not growing:
                raise TrafficError(
                    f"it ends in the middle of its JSON, after {unit} {self._count}; record it "
                    "again, or read it with --follow while it is being written"
                ) from error

    def _find_place(self, stream: BinaryIO) -> None:
        """Go on after the last exchange, or begin again if the file is another one by now."""
        stream.seek(self._end - len(self._last))
        if not self._last or stream.read(len(self._last)) != self._last:
            self._end, self._last, self._count = 0, b"", 0

    def _find_lines(self, stream: BinaryIO, *, growing: bool) -> Iterator[tuple[int, bytes]]:
        at = self._end
        stream.seek(at)
        while line := stream.readline(LARGEST_ENTRY):
            if not line.endswith(b"\n") and growing:
                return
            if line.strip():
                yield at, line
            at += len(line)


def _read(read: Callable[[bytes], Value], text: bytes, place: str) -> Value:
    """Return what *read* makes of *text*; raises TrafficError, which names the place."""
    try:
        return read(text)
    except (ValueError, RecursionError) as error:
        raise TrafficError(f"{place}: {error}") from error


def open_source(file: Path, named: str | None) -> Source:
    """Return *file* as a source, in the format that is *named* or that its name ends in.

    Raises TrafficError if there is no such file, or no such format.
    """
    if not file.is_file():
        raise TrafficError(f"{file} is not a file; name a recording, in HAR or in JSON lines")
    form = named or SUFFIXES.get(file.suffix.lower())
    if form is None:
        raise TrafficError(f"{file} does not end in .har, .jsonl or .ndjson; give --format")
    return Source(file, FORMATS[form])
