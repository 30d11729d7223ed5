"""The key `x-lifecycle` as values: how a record moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.contract.description.checks import Checks
from contracts.contract.description.shapes import Shape
from contracts.contract.moments import find_unit
from contracts.contract.moves import SERVER, Lifecycle, Move, Stamps
from contracts.contract.pointer import escape


def read_lifecycle(
    checks: Checks, record: Shape, raw: Mapping[str, Any], pointer: str
) -> Lifecycle | None:
    """Return how a record moves, or None where *raw* says of no state; it stands at *pointer*."""
    if "transitions" not in raw:
        return None
    return _Reading(checks, record, raw, pointer).read()


class _Reading:
    def __init__(self, checks: Checks, record: Shape, raw: Mapping[str, Any], pointer: str) -> None:
        self.checks, self.record, self.raw, self.pointer = checks, record, raw, pointer
        self.states = self.read_states()

    def read(self) -> Lifecycle:
        given = self.raw["initial"]
        initial = [str(one) for one in (given if isinstance(given, list) else [given])]
        self.check_states("/initial", initial)
        rows = self.raw["transitions"]
        left = {
            str(s)
            for row in rows
            if row["to"] is not None
            for s in row["from"]
            if row["from"] != "*"
        }
        ends = [state for state in self.states if state not in left]
        terminal = [str(state) for state in self.raw.get("terminal", ends)]
        self.check_states("/terminal", terminal)
        if leaving := left.intersection(terminal):
            self.checks.fail(
                f"{self.pointer}/terminal",
                f"a transition leaves {', '.join(sorted(leaving))}; take it out of terminal",
            )
        moves = [self.read_move(index, row, terminal) for index, row in enumerate(rows)]
        stamps = self.read_stamps() if "stamps" in self.raw else None
        keeps = [
            self.read_place(f"/keeps/{index}", place)
            for index, place in enumerate(self.raw.get("keeps", ()))
        ]
        if stamps is not None and stamps.made is not None and "keeps" not in self.raw:
            keeps = [stamps.made]
        return Lifecycle(
            states=self.states,
            initial=tuple(initial),
            terminal=tuple(terminal),
            moves=tuple(moves),
            clause=self.pointer,
            stamps=stamps,
            keeps=tuple(keeps),
        )

    def read_states(self) -> Mapping[str, Mapping[str, Any]]:
        field = self.raw.get("field")
        place = None if field is None else self.read_place("/field", field)
        schema = self.find_schema(place) if place else {}
        given = self.raw.get("states", [v for v in schema.get("enum", ()) if v is not None])
        if not given:
            message = "lists no values; write an enum on the property, or states here"
            self.checks.fail(f"{self.pointer}/field", message)
        named = given if isinstance(given, dict) else {str(value): value for value in given}
        states = {}
        for name, said in named.items():
            below = f"/states/{escape(name)}"
            if isinstance(said, dict):
                states[name] = {self.read_place(below, p): value for p, value in said.items()}
            elif place is None:
                self.checks.fail(f"{self.pointer}{below}", "no field says of which property it is")
            else:
                states[name] = {place: said}
        return states

    def find_schema(self, place: str) -> Mapping[str, Any]:
        """Return the schema of a property."""
        return self.checks.structure.find_property(self.record, place)

    def read_place(self, below: str, place: Any) -> str:
        return self.checks.read_place(f"{self.pointer}{below}", place, self.record)

    def check_states(self, below: str, names: Any) -> None:
        self.checks.is_known(f"{self.pointer}{below}", names, self.states.keys(), "a state")

    def read_stamps(self) -> Stamps:
        raw = self.raw["stamps"]
        made, moved = (
            self.read_place(f"/stamps/{name}", raw[name]) if name in raw else None
            for name in ("made", "moved")
        )
        entered = {str(state): place for state, place in raw.get("entered", {}).items()}
        self.check_states("/stamps/entered", entered)
        by_state = {
            state: self.read_place(f"/stamps/entered/{escape(state)}", place)
            for state, place in entered.items()
        }
        places = [place for place in (made, moved, *by_state.values()) if place]
        declared = find_unit(self.find_schema(places[0])) if places else None
        return Stamps(made, moved, by_state, raw.get("unit") or declared or "ms")

    def read_move(self, index: int, row: Mapping[str, Any], terminal: list[str]) -> Move:
        at = f"/transitions/{index}"
        sources = (
            [s for s in self.states if s not in terminal] if row["from"] == "*" else row["from"]
        )
        sources = [str(state) for state in sources]
        self.check_states(f"{at}/from", sources)
        to = row["to"]
        targets = [] if to is None else [str(one) for one in (to if isinstance(to, list) else [to])]
        self.check_states(f"{at}/to", targets)
        otherwise = row.get("otherwise", {})
        otherwise = otherwise if isinstance(otherwise, dict) else {"*": otherwise}
        self.check_states(f"{at}/otherwise", [name for name in otherwise if name != "*"])
        by = row["by"]
        if by != SERVER:
            operation = self.checks.find_operation(f"{self.pointer}{at}/by", by)
            by = operation.id if operation else by
        return Move(
            event=row["event"],
            by=by,
            sources=tuple(sources),
            targets=tuple(targets),
            clause=f"{self.pointer}{at}",
            given=row.get("given", {}),
            not_before=self.read_place(f"{at}/notBefore", row["notBefore"])
            if "notBefore" in row
            else None,
            within=row.get("within"),
            delayed=by != SERVER and "after" in row,
            otherwise=otherwise,
        )
