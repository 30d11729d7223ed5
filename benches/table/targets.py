"""The targets, and whether they are met."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from benches.ours import MEMORY, POSTGRES, RAW, SQLITE
from benches.subject import ANOTHER, ANOTHER_LIST
from benches.table.markdown import deep, line
from benches.table.phases import DEFAULT, Large
from benches.table.starts import Start
from benches.table.turns import Rounds

#: CPU of the mock's process: raw's divided by the mock's, at least.
CPU = {
    (MEMORY, "get one"): 1.4,
    (MEMORY, "list 50"): 1.4,
    (MEMORY, "list 200"): 1.3,
    (MEMORY, "cancel"): 0.8,
    (SQLITE, "get one"): 0.25,
    (SQLITE, "list 50"): 0.25,
    (POSTGRES, "get one"): 0.35,
    (POSTGRES, "list 50"): 0.3,
    (POSTGRES, "list 200"): 0.2,
}
#: The same with other options, and where no response can be cached.
OPTIONS = {
    (MEMORY, ANOTHER): 1.2,
    (MEMORY, ANOTHER_LIST): 1.1,
    (MEMORY + DEFAULT, "get one"): 1.2,
    (MEMORY + DEFAULT, "list 50"): 1.2,
    (MEMORY + DEFAULT, ANOTHER): 0.9,
    (MEMORY + DEFAULT, ANOTHER_LIST): 0.8,
    (SQLITE, ANOTHER): 0.5,
    (SQLITE, ANOTHER_LIST): 0.45,
    (POSTGRES, ANOTHER): 0.35,
    (POSTGRES, ANOTHER_LIST): 0.3,
}
DEEP = 1.5
START = 1.2
RESIDENT = 1.5
LOAD_SECONDS = 5.0
LOADED_MEBIBYTES = 600.0


class Reached(NamedTuple):
    """A target, and what was measured in each round."""

    what: str
    aimed: float
    found: Sequence[float]
    is_least: bool = False

    def row(self) -> str:
        """Return the row of the table."""
        middle = statistics.median(self.found)
        met = middle >= self.aimed if self.is_least else middle <= self.aimed
        aimed = f"{'at least' if self.is_least else 'at most'} {self.aimed:g}"
        spread = f"{min(self.found):.2f} - {max(self.found):.2f}"
        return line((self.what, aimed, f"{middle:.2f}", spread, "met" if met else "**missed**"))


def lines(reached: Iterator[Reached]) -> Iterator[str]:
    """Yield the table."""
    yield line(("", "target", "median", "lowest and highest round", ""))
    yield "|" + "---|" * 5
    for one in reached:
        yield one.row()


def of_requests(found: Rounds, aims: Mapping[tuple[str, str], float] = CPU) -> Iterator[Reached]:
    """Yield the results in CPU per request."""
    for (name, operation), aimed in aims.items():
        if (name, operation) in found:
            pairs = zip(found[RAW, operation], found[name, operation], strict=True)
            ratios = [raw.cpu_us / own.cpu_us for raw, own in pairs]
            yield Reached(f"{name}, {operation}: CPU to raw", aimed, ratios, is_least=True)


def of_starts(began: Mapping[str, Sequence[Start]]) -> Iterator[Reached]:
    """Yield the results in starts, for the mock with its jobs in memory."""
    pairs = list(zip(began[RAW], began[MEMORY], strict=True))
    for what, aimed, index in (
        ("start, wall time to raw", START, 0),
        ("start, CPU to raw", START, 1),
        ("memory to raw", RESIDENT, 2),
    ):
        yield Reached(f"{MEMORY}: {what}", aimed, [own[index] / raw[index] for raw, own in pairs])


def of_many(large: Large, jobs: int) -> Iterator[Reached]:
    """Yield the results with many jobs."""
    for name in (MEMORY, SQLITE, POSTGRES):
        if name in large.seconds:
            what = f"{name}, {jobs:,} jobs: last page to page 1"
            yield Reached(what, DEEP, deep(large.rounds, name))
    name = f"{MEMORY}, {jobs:,} jobs"
    yield Reached(f"{name}: seconds to load", LOAD_SECONDS, [large.seconds[MEMORY]])
    yield Reached(f"{name}: resident, MiB", LOADED_MEBIBYTES, [large.resident[MEMORY]])
