"""A lifecycle as a picture: a column for each state, a row for each move, from dots to arrows.

No two moves share a row, so nothing is ever drawn over something else, however many there are.
"""

from collections.abc import Iterator, Mapping

from mockserver.contract.contract import SERVER, Lifecycle, Move
from tools.reference.svg import compose_picture, draw_box, draw_text

GONE = "(gone)"
_TOP, _ROW, _HEIGHT, _MARGIN, _GAP = 60, 34, 30, 16, 26
_CHARACTER = 7.8
_INK, _BLUE = "#57606a", "#0969da"


def draw_states(lifecycle: Lifecycle, title: str) -> str:
    """Return the picture of a lifecycle: moves of the server are solid, those of clients dashed."""
    moves = [fact.value for fact in lifecycle.moves]
    names = [*lifecycle.states.value, *([GONE] if any(not move.targets for move in moves) else [])]
    left = _MARGIN + max(len(move.event) for move in moves) * _CHARACTER + _GAP
    columns = _place_columns(names, left)
    bottom = _TOP + len(moves) * _ROW
    shapes = [shape for state in names for shape in _draw_column(lifecycle, state, columns, bottom)]
    for index, move in enumerate(moves):
        y = _TOP + index * _ROW + _ROW / 2
        shapes.append(draw_text(left - _GAP, y + 4.5, move.event, "end"))
        shapes += _draw_move(move, columns, y)
    width = columns[names[-1]] + len(names[-1]) * _CHARACTER / 2 + _GAP + _MARGIN
    return compose_picture((round(width), bottom + _MARGIN), title, shapes)


def _place_columns(names: list[str], left: float) -> dict[str, float]:
    """Return the middle of each column, wide enough for the name at its head."""
    columns = {}
    for name in names:
        width = len(name) * _CHARACTER + 2 * _GAP
        columns[name] = round(left + width / 2, 1)
        left += width
    return columns


def _draw_column(
    lifecycle: Lifecycle, state: str, columns: Mapping[str, float], bottom: float
) -> Iterator[str]:
    """Yield the line of a state and the box with its name."""
    x, width = columns[state], len(state) * _CHARACTER + 20
    first = state in lifecycle.initial.value
    yield f'<path d="M{x:g} {_MARGIN + _HEIGHT:g}V{bottom:g}" stroke="#d0d7de"/>'
    colour, fill = (_BLUE, "#ddf4ff") if first else (_INK, "#f6f8fa")
    if state in lifecycle.terminal.value:
        edge = f'rx="8" fill="none" stroke="{colour}"'
        yield draw_box(x - width / 2 - 4, _MARGIN - 4, width + 8, _HEIGHT + 8, edge)
    dashes = ' stroke-dasharray="3 3"' if state == GONE else ""
    edge = f'rx="5" fill="{fill}" stroke="{colour}"{dashes}'
    yield draw_box(x - width / 2, _MARGIN, width, _HEIGHT, edge)
    yield draw_text(x, _MARGIN + _HEIGHT / 2 + 4.5, state, "middle")


def _draw_move(move: Move, columns: Mapping[str, float], y: float) -> Iterator[str]:
    """Yield a line with a dot at each state that the move leaves, an arrow where it leads."""
    sources = [columns[state] for state in move.sources]
    targets = [columns[state] for state in move.targets or (GONE,)]
    ends = (*sources, *targets)
    dashes = "" if move.by == SERVER else ' stroke-dasharray="5 4"'
    line = f'stroke="{_INK}" stroke-width="1.6"'
    yield f'<path d="M{min(ends):g} {y:g}H{max(ends):g}" {line}{dashes}/>'
    for x in sources:
        yield f'<circle cx="{x:g}" cy="{y:g}" r="4.5" fill="{_INK}"/>'
        if x in targets:
            yield f'<circle cx="{x:g}" cy="{y:g}" r="8" fill="none" {line}/>'
    for x in targets:
        for from_left in sorted({source < x for source in sources if source != x}):
            side = -1 if from_left else 1
            tip = x + side * (9 if x in sources else 0)
            yield f'<path d="M{tip:g} {y:g}l{side * 11} -6v12z" fill="{_INK}"/>'
