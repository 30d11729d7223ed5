"""The whole report, as one text."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from benches.ours import RAW
from benches.subject import MANY, OPERATIONS, PAGES, Subject
from benches.table import markdown, targets
from benches.table.markdown import Notes, Remarks, Sheet
from benches.table.phases import OPTION_OPERATIONS, Extent, Large
from benches.table.starts import Start
from benches.table.turns import Rounds

#: What the raw server sends where only its start is measured: a job.
SMALL_OCTETS = 270


class Found(NamedTuple):
    """What was measured."""

    starts: Mapping[str, Sequence[Start]]
    operations: Rounds
    options: Rounds
    cursors: Rounds
    large: Large


def lines(
    found: Found, own: Sequence[str], peers: Sequence[Subject], extent: Extent
) -> Iterator[str]:
    """Yield all tables, footnotes, and where this mock is behind."""
    names = [*own, *(peer.name for peer in peers)]
    remarks = markdown.with_failures({p.name: p.remarks for p in peers}, found.large)
    notes = Notes()
    yield "**CPU per request, us (ratio to raw aiohttp), start, ms (ratio to memory), and memory**"
    yield from ("", *main_table(found, names, remarks, notes, extent), "")
    yield "**Requests per second (ratios to raw aiohttp and to this mock, memory)**"
    yield from ("", *speed_table(found, names, remarks, notes), "")
    yield from (*notes.lines(), "")
    yield "**Options of this mock: CPU per request, us (ratio to raw aiohttp)**"
    yield from ("", *option_table(found.options, in_cpu=True), "")
    yield "**Options of this mock: requests per second (ratios to raw aiohttp and the bare row)**"
    yield from ("", *option_table(found.options, in_cpu=False), "")
    yield "**Another contract, with cursors: CPU per request, us (ratio to raw aiohttp)**"
    yield from ("", *option_table(found.cursors, in_cpu=True), "")
    yield "**Targets**"
    reached = chain(
        targets.of_requests(found.operations),
        targets.of_requests(found.options, targets.OPTIONS),
        targets.of_starts(found.starts),
        targets.of_many(found.large, extent.jobs),
    )
    yield from ("", *targets.lines(reached), "")
    if peers:
        rounds = {**found.operations, **found.large.rounds}
        behind = list(markdown.behind(rounds, found.starts, own))
        yield from behind or ["This mock is ahead of every peer in throughput and start-up."]


def main_table(
    found: Found, names: Sequence[str], remarks: Remarks, notes: Notes, extent: Extent
) -> Iterator[str]:
    """Yield the table of CPU, start and memory."""
    sheet = Sheet(names, remarks, notes)
    for operation in OPERATIONS:
        sheet.add(operation, markdown.cpu(found.operations, operation))
    large, jobs = found.large, f"{extent.jobs:,}"
    sheet.add(f"page 1 of {jobs}", markdown.cpu(large.rounds, PAGES[0]), MANY)
    sheet.add(f"page {extent.last:,}", markdown.cpu(large.rounds, PAGES[1]), MANY)
    sheet.add(f"page {extent.last:,} to 1", markdown.deeper(large.rounds), MANY)
    sheet.add("start, ms", markdown.begun(found.starts))
    sheet.add("memory, MiB", markdown.occupied(found.starts))
    seconds, resident = markdown.loaded(large)
    sheet.add(f"{jobs} loaded, s", seconds, MANY)
    sheet.add(f"memory with {jobs}, MiB", resident, MANY)
    return sheet.lines()


def speed_table(
    found: Found, names: Sequence[str], remarks: Remarks, notes: Notes
) -> Iterator[str]:
    """Yield the table of throughput."""
    sheet = Sheet(names, remarks, notes)
    for operation in OPERATIONS:
        sheet.add(operation, markdown.throughput(found.operations, operation))
    for page in PAGES:
        sheet.add(page, markdown.throughput(found.large.rounds, page), MANY)
    return sheet.lines()


def option_table(found: Rounds, *, in_cpu: bool) -> Iterator[str]:
    """Yield the table of options, or of another contract."""
    names = list(dict.fromkeys(name for name, _ in found))
    sheet = Sheet(names, {}, Notes())
    for operation in [each for each in OPTION_OPERATIONS if (RAW, each) in found]:
        sheet.add(
            operation,
            markdown.cpu(found, operation)
            if in_cpu
            else markdown.throughput(found, operation, lambda name: bare(name, names)),
        )
    return sheet.lines()


def bare(name: str, names: Sequence[str]) -> str:
    """Return the row of the same store without further options."""
    return max((each for each in names if name.startswith(each)), key=lambda each: -len(each))
