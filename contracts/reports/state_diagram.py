"""The states of a record and its moves as a drawing: what was seen, what was not, what is illegal.

States stand in columns by their distance from the initial ones. A move to the next column is a
curve; a longer one goes over the states, and one back goes below them, each in a lane of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from contracts.engine.seen import MoveKind, MoveSeen, ResourceSeen, StateSeen
from contracts.reports.html_markup import Markup, element
from contracts.reports.wording import pluralize

WIDTH, HEIGHT, ACROSS, DOWN, LANE, CORNER = 150, 36, 100, 20, 15, 7
"""Pixels: of a state, between columns, between rows, between lanes, of a rounded corner."""

GONE = "gone"
"""What stands where a record is deleted."""

LONGEST_NAME, LONGEST_EVENT = 15, 20
"""Characters of the name of a state, and of what a line is called."""


@dataclass
class Drawing:
    """Places of states, and lanes that are taken."""

    columns: dict[str, int]
    rows: dict[str, int]
    top: int
    above: int = 0
    below: int = 0
    ports: dict[tuple[str, bool], int] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Return how far down the lowest state reaches."""
        lowest = max(self.rows.values(), default=0)
        return self.top + (lowest + 1) * (HEIGHT + DOWN)

    @property
    def width(self) -> int:
        """Return how far to the right the last state reaches."""
        return (max(self.columns.values(), default=0) + 1) * (WIDTH + ACROSS) - ACROSS // 2

    def place(self, name: str) -> tuple[int, int]:
        """Return the upper left corner of a state."""
        x = 12 + self.columns[name] * (WIDTH + ACROSS)
        return x, self.top + self.rows[name] * (HEIGHT + DOWN)

    def take_port(self, name: str, *, upper: bool) -> int:
        """Return where on its upper or lower side the next line of a state begins."""
        taken = self.ports[name, upper] = self.ports.get((name, upper), 0) + 1
        return self.place(name)[0] + 12 + (taken * 11) % (WIDTH - 24)


def draw_states(seen: ResourceSeen) -> Markup | None:
    """Return the drawing of the lifecycle; None where no states are declared."""
    if not seen.states:
        return None
    moves = list(seen.moves)
    columns = _find_columns(seen.states, moves)
    if any(not move.target for move in moves):
        columns[GONE] = max(columns.values()) + 1
    rows: dict[str, int] = {}
    for name, column in columns.items():
        rows[name] = sum(columns[other] == column for other in rows)
    spans = [columns[move.target or GONE] - columns[move.source] for move in moves]
    drawing = Drawing(columns, rows, top=16 + LANE * sum(span > 1 for span in spans))
    lines = [_draw_move(drawing, move) for move in moves]
    states = [_draw_state(drawing, state) for state in seen.states]
    gone = [_draw_box(drawing, GONE, "", "state end")] if GONE in columns else []
    height = drawing.height + LANE * (drawing.below + 1)
    return element(
        "svg",
        *lines,
        *states,
        *gone,
        viewBox=f"0 0 {drawing.width} {height}",
        width=str(drawing.width),
        height=str(height),
        class_="states",
        role="img",
        aria_label=f"The states of {seen.name}; the table below says the same",
    )


def _find_columns(states: Sequence[StateSeen], moves: Sequence[MoveSeen]) -> dict[str, int]:
    """Return how many moves each state is away from an initial one."""
    columns = {state.name: 0 for state in states if state.initial}
    for _ in states:
        for move in moves:
            if move.kind is MoveKind.DECLARED and move.source in columns and move.target:
                columns.setdefault(move.target, columns[move.source] + 1)
    last = max(columns.values(), default=0)
    names = [state.name for state in states]
    names += [name for move in moves for name in (move.source, move.target) if name]
    rest = {name: last + 1 for name in names if name not in columns}
    ends = {state.name for state in states if state.terminal}
    order = sorted({**columns, **rest}.items(), key=lambda one: (one[1], one[0] in ends))
    return dict(order)


def _draw_state(drawing: Drawing, state: StateSeen) -> Markup:
    kind = "state" + " start" * state.initial + " end" * state.terminal
    kind += "" if state.records else " unseen"
    return _draw_box(drawing, state.name, str(state.records), kind)


def _draw_box(drawing: Drawing, name: str, number: str, kind: str) -> Markup:
    x, y = drawing.place(name)
    shown = _cut(name, LONGEST_NAME)
    middle = str(y + HEIGHT // 2 + 4)
    texts = [element("text", shown, x=str(x + 10), y=middle)]
    if number:
        right = str(x + WIDTH - 9)
        texts.append(element("text", number, x=right, y=middle, class_="records"))
    box = element(
        "rect", x=str(x), y=str(y), width=str(WIDTH), height=str(HEIGHT), rx="8", class_="box"
    )
    about = f"{name}: {pluralize(int(number or 0), 'record')} when seen last" if number else name
    return element("g", element("title", about), box, *texts, class_=kind)


def _draw_move(drawing: Drawing, move: MoveSeen) -> Markup:
    target = move.target or GONE
    span = drawing.columns[target] - drawing.columns[move.source]
    if span == 1:
        line, tip, label = _draw_curve(drawing, move.source, target)
    elif span == 0:
        line, tip, label = _draw_bow(drawing, move.source, target)
    else:
        line, tip, label = _draw_lane(drawing, move.source, target, upper=span > 1)
    about = f"{move.source} to {target}: {', '.join(move.events) or move.kind.value}, "
    about += f"seen {pluralize(move.times, 'time')}"
    return element(
        "g",
        element("title", about),
        element("path", d=line, class_="line"),
        element("path", d=tip, class_="tip"),
        element("text", _make_label(move), x=str(label[0]), y=str(label[1]), class_="label"),
        class_=f"move {move.kind.value} {'met' if move.times else 'unseen'}",
    )


def _make_label(move: MoveSeen) -> str:
    """Return the events of a move without who makes them, and how often it was seen."""
    names = dict.fromkeys(event.partition(" by ")[0] for event in move.events)
    text = ", ".join(names) or move.kind.value
    text = _cut(text, LONGEST_EVENT)
    return f"{text} \N{MULTIPLICATION SIGN}{move.times}" if move.times else text


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}\N{HORIZONTAL ELLIPSIS}"


Line = tuple[str, str, tuple[int, int]]
"""The line, its tip, and where the label stands."""


def _draw_curve(drawing: Drawing, source: str, target: str) -> Line:
    (x1, y1), (x2, y2) = drawing.place(source), drawing.place(target)
    x1, y1, y2 = x1 + WIDTH, y1 + HEIGHT // 2, y2 + HEIGHT // 2
    half = (x2 - x1) // 2
    line = f"M{x1} {y1}C{x1 + half} {y1} {x2 - half} {y2} {x2 - 6} {y2}"
    tip = f"M{x2} {y2}l-8 -4v8z"
    return line, tip, (x1 + half, (y1 + y2) // 2 - 4)


def _draw_bow(drawing: Drawing, source: str, target: str) -> Line:
    (x, y1), (_, y2) = drawing.place(source), drawing.place(target)
    x, y1, y2 = x + WIDTH, y1 + HEIGHT // 2 + 6, y2 + HEIGHT // 2 - 6
    out = x + 44
    line = f"M{x} {y1}C{out} {y1} {out} {y2} {x + 6} {y2}"
    return line, f"M{x} {y2}l8 -4v8z", (x + 34, (y1 + y2) // 2 + 4)


def _draw_lane(drawing: Drawing, source: str, target: str, *, upper: bool) -> Line:
    x1, x2 = (drawing.take_port(name, upper=upper) for name in (source, target))
    y1, y2 = (drawing.place(name)[1] + (0 if upper else HEIGHT) for name in (source, target))
    if upper:
        drawing.above += 1
        lane, turn, rest = drawing.top - LANE * drawing.above, CORNER, -6
    else:
        drawing.below += 1
        lane, turn, rest = drawing.height + LANE * drawing.below - DOWN // 2, -CORNER, 6
    side = CORNER if x2 > x1 else -CORNER
    line = (
        f"M{x1} {y1}V{lane + turn}Q{x1} {lane} {x1 + side} {lane}"
        f"H{x2 - side}Q{x2} {lane} {x2} {lane + turn}V{y2 + rest}"
    )
    tip = f"M{x2} {y2}l-4 {-8 if upper else 8}h8z"
    return line, tip, ((x1 + x2) // 2, lane - 3)


def list_moves(moves: Sequence[MoveSeen]) -> Iterator[tuple[str, str, str, str, MoveKind]]:
    """Go through what a table of the moves says: from, to, events, how often, and what it is."""
    for one in sorted(moves, key=lambda one: (one.kind is not MoveKind.ILLEGAL, -one.times)):
        events = {
            MoveKind.PASSED: "several moves in a row",
            MoveKind.ILLEGAL: "no declared move leads there",
        }.get(one.kind, ", ".join(one.events))
        yield one.source, one.target or GONE, events, str(one.times), one.kind
