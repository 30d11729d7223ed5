"""Which moves lead from one state to another."""

from mockserver.contract.contract import SERVER, Move
from mockserver.records.lifecycle import Lifecycle, targets_of

#: The moves that lead somewhere, each with the state that it is to reach.
Route = tuple[tuple[Move, str | None], ...]


def route(lifecycle: Lifecycle, state: str, to: str | None, *, asked: bool = True) -> Route | None:
    """Return the fewest moves that lead from *state* to another, or None if none do.

    Args:
        lifecycle: what moves there are.
        state: where the way begins.
        to: where it ends; None: the record is gone.
        asked: whether clients' moves count as well as the server's.
    """
    routes: dict[str | None, Route] = {state: ()}
    queue: list[str | None] = [state]
    for reached in queue:
        for move in lifecycle.moves:
            if reached not in move.sources or not (asked or move.by == SERVER):
                continue
            for target in targets_of(move):
                step = (*routes[reached], (move, target))
                if target == to:
                    return step
                if target not in routes:
                    routes[target] = step
                    queue.append(target)
    return None


def explain_unreachable(lifecycle: Lifecycle, state: str, to: str | None) -> str | None:
    """Return why the server moves no record from *state* to another; None if it does."""
    if route(lifecycle, state, to, asked=False):
        return None
    told = "out of the world" if to is None else f"to {to!r}"
    return f"the server does not move a record that is {state} {told}"


def find_circling(lifecycle: Lifecycle) -> frozenset[str]:
    """Return the states from which the server's own moves lead back to them."""
    return frozenset(s for s in lifecycle.states if route(lifecycle, s, s, asked=False))
