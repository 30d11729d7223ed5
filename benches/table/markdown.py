"""The tables, in Markdown: a row for each server, a column for each operation."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence

from benches.ours import MEMORY, RAW
from benches.subject import MANY, PAGES, Remark
from benches.table.phases import Large
from benches.table.starts import Start, medians
from benches.table.turns import Rounds, ratio

MISSING = Remark("-", "")
Remarks = Mapping[str, Mapping[str, Remark]]
"""Remarks by server and column."""


class Notes:
    """The footnotes of all tables, in the order of their first use."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def mark(self, text: str) -> str:
        """Return the mark of a footnote; nothing if there is none."""
        if not text:
            return ""
        if text not in self._texts:
            self._texts.append(text)
        return f" [{self._texts.index(text) + 1}]"

    def lines(self) -> Iterator[str]:
        """Yield the footnotes."""
        for number, text in enumerate(self._texts, start=1):
            yield f"- [{number}] {text}"


class Sheet:
    """A table in which a cell without a figure says why.

    Args:
        names: the servers, one row each.
        remarks: those about the servers.
        notes: takes the footnotes.
    """

    def __init__(self, names: Sequence[str], remarks: Remarks, notes: Notes) -> None:
        self._names = names
        self._remarks = remarks
        self._notes = notes
        self._columns: list[tuple[str, str, Callable[[str], str | None]]] = []

    def add(self, title: str, cell: Callable[[str], str | None], about: str = "") -> None:
        """Add a column; *about* is the column whose remarks it takes."""
        self._columns.append((title, about or title, cell))

    def lines(self) -> Iterator[str]:
        """Yield the table."""
        titles = ["server", *(title for title, _, _ in self._columns)]
        yield line(titles)
        yield "|" + "---|" * len(titles)
        for name in self._names:
            yield line([name, *(self._cell(name, *column) for column in self._columns)])

    def _cell(self, name: str, _: str, about: str, cell: Callable[[str], str | None]) -> str:
        remark = self._remarks.get(name, {}).get(about, MISSING)
        return (cell(name) or remark.word) + self._notes.mark(remark.text)


def line(cells: Sequence[str]) -> str:
    """Return a row."""
    return "| " + " | ".join(cells) + " |"


def cpu(found: Rounds, operation: str) -> Callable[[str], str | None]:
    """Return the cells of CPU per request, and the ratio to the raw server: over 1 is less CPU."""

    def cell(name: str) -> str | None:
        rounds = found.get((name, operation))
        if rounds is None:
            return None
        own = [turn.cpu_us for turn in rounds]
        raw = [turn.cpu_us for turn in found[RAW, operation]]
        beside = statistics.median(turn.database_us for turn in rounds)
        database = f" + {microseconds(beside)}" if beside else ""
        return f"{microseconds(statistics.median(own))}{database} ({share(ratio(raw, own))})"

    return cell


def throughput(
    found: Rounds, operation: str, base: Callable[[str], str] = lambda _: MEMORY
) -> Callable[[str], str | None]:
    """Return the cells of requests per second, with the ratios to raw and to a *base*."""

    def cell(name: str) -> str | None:
        rounds = found.get((name, operation))
        if rounds is None:
            return None
        speed = [turn.requests_a_second for turn in rounds]
        ratios = [
            share(ratio(speed, [turn.requests_a_second for turn in found[other, operation]]))
            for other in (RAW, base(name))
            if (other, operation) in found
        ]
        return f"{statistics.median(speed):,.0f} ({', '.join(ratios)})"

    return cell


def microseconds(figure: float) -> str:
    """Return microseconds, rounded to significant digits."""
    return f"{figure:,.1f}" if figure < 100 else f"{figure:,.0f}"


def share(figure: float) -> str:
    """Return a ratio, rounded to significant digits."""
    return f"{figure:.2f}" if figure >= 0.1 else f"{figure:.3f}"


def begun(found: Mapping[str, Sequence[Start]]) -> Callable[[str], str | None]:
    """Return the cells of a start, of a second one where jobs are kept, and the ratio to memory."""

    def cell(name: str) -> str | None:
        if name not in found:
            return None
        own = medians(found, name)
        again = f", again {own.again_ms:,.0f}" if own.again_ms else ""
        return f"{own.wall_ms:,.0f}{again} ({slower(found, name, MEMORY):.2f})"

    return cell


def slower(found: Mapping[str, Sequence[Start]], name: str, other: str) -> float:
    """Return how many times as long a server takes to start as another."""
    return ratio([one.wall_ms for one in found[name]], [one.wall_ms for one in found[other]])


def occupied(found: Mapping[str, Sequence[Start]]) -> Callable[[str], str | None]:
    """Return the cells of the memory with the default world."""
    return lambda name: f"{medians(found, name).resident:,.0f}" if name in found else None


def loaded(large: Large) -> tuple[Callable[[str], str | None], Callable[[str], str | None]]:
    """Return the cells of the time to load many jobs, and of the memory that they occupy."""

    def seconds(name: str) -> str | None:
        return f"{large.seconds[name]:.1f}" if name in large.seconds else None

    def resident(name: str) -> str | None:
        return f"{large.resident[name]:,.0f}" if name in large.resident else None

    return seconds, resident


def deep(rounds: Rounds, name: str) -> list[float]:
    """Return the cost of the last page divided by that of page 1, for each round."""
    first, last = (
        [turn.cpu_us + turn.database_us for turn in rounds[name, page]] for page in PAGES
    )
    return [late / early for early, late in zip(first, last, strict=True)]


def deeper(rounds: Rounds) -> Callable[[str], str | None]:
    """Return the cells of the last page in relation to page 1: over 1 is more CPU."""
    return lambda name: (
        f"{statistics.median(deep(rounds, name)):.2f}" if (name, PAGES[0]) in rounds else None
    )


def with_failures(remarks: Remarks, large: Large) -> Remarks:
    """Return the remarks, with one for each server that did not load many jobs."""
    failed = {name: {MANY: Remark("not loaded", text)} for name, text in large.failed.items()}
    names = {*remarks, *failed}
    return {name: {**remarks.get(name, {}), **failed.get(name, {})} for name in names}


def behind(
    found: Rounds, began: Mapping[str, Sequence[Start]], own: Sequence[str]
) -> Iterator[str]:
    """Yield where a peer is faster than this mock (memory) in throughput or start-up."""
    for (name, operation), rounds in found.items():
        if name not in own:
            memory = [turn.requests_a_second for turn in found[MEMORY, operation]]
            ahead = ratio(memory, [turn.requests_a_second for turn in rounds])
            if ahead <= 1:
                yield f"{name}, {operation}: this mock has {ahead:.2f} of its throughput."
    for name in began:
        if name not in own and (longer := slower(began, MEMORY, name)) >= 1:
            yield f"{name}, start: this mock takes {longer:.2f} times as long."
