"""Reading fixtures for a contract. All that is wrong with them is told at once, with its place."""

import gc
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct, structs

from mockserver.contract.description.contract import Contract
from mockserver.parsing.sources import InvalidSourceError, invalid, read_text
from mockserver.records.fixture_files import Complaints, Flaw, Spot, list_files
from mockserver.records.fixture_forms import (
    ParsedFile,
    explain_line,
    parse_file,
    read_lines,
    reread,
)
from mockserver.records.fixture_head import HeadReader
from mockserver.records.fixture_rows import RecordRows, Rows, World
from mockserver.records.fixture_words import Words
from mockserver.records.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.records.record import Record


class Basis(Struct, frozen=True):
    """What fixtures are read for.

    Attributes:
        contract: what the records follow.
        kinds: its resources.
        now: the moment at which the world begins if no file says so, in epoch milliseconds.
        name: what the contract is called; a file for another one is refused.
        words: those in which the fixtures may be written.
    """

    contract: Contract
    kinds: tuple[Kind, ...]
    now: int
    name: str | None = None
    words: Words = Words()


def read_fixtures(paths: Sequence[Path], basis: Basis) -> Fixtures:
    """Return what *paths* state of a world; all files, and all of those in folders, make one.

    Raises:
        InvalidSourceError: files that cannot be used, with all that is wrong.
    """
    with _without_collections():
        reader = _Reader(basis)
        files = list_files(paths)
        parsed = [found for found in map(reader.parse, files) if found is not None]
        # Without all scopes, every record would be at fault too.
        reader.told.refuse()
        return reader.fixtures(parsed, [file for file in files if file.suffix == ".jsonl"], files)


def read_upload(file: Path, text: str, basis: Basis, otherwise: Fixtures) -> Fixtures:
    """Return what one *text* states; its *file* need not exist.

    What it leaves out of now, pace, credentials, scopes and rules is that of *otherwise*.

    Raises:
        InvalidSourceError: all that is wrong with the text.
    """
    with _without_collections():
        reader = _Reader(basis)
        return reader.fixtures([parse_file(file, text, basis.words.form)], [], [file], otherwise)


class _Source(NamedTuple):
    """Where records come from: how many there were before, and the lines or the list of these."""

    first: int
    file: Path
    lines: Sequence[int] = ()
    listed: Spot | None = None


class _Reader:
    """Makes fixtures on a *basis*, and gathers what is wrong with them: *told*."""

    def __init__(self, basis: Basis) -> None:
        self.told = Complaints()
        self._basis = basis
        self._kinds = {kind.name: kind for kind in basis.kinds}
        self._form = basis.words.form
        self._made: dict[str, list[Record]] = {}
        self._sources: dict[str, list[_Source]] = {}
        self._ordered: set[str] = set()

    def parse(self, file: Path) -> ParsedFile | None:
        """Return what a file states that is read as a whole; None for others and wrong ones."""
        if file.suffix == ".jsonl":
            return None
        try:
            return parse_file(file, read_text(file), self._form)
        except InvalidSourceError as error:
            self.told.extend(error.diagnostics)
            return None

    def fixtures(
        self,
        parsed: Sequence[ParsedFile],
        bulk: Sequence[Path],
        files: Sequence[Path],
        otherwise: Fixtures | None = None,
    ) -> Fixtures:
        """Return the fixtures that *parsed* files and *bulk*, files of lines, state together."""
        basis, words = self._basis, self._basis.words
        words.check(parsed, basis.kinds, self.told)
        translated = [(file, words.translate(file, basis.kinds)) for file in parsed]
        head = HeadReader(self.told, basis.contract, self._kinds, words)
        made = head.read(
            [(structs.replace(f.spot, written=t.written), t.content) for f, t in translated],
            basis.name,
            otherwise,
        )
        if words.is_dated and made.now is None:
            told = "one file states the world's now; here: none does"
            where = files[0].parent if len(files) > 1 else files[0]
            raise invalid(where, "now", told)
        now = basis.now if made.now is None else made.now
        tenancy = None if basis.contract.tenancy is None else basis.contract.tenancy.value
        self._read_rows(translated, bulk, World(made, now, tenancy))
        self.told.refuse()
        records = {name: self._as_made(self._kinds[name], r) for name, r in self._made.items() if r}
        return structs.replace(made, records=records)

    def _read_rows(self, translated: Sequence[Any], bulk: Sequence[Path], world: World) -> None:
        """Read the rows of files, in words of any API and in those of this one, and all lines."""
        words = self._basis.words
        checks = {name: world.check(kind) for name, kind in self._kinds.items()}
        plain = {n: RecordRows(k, world, checks[n]) for n, k in self._kinds.items()}
        own = {n: words.rows(k, world, checks[n]) for n, k in self._kinds.items()}
        known, kind = list(self._kinds), "a resource"
        for file, translation in translated:
            for name, listed in translation.content.records.items():
                spot = file.spot.below("records", name)
                if self.told.is_known(spot, name, known, kind):
                    self._read_list(name, spot, listed, plain[name])
            for pointer, listed in translation.own.items():
                name = words.resource or file.spot.file.stem
                self._read_list(name, file.spot.at(pointer), listed, own[name])
        for path in bulk:
            name = words.resource or path.stem
            if self.told.is_known(Spot(path, ""), name, known, kind):
                self._read_lines(name, path, own[name])

    def _read_list(self, name: str, spot: Spot, listed: Sequence[Any], rows: Rows) -> None:
        made = self._made.setdefault(name, [])
        places = array("Q")
        self._sources.setdefault(name, []).append(_Source(len(made), spot.file, places, spot))
        if any(getattr(row, "exact", False) for row in listed):
            # A snapshot tells the order in which records were made.
            self._ordered.add(name)
        for at, row in enumerate(listed):
            record, flaws = rows.read(row)
            for flaw in flaws:
                self._add(name, spot.below(at), flaw, record)
            if record is not None:
                made.append(record)
                places.append(at)

    def _read_lines(self, name: str, file: Path, rows: Rows) -> None:
        """Read a ``.jsonl`` file, a line at a time."""
        made = self._made.setdefault(name, [])
        numbers = array("Q")
        self._sources.setdefault(name, []).append(_Source(len(made), file, numbers))
        decode, read = msgspec.json.Decoder(rows.row).decode, rows.read
        for number, line in read_lines(file, self.told):
            try:
                row = decode(line)
            except msgspec.MsgspecError as error:
                row = reread(line, rows.row)
                if row is None:
                    form = self._form._replace(row=rows.row)
                    self.told.extend(explain_line(file, number, line, form, error))
                    continue
            record, flaws = read(row)
            if flaws:
                self._add_of_line(name, Spot(file, line.decode(), line=number), flaws, record)
            if record is not None:
                made.append(record)
                numbers.append(number)

    def _add_of_line(
        self, name: str, spot: Spot, flaws: Sequence[Flaw], record: Record | None
    ) -> None:
        spot = structs.replace(spot, value=msgspec.json.decode(spot.text))
        for flaw in flaws:
            self._add(name, spot, flaw, record)

    def _add(self, name: str, spot: Spot, flaw: Flaw, record: Record | None) -> None:
        """Note a *flaw* of a *record*; if its key is that of another one, where that is."""
        message = flaw.message
        if flaw.rule == "twice" and record is not None:
            scoped = not self._kinds[name].has_one_sequence
            for index, other in enumerate(self._made[name]):
                if other.key == record.key and (not scoped or other.scope == record.scope):
                    message = f"{message} ({self._locate(name, index)} has it first)"
                    break
        self.told.add(spot.at(flaw.pointer), flaw.rule, message)

    def _locate(self, name: str, index: int) -> str:
        """Return file and line of a record that was made."""
        source = next(s for s in reversed(self._sources[name]) if s.first <= index)
        place = source.lines[index - source.first]
        if source.listed is not None:
            place = source.listed.below(place).problem("", "").line
        return f"{source.file.name}:{place}"

    def _as_made(self, kind: Kind, records: list[Record]) -> tuple[Record, ...]:
        """Return *records* from the oldest to the newest, if each of them says when it was made."""
        if kind.has_one_sequence or any(record.serial for record in records):
            return tuple(records)
        if kind.name in self._ordered:
            # Numbered, so that no store orders them by their moments.
            return tuple(structs.replace(r, serial=at) for at, r in enumerate(records, 1))
        moments = [kind.find_made(record) for record in records]
        if None in moments:
            return tuple(records)
        order = sorted(range(len(records)), key=lambda at: moments[at] or 0)
        return tuple(records[at] for at in order)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Keep the cycle collector from looking at each of a million records, over and over."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
