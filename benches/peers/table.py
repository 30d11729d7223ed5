"""The tables, in Markdown, with ratios to the reference and to this mock."""

import statistics
from collections.abc import Iterator, Mapping, Sequence

from benches.peers.measuring import Round, Start, ratio
from benches.peers.ours import NAME, RAW
from benches.peers.peer import OPERATIONS


def line(cells: Sequence[str]) -> str:
    """Return a row."""
    return "| " + " | ".join(cells) + " |"


def speed(names: Sequence[str], found: Mapping[tuple[str, str], Sequence[Round]]) -> Iterator[str]:
    """Yield the rows of CPU per request and of throughput; a ratio over 1 is better."""
    yield line(
        ("request", "server", "CPU, us", "to raw", "to mock", "requests/s", "to raw", "to mock")
    )
    yield "|" + "---|" * 8
    for operation in OPERATIONS:
        for name in names:
            rounds = found.get((name, operation))
            cells = ["-"] * 6 if rounds is None else list(ratios(rounds, operation, found))
            yield line((operation, name, *cells))


def ratios(
    rounds: Sequence[Round], operation: str, found: Mapping[tuple[str, str], Sequence[Round]]
) -> Iterator[str]:
    """Yield the cells of one server: less CPU and more requests both give a higher ratio."""
    raw, mock = found[RAW, operation], found[NAME, operation]
    cpu = [turn.cpu_us for turn in rounds]
    yield f"{statistics.median(cpu):,.0f}"
    for other in (raw, mock):
        yield f"{ratio([turn.cpu_us for turn in other], cpu):.2f}"
    throughput = [turn.requests_a_second for turn in rounds]
    yield f"{statistics.median(throughput):,.0f}"
    for other in (raw, mock):
        yield f"{ratio(throughput, [turn.requests_a_second for turn in other]):.2f}"


def starts(
    names: Sequence[str],
    found: Mapping[str, Sequence[Start]],
    resident: Mapping[str, float],
) -> Iterator[str]:
    """Yield the rows of start-up and memory; a ratio over 1 is slower or larger than the mock."""
    yield line(("server", "start, ms", "to mock", "start, CPU ms", "resident, MiB", "to mock"))
    yield "|" + "---|" * 6
    for name in names:
        wall = [one.wall_ms for one in found[name]]
        yield line(
            (
                name,
                f"{statistics.median(wall):,.0f}",
                f"{ratio(wall, [one.wall_ms for one in found[NAME]]):.1f}",
                f"{statistics.median(one.cpu_ms for one in found[name]):,.0f}",
                f"{resident[name]:,.0f}",
                f"{resident[name] / resident[NAME]:.1f}",
            )
        )


def behind(
    found: Mapping[tuple[str, str], Sequence[Round]], began: Mapping[str, Sequence[Start]]
) -> Iterator[str]:
    """Yield where this mock is not ahead of a peer in throughput or start-up."""
    for (name, operation), rounds in found.items():
        others = [turn.requests_a_second for turn in found[NAME, operation]]
        if name not in (NAME, RAW):
            ahead = ratio(others, [turn.requests_a_second for turn in rounds])
            if ahead <= 1:
                yield f"{name}, {operation}: this mock has {ahead:.2f} of its throughput"
    for name, turns in began.items():
        if name not in (NAME, RAW):
            slower = ratio([t.wall_ms for t in began[NAME]], [t.wall_ms for t in turns])
            if slower >= 1:
                yield f"{name}, start: this mock takes {slower:.2f} of its time"
