"""The list as a whole: read, then in other sizes, then again, so that what moved is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from contracts.contract.json_values import Record
from contracts.contract.roles import Key
from contracts.engine.probe import Probe
from contracts.engine.verdict import Untested, Violation
from contracts.roles.walking import MOST_PAGES, Walk, take_walk

RETAKES = 2
"""How often the list is read again when a law seems broken: a violation is found each time."""

SMALL = 3
"""The smallest size of a page that a walk is made of, if the list is short enough."""


@dataclass(frozen=True)
class Frame:
    """Walks over one list: the first and the last with the largest limit, others between them."""

    first: Walk
    between: Sequence[Walk]
    last: Walk

    @cached_property
    def moved(self) -> set[Key]:
        """Return the keys that were seen to appear, to disappear or to change.

        A change may put a record elsewhere in the list, and so push others over the edge of a page.
        """
        return {*self.first.keys, *self.last.keys} - self.steady.keys()

    @property
    def walks(self) -> Sequence[Walk]:
        """Return all walks in the order in which they were made."""
        return (self.first, *self.between, self.last)

    @property
    def settled(self) -> bool:
        """Tell whether the list holds the same keys at its end as at its beginning."""
        return self.first.keys == self.last.keys

    @cached_property
    def steady(self) -> dict[Key, Record]:
        """Return the records that were the same in the first walk and in the last."""
        one, two = self.first.by_key, self.last.by_key
        return {key: record for key, record in one.items() if two.get(key) == record}


def take_frame(probe: Probe) -> Frame:
    """Read the list with the largest limit, with smaller ones, and again with the largest."""
    first = take_walk(probe, get_largest_limit(probe))
    between = [take_walk(probe, limit) for limit in choose_limits(probe, len(first.keys))]
    return Frame(first, between, take_walk(probe, get_largest_limit(probe)))


def get_frame(probe: Probe) -> Frame:
    """Return the reading of the list that all laws share."""
    frame: Frame = probe.read_once(_survey)
    return frame


def _survey(probe: Probe) -> Frame:
    """Read the list, and let the report say how much of it that was."""
    frame, name = take_frame(probe), probe.api.resource.name
    walk = frame.last
    read = f"all {len(walk.keys)}" if walk.ended else f"the first {len(walk.keys)}"
    more = "" if walk.ended else f", on the {len(walk.pages)} pages that a walk reads at most"
    if not walk.ended and not walk.tokens:
        more = ", which has a limit and no next page"
    probe.run.surveyed = f"{read} {name} of the list{more}"
    return frame


def get_largest_limit(probe: Probe) -> int | None:
    """Return the largest declared limit; None if no limit is declared."""
    limit = probe.api.resource.pages and probe.api.resource.pages.limit
    if not limit:
        return None
    return limit.max if limit.max is not None else limit.default


def choose_limits(probe: Probe, total: int) -> Sequence[int | None]:
    """Return sizes of pages with which a list of *total* records is read in a few requests."""
    pages = probe.api.resource.pages
    if pages is None or pages.limit is None:
        return [None]
    least, most = max(pages.limit.min or 1, 1), get_largest_limit(probe)
    wanted = {max(SMALL, -(-total // (MOST_PAGES - 2))), total // 2 + 1}
    return sorted({min(max(size, least), most or size) for size in wanted})


def judge_frames(probe: Probe, check: Callable[[Frame], Violation | None]) -> Frame:
    """Break the law if *check* finds a violation each time the list is read."""
    frame = get_frame(probe)
    violation = check(frame)
    for _ in range(RETAKES):
        if violation is None:
            break
        violation = check(take_frame(probe))
    if violation is not None:
        raise violation
    return frame


def get_known(probe: Probe, count: int = 1, why: str = "to look at") -> dict[Key, Record]:
    """Return the records that the list showed last, by key; at least *count*."""
    known = dict(get_frame(probe).last.by_key)
    if len(known) < count:
        name = probe.api.resource.name
        raise Untested(f"the list has {len(known)} {name}, and {count} are needed {why}")
    return known


def sample_states(probe: Probe, each: int) -> list[tuple[Key, Record]]:
    """Return some records of each state."""
    found: dict[str, list[tuple[Key, Record]]] = {}
    for key, record in get_known(probe).items():
        state = probe.api.resource.name_state(record)
        if len(found.setdefault(state, [])) < each:
            found[state].append((key, record))
    return [one for some in found.values() for one in some]
