"""``x-lifecycle`` as values: how a record moves, where the description declares it."""

from collections.abc import Mapping
from typing import Any

from mockserver.contract.checks import Checks, seconds
from mockserver.contract.contract import SERVER, Fact, Grade, Lifecycle, Move, Stamps
from mockserver.contract.schemas import member, pointer_of, unit_of, values
from mockserver.contract.tree import Node
from mockserver.parsing.pointer import escape

_DECLARED = "x-lifecycle"


def fact(value: Any) -> Fact[Any]:
    """Return what ``x-lifecycle`` declares."""
    return Fact(value, Grade.DECLARED, _DECLARED)


def read_key(checks: Checks, record: Node, node: Node) -> Fact[str] | None:
    """Return the declared key of a record, as a pointer, or None where it is left out."""
    if "key" not in node.value:
        return None
    return fact(checks.place(node, "/key", node.value["key"], record))


def read_lifecycle(checks: Checks, record: Node, node: Node) -> Lifecycle | None:
    """Return how a record moves, or None where the key says of no state."""
    if "transitions" not in node.value:
        return None
    return _Reading(checks, record, node).lifecycle()


class _Reading:
    """Reads the ``x-lifecycle`` at *node* on the schema *record*."""

    def __init__(self, checks: Checks, record: Node, node: Node) -> None:
        self._checks = checks
        self._record = record
        self._node = node
        self._raw: Mapping[str, Any] = node.value
        self._states = self._read_states()

    def lifecycle(self) -> Lifecycle:
        """Return all of it."""
        initial = self._raw["initial"]
        names = initial if isinstance(initial, list) else [initial]
        self._check_states("/initial", names)
        ends = self._ends()
        terminal = tuple(map(str, self._raw.get("terminal", ends)))
        moves = tuple(
            self._move(index, row, terminal) for index, row in enumerate(self._raw["transitions"])
        )
        self._check_rows(moves)
        self._check_states("/terminal", terminal)
        if set(terminal) <= set(self._states) and set(terminal) != set(ends):
            told = f"the states that no transition leaves are {', '.join(ends) or 'none'}"
            self._node.complain("/terminal", "terminal", f"{told}; write these", list(terminal))
        keeps = self._raw.get("keeps")
        return Lifecycle(
            states=fact(self._states),
            initial=fact(tuple(map(str, names))),
            terminal=fact(terminal),
            stamps=fact(self._stamps()) if "stamps" in self._raw else None,
            keeps=None
            if keeps is None
            else fact(tuple(self._place(f"/keeps/{i}", place) for i, place in enumerate(keeps))),
            moves=tuple(map(fact, moves)),
        )

    def _ends(self) -> tuple[str, ...]:
        """Return the states that no row leaves by name; that a record is gone leaves none."""
        rows = [row for row in self._raw["transitions"] if row["to"] is not None]
        left = {str(name) for row in rows if row["from"] != "*" for name in row["from"]}
        return tuple(state for state in self._states if state not in left)

    def _read_states(self) -> Mapping[str, Mapping[str, Any]]:
        given = self._raw.get("states")
        field = self._raw.get("field")
        place = None if field is None else self._place("/field", field)
        schema = None if place is None else member(self._record, place)
        listed = values(schema) if schema is not None else ()
        if given is None:
            if place is not None and not listed:
                told = "lists no values; write an enum on the property, or states here"
                self._node.complain("/field", "states", f"the property {place} {told}")
            return {str(value): {str(place): value} for value in listed}
        named = given if isinstance(given, dict) else {str(value): value for value in given}
        states: dict[str, Mapping[str, Any]] = {}
        for index, (name, said) in enumerate(named.items()):
            below = f"/states/{escape(name) if isinstance(given, dict) else index}"
            states[name] = self._state(below, said, place)
            for where, value in states[name].items():
                below_value = f"{below}/{escape(where[1:])}" if isinstance(said, dict) else below
                self._check_value(below_value, where, value)
        return states

    def _state(self, below: str, said: Any, place: str | None) -> Mapping[str, Any]:
        if isinstance(said, dict):
            return {self._place(f"{below}/{escape(p)}", p): value for p, value in said.items()}
        if place is None:
            told = "is one value, and no field says of which property; write field"
            self._node.complain(below, "states", f"{said!r} {told}")
            return {}
        return {place: said}

    def _check_value(self, below: str, place: str, value: Any) -> None:
        schema = member(self._record, place)
        listed = values(schema) if schema is not None else ()
        if listed and value is not None:
            self._checks.is_known(self._node, below, [value], listed, f"a value of {place}")

    def _place(self, below: str, place: Any) -> str:
        return self._checks.place(self._node, below, place, self._record)

    def _check_states(self, below: str, names: Any) -> None:
        self._checks.is_known(self._node, below, map(str, names), self._states.keys(), "a state")

    def _stamps(self) -> Stamps:
        raw = self._raw["stamps"]
        single = {
            name: self._place(f"/stamps/{name}", raw[name])
            for name in ("made", "moved")
            if name in raw
        }
        entered = raw.get("entered", {})
        self._check_states("/stamps/entered", entered)
        by_state = {
            state: self._place(f"/stamps/entered/{escape(state)}", place)
            for state, place in entered.items()
        }
        places = [*single.values(), *by_state.values()]
        unit = raw.get("unit") or unit_of(member(self._record, places[0]) if places else None)
        return Stamps(single.get("made"), single.get("moved"), by_state, unit)

    def _move(self, index: int, row: Mapping[str, Any], terminal: tuple[str, ...]) -> Move:
        at = f"/transitions/{index}"
        sources = row["from"]
        if sources == "*":
            sources = [state for state in self._states if state not in terminal]
        else:
            self._check_states(f"{at}/from", sources)
        to = row["to"]
        targets = [] if to is None else to if isinstance(to, list) else [to]
        self._check_states(f"{at}/to", targets)
        otherwise = row.get("otherwise", {})
        if isinstance(otherwise, dict):
            self._check_states(f"{at}/otherwise", [s for s in otherwise if s != "*"])
        else:
            otherwise = {"*": otherwise}
        return Move(
            event=row["event"],
            by=self._by(at, row),
            sources=tuple(map(str, sources)),
            targets=tuple(map(str, targets)),
            given=row.get("given", {}),
            not_before=self._place(f"{at}/notBefore", row["notBefore"])
            if "notBefore" in row
            else None,
            after=self._after(at, row),
            within=row.get("within"),
            otherwise=otherwise,
        )

    def _by(self, at: str, row: Mapping[str, Any]) -> str:
        if row["by"] == SERVER:
            for name in ("otherwise", "given"):
                if name in row:
                    told = f"{name} means nothing where the server moves the record; take it out"
                    self._node.complain(f"{at}/{name}", "transition", told)
            return SERVER
        operation = self._checks.operation(self._node, f"{at}/by", row["by"])
        if operation is None:
            return str(row["by"])
        for name in row.get("given", {}):
            below = f"{at}/given/{escape(name)}"
            if name.startswith("?"):
                queries = [p.name for p in operation.parameters if p.where == "query"]
                kind = f"a query parameter of {operation.name}"
                self._checks.is_known(self._node, below, [name[1:]], queries, kind)
            else:
                self._checks.in_body(self._node, below, pointer_of(name), operation)
        return operation.name

    def _after(self, at: str, row: Mapping[str, Any]) -> tuple[str, str] | None:
        for name in ("after", "within"):
            said = row.get(name, [])
            for text in said if isinstance(said, list) else [said]:
                self._checks.duration(self._node, f"{at}/{name}", text)
        if "after" not in row:
            return None
        least, most = row["after"] if isinstance(row["after"], list) else [row["after"]] * 2
        if seconds(least) > seconds(most):
            told = f"{least} is longer than {most}; write the shorter one first"
            self._node.complain(f"{at}/after", "transition", told)
        return least, most

    def _check_rows(self, moves: tuple[Move, ...]) -> None:
        """Check that no two rows say of one state, call and condition where it leads."""
        met: dict[tuple[Any, ...], int] = {}
        for index, move in enumerate(moves):
            condition = repr(sorted(move.given.items()))
            for source in move.sources:
                cause = move.event if move.by == SERVER else move.by
                if met.setdefault((source, cause, condition), index) != index:
                    told = f"{cause} leaves {source} in an earlier row too; keep one of them"
                    self._node.complain(f"/transitions/{index}/from", "transition", told)
