"""The parts of the measurement: all servers, options, another contract, and a million jobs."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benches import batches, ours, world
from benches.ours import Store
from benches.subject import (
    ANOTHER,
    ANOTHER_LIST,
    CANCELLABLE,
    LARGEST,
    OPERATIONS,
    PAGES,
    Subject,
    World,
)
from benches.table import turns
from benches.table.turns import Pace, Rounds, Running, Tell

WORKERS = 4
JOURNAL = ", journal"
DEFAULT = ", as users run it (access log and journal)"
SHARED = f", {WORKERS} workers"
OPTION_OPERATIONS = ("get one", ANOTHER, "list 50", ANOTHER_LIST, "cancel")
#: Enough for each request of an operation to use another job.
OTHERS = 60_000
#: The records of another contract.
BATCHES = 1_000


class Extent(NamedTuple):
    """How much is measured."""

    starts: int
    jobs: int
    others: int
    patience: float
    pace: Pace
    slow: Pace

    @property
    def last(self) -> int:
        """The number of the last page of many jobs."""
        return -(-self.jobs // LARGEST)


FULL = Extent(
    starts=5,
    jobs=1_000_000,
    others=OTHERS,
    patience=150.0,
    pace=Pace(32, 7, 0.3, 1_984, 2.5, 6_000),
    slow=Pace(4, 5, 0.3, 1_000, 1.5, 1_000),
)
QUICK = Extent(
    starts=1,
    jobs=4_000,
    others=2_000,
    patience=30.0,
    pace=Pace(32, 1, 0.05, 64, 0.1, 64),
    slow=Pace(4, 1, 0.05, 16, 0.1, 16),
)


class Large(NamedTuple):
    """The cost of many jobs: rounds, and by server the seconds to load and the memory."""

    rounds: Rounds
    seconds: dict[str, float]
    resident: dict[str, float]
    failed: dict[str, str]


def operations(
    subjects: Sequence[Subject], folder: Path, extent: Extent, tell: Tell
) -> dict[tuple[str, str], list[turns.Round]]:
    """Return the rounds of all servers."""
    served = world.default(folder / "world", CANCELLABLE)
    return _measured(subjects, OPERATIONS, served, extent.pace, tell)


def options(
    stores: Iterable[Store], folder: Path, extent: Extent, tell: Tell
) -> dict[tuple[str, str], list[turns.Round]]:
    """Return the rounds of this mock with other options than in the first table."""
    served = world.default(folder / "world of options", extent.others)
    subjects = [each._replace(renewal=b"") for each in with_options(stores)]
    return _measured(subjects, OPTION_OPERATIONS, served, extent.pace, tell)


def cursors(
    stores: Iterable[Store], folder: Path, extent: Extent, tell: Tell
) -> dict[tuple[str, str], list[turns.Round]]:
    """Return the rounds of this mock with another contract, whose lists page by cursor."""
    tell("another contract")
    own = folder / "another contract"
    served = batches.read(own, BATCHES)
    around = World(own / "fixtures", own / "jobs", {}, {})
    with ExitStack() as stack:
        running = [
            turns.opened(each, around, own / each.name, stack)
            for each in (batches.mock(store, served) for store in stores)
        ]
        references = {
            operation: turns.opened(ours.raw(octets), around, own / ours.RAW, stack)
            for operation, octets in served.octets.items()
        }
        return turns.rounds(running, references, extent.pace, tell)


def with_options(stores: Iterable[Store]) -> list[Subject]:
    """Return the mock on each store, with each option that has a cost."""
    found = []
    for store in stores:
        found += [
            ours.mock(store, 1),
            ours.mock(store, 1, ours.JOURNALED, JOURNAL),
            ours.mock(store, 1, (), DEFAULT),
        ]
        if store.name != ours.MEMORY:
            workers = ("--workers", str(WORKERS))
            found.append(ours.mock(store, 1, (*ours.BARE, *workers), SHARED))
    return found


def many(subjects: Iterable[Subject], folder: Path, extent: Extent, tell: Tell) -> Large:
    """Return the cost of many jobs for the servers that can serve pages of them."""
    tell(f"writing {extent.jobs:,} jobs")
    served = world.many(folder / "many", extent.jobs)
    failed: dict[str, str] = {}
    with ExitStack() as stack:
        running = []
        for subject in [each for each in subjects if PAGES[0] in each.asks]:
            tell(f"loading {extent.jobs:,} jobs: {subject.name}")
            own = folder / f"{subject.name}, many"
            try:
                server = turns.opened(subject, served, own, stack, extent.patience)
            except (TimeoutError, ChildProcessError) as error:
                failed[subject.name] = str(error)
                continue
            turns.checked(server, PAGES, served)
            running.append(server)
        references = _references(PAGES, served, stack)
        found = turns.rounds(running, references, extent.slow, tell)
        seconds = {server.subject.name: server.seconds for server in running}
        resident = {server.subject.name: server.tree.resident_mebibytes() for server in running}
    return Large(found, seconds, resident, failed)


def _measured(
    subjects: Sequence[Subject], asked: Sequence[str], served: World, pace: Pace, tell: Tell
) -> dict[tuple[str, str], list[turns.Round]]:
    with ExitStack() as stack:
        folder = served.fixtures.parent
        running = [
            turns.opened(each, served, folder / f"{each.name}, {served.fixtures.name}", stack)
            for each in subjects
        ]
        for server in running:
            turns.checked(server, asked, served)
        return turns.rounds(running, _references(asked, served, stack), pace, tell)


def _references(asked: Sequence[str], served: World, stack: ExitStack) -> dict[str, Running]:
    """Start a raw server for each operation, which sends as many octets."""
    folder = served.fixtures.parent
    return {
        each: turns.opened(ours.raw(world.octets(served, each)), served, folder / ours.RAW, stack)
        for each in asked
    }
