"""Deployments of any API that keep the contract in another way than the miniature does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.contract.api import Api
from contracts.contract.moves import SERVER, Move
from contracts.selftest.any_api.call import Entry
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.values import find_property
from contracts.selftest.any_api.world import create_world, list_paths
from contracts.selftest.world import KEY
from contracts.target import Effects

PACE = 5
"""After how many requests something moves by itself."""


@dataclass
class Moving(AnyMiniature):
    """A deployment in which something happens all the time."""

    requests: int = 0

    def settle(self) -> None:
        super().settle()
        self.requests += 1
        if self.requests % PACE == 0:
            self.pass_time(self.requests // PACE)

    def pass_time(self, turn: int) -> None:
        """Let the *turn*-th thing happen."""


class Progressing(Moving):
    """The server moves one record after the other."""

    def pass_time(self, turn: int) -> None:
        life = self.api.resource.lifecycle
        moves = [move for move in (life.moves if life else ()) if move.by == SERVER]
        for entry in self.entries[turn % 7 :: 7][:3]:
            row = next((m for m in moves if self.get_state(entry) in m.sources), None)
            if row is not None and row.targets:
                self.enter(entry, row.targets[turn % len(row.targets)])


class Growing(Moving):
    """New records are made all the time."""

    def pass_time(self, turn: int) -> None:
        life, path = self.api.resource.lifecycle, list_paths(self.api)[0]
        entry = self.build(KEY, self.api.resource.find_scope(path), path)
        if life is not None:
            self.begin(entry, life.initial[turn % len(life.initial)])
        self.keep(entry)


class Forgetting(Moving):
    """The oldest records are gone after a while."""

    def pass_time(self, turn: int) -> None:
        if len(self.entries) > 20:
            del self.entries[0]


class OldestFirst(AnyMiniature):
    """Where no order is declared, the oldest record comes first."""

    def order(self, entries: Sequence[Entry]) -> list[Entry]:
        pages = self.api.resource.pages
        declared = pages is not None and pages.order is not None and pages.order.by is not None
        found = super().order(entries)
        return found if declared else found[::-1]


class ListsInBrief(AnyMiniature):
    """An entry of the list has the key, the state, and what its schema requires, and no more."""

    def show_entry(self, entry: Entry) -> Any:
        life, shown = self.api.resource.lifecycle, super().show_entry(entry)
        places = {place for members in (life.states.values() if life else ()) for place in members}
        kept = {step.split("/")[1] for step in (self.api.resource.key or "/", *places)}
        kept.update(find_property(self.api, "").get("required", ()))
        return {name: value for name, value in shown.items() if name in kept}


class ChoosesTheLast(AnyMiniature):
    """Of several states to which a move may lead, the last one follows."""

    def carry_out_move(self, entry: Entry, row: Move) -> None:
        if row.targets:
            self.enter(entry, row.targets[-1])
        else:
            super().carry_out_move(entry, row)


@dataclass
class TakesItsTime(Moving):
    """A move that may take effect later does so after some requests."""

    waiting: list[tuple[Entry, Move]] = field(default_factory=list)

    def carry_out_move(self, entry: Entry, row: Move) -> None:
        if row.delayed:
            self.waiting.append((entry, row))
        else:
            super().carry_out_move(entry, row)

    def pass_time(self, turn: int) -> None:
        for entry, row in self.waiting:
            if self.get_state(entry) in row.sources and entry in self.entries:
                super().carry_out_move(entry, row)
        self.waiting.clear()


@dataclass(frozen=True, slots=True)
class Variant:
    """A conforming deployment and how it is judged."""

    name: str
    kind: type[AnyMiniature] = AnyMiniature
    count: int | None = None
    """How many records it has at first; None for as many as it takes to judge all laws."""
    effects: Effects = Effects.ANY
    foreign: bool = False

    def create(self, api: Api) -> AnyMiniature:
        """Return the deployment of *api*."""
        return create_world(api, self.kind, self.count)


KINDS = (Progressing, Growing, Forgetting, OldestFirst, ListsInBrief, ChoosesTheLast, TakesItsTime)

VARIANTS = (
    Variant("Plain"),
    Variant("Plain, own effects", effects=Effects.OWN),
    Variant("Plain, no effects", effects=Effects.NONE),
    Variant("Plain, a foreign tenant", effects=Effects.NONE, foreign=True),
    *(Variant(kind.__name__, kind) for kind in KINDS),
    Variant("Progressing, own effects", Progressing, effects=Effects.OWN),
    Variant("NoRecords", count=0),
    Variant("OneRecord", count=1),
)
