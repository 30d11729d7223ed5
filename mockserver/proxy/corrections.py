"""Corrections of what was guessed of an API, by what traffic shows.

What the description or an overlay declares is never changed: where traffic contradicts it, that is
told. A correction is inferred, and its reason says how often it was seen and where.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import structs

from mockserver.contract.contract import (
    SERVER,
    Bound,
    Contract,
    Cursor,
    Fact,
    Grade,
    Lifecycle,
    Location,
    Move,
    Order,
    Pages,
    Resource,
)
from mockserver.proxy.histories import Change, Histories, follow
from mockserver.proxy.paging import (
    Step,
    find_default_limit,
    find_order,
    find_steps,
    is_ordered,
)
from mockserver.proxy.traffic import Observation
from mockserver.records.kind import Kind
from mockserver.records.routes import route

T = TypeVar("T")


class Corrections:
    """Corrects resources by *observations* that stand in *source*; *told* grows with what differs.

    What differs from what is declared is told, and stays.
    """

    def __init__(self, observations: Sequence[Observation], source: Path) -> None:
        self._observations = observations
        self._source = source.name
        self.told: list[str] = []

    def correct(self, contract: Contract, kinds: Iterable[Kind]) -> Contract:
        """Return *contract* with its guesses corrected."""
        by_name = {kind.name: kind for kind in kinds}
        resources = tuple(
            self._correct_resource(resource, by_name[resource.name])
            for resource in contract.resources
        )
        return structs.replace(contract, resources=resources)

    def _correct_resource(self, resource: Resource, kind: Kind) -> Resource:
        seen = [found for found in self._observations if found.kind.name == kind.name]
        if not seen:
            return resource
        lifecycle, pages = resource.lifecycle, resource.pages
        if lifecycle is not None:
            lifecycle = self._correct_lifecycle(kind, lifecycle, follow(kind, seen))
        if pages is not None:
            pages = self._correct_pages(kind, pages, seen)
        return structs.replace(resource, lifecycle=lifecycle, pages=pages)

    def _correct_lifecycle(self, kind: Kind, known: Lifecycle, seen: Histories) -> Lifecycle:
        named = known.states.value
        new = {state: held for state, held in seen.states.items() if state not in named}
        if new:
            told = f"{', '.join(new)} was seen"
            states = self._correct_fact(
                f"{kind.name}: states", known.states, {**named, **new}, told
            )
            known = structs.replace(known, states=states)
        if seen.made_in and not set(seen.made_in) <= set(known.initial.value):
            told = f"records were made {', '.join(seen.made_in)}"
            initial = self._correct_fact(f"{kind.name}: initial", known.initial, seen.made_in, told)
            known = structs.replace(known, initial=initial)
        left = {change.before for change in seen.changes}
        if left & set(known.terminal.value):
            rest = tuple(state for state in known.terminal.value if state not in left)
            told = f"records left {', '.join(sorted(left & set(known.terminal.value)))}"
            terminal = self._correct_fact(f"{kind.name}: terminal", known.terminal, rest, told)
            known = structs.replace(known, terminal=terminal)
        if known.states.grade is Grade.DECLARED:
            self._compare_moves(kind, known, seen)
            return known
        moves = [self._correct_refusals(fact, seen) for fact in known.moves]
        moves += self._list_new_moves(kind, known, seen)
        return structs.replace(known, moves=tuple(moves))

    def _correct_refusals(self, fact: Fact[Move], seen: Histories) -> Fact[Move]:
        move = fact.value
        said = move.otherwise.get("*")
        refused = {
            state: code
            for (name, state), code in seen.refused.items()
            if name == move.by and move.otherwise.get(state, said) != code
        }
        refused |= {
            s: c for (n, s), c in seen.refused.items() if n == move.by and s in move.sources
        }
        sources = tuple(state for state in move.sources if state not in refused)
        if not refused or fact.grade is Grade.DECLARED or not sources:
            return fact
        otherwise = {**move.otherwise, **refused}
        changed = structs.replace(move, sources=sources, otherwise=otherwise)
        told = ", ".join(f"{code} while {state}" for state, code in refused.items())
        return self._infer(changed, told) if changed != move else fact

    def _list_new_moves(
        self, kind: Kind, known: Lifecycle, seen: Histories
    ) -> Iterator[Fact[Move]]:
        for change, count in seen.changes.items():
            if not _is_explained(kind, known, change):
                by = change.operation or SERVER
                move = Move(change.operation or change.after, by, (change.before,), (change.after,))
                yield self._infer(move, f"seen {_count(count)}")

    def _compare_moves(self, kind: Kind, known: Lifecycle, seen: Histories) -> None:
        for change, count in seen.changes.items():
            if not _is_explained(kind, known, change):
                by = change.operation or "the server"
                told = f"{change.before} to {change.after} by {by} was seen {_count(count)}"
                self._contradict(f"{kind.name}: moves", told)

    def _correct_pages(
        self, kind: Kind, known: Fact[Pages], seen: Sequence[Observation]
    ) -> Fact[Pages]:
        pages, reasons = known.value, []
        steps = find_steps(kind, seen)
        if steps:
            step = max(steps, key=lambda found: steps[found])
            stepped = _follow_step(pages, step)
            if stepped != pages:
                pages = stepped
                reasons.append(f"{step.parameter} led to the next page {_count(steps[step])}")
        limit = pages.limit
        if limit is not None:
            leads = [step.parameter for step in steps]
            default = find_default_limit(limit.parameter, leads, seen)
            if default is not None and default != limit.default:
                pages = structs.replace(pages, limit=structs.replace(limit, default=default))
                reasons.append(f"pages without {limit.parameter} held {default} records")
        order = pages.order or Order()
        usual = order.direction or ("ascending" if order.by is not None else "descending")
        # Pages may be declared and their order left open, which traffic does not contradict.
        is_open = order.by is None and known.grade is not Grade.DECLARED
        if is_open or (order.by and not is_ordered(kind, seen, order.by, usual)):
            found = find_order(kind, seen)
            if found is not None:
                by, direction = found
                pages = structs.replace(pages, order=Order(by, direction, order.parameter))
                reasons.append(f"all pages were {direction} by {by}")
        if not reasons:
            return known
        return self._correct_fact(f"{kind.name}: pages", known, pages, "; ".join(reasons))

    def _correct_fact(self, about: str, known: Fact[T], value: T, told: str) -> Fact[T]:
        """Return the fact with another value; one that is declared stays, and is told of."""
        if known.grade is Grade.DECLARED:
            self._contradict(about, told)
            return known
        return self._infer(value, told)

    def _infer(self, value: T, told: str) -> Fact[T]:
        return Fact(value, Grade.INFERRED, f"{told} in {self._source}")

    def _contradict(self, about: str, told: str) -> None:
        self.told.append(f"{about} are declared, but {told} in {self._source}")


def _is_explained(kind: Kind, known: Lifecycle, change: Change) -> bool:
    """Return whether moves that are known lead from one state to the other."""
    lifecycle = kind.lifecycle
    if lifecycle is None or not {change.before, change.after} <= lifecycle.states.keys():
        return False
    if not change.operation:
        return route(lifecycle, change.before, change.after, asked=True) is not None
    return any(
        fact.value.by == change.operation
        and change.after in fact.value.targets
        and any(
            source == change.before
            or route(lifecycle, change.before, source, asked=False) is not None
            for source in fact.value.sources
        )
        for fact in known.moves
    )


def _follow_step(pages: Pages, step: Step) -> Pages:
    """Return *pages* as *step* was seen to lead on."""
    if step.style == "page":
        bound = pages.page if pages.page and pages.page.parameter == step.parameter else None
        page = bound or Bound(step.parameter)
        return structs.replace(pages, style="page", page=page, cursor=None)
    if step.style == "offset":
        bound = pages.offset if pages.offset and pages.offset.parameter == step.parameter else None
        offset = bound or Bound(step.parameter)
        return structs.replace(pages, style="offset", offset=offset, cursor=None)
    if step.style == "link":
        counted = [
            of.parameter for of in (pages.page, pages.offset, pages.cursor) if of is not None
        ]
        style = pages.style if step.parameter in counted else "link"
        return structs.replace(pages, style=style, next=Location(header=step.place))
    same = pages.cursor is not None and pages.cursor.parameter == step.parameter
    if same and pages.cursor is not None and pages.cursor.kind == step.kind:
        return structs.replace(pages, style="cursor")
    next_ = Location(step.place) if step.place else pages.next
    cursor = Cursor(step.parameter, kind=step.kind)
    return structs.replace(pages, style="cursor", cursor=cursor, next=next_, page=None, offset=None)


def _count(times: int) -> str:
    return "once" if times == 1 else f"{times} times"
