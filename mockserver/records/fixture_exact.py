"""What a snapshot tells of a record besides its members, so that it goes on where it was."""

from typing import Any

from msgspec import UnsetType

from mockserver.domain.timestamp import parse_timestamp
from mockserver.records.fixture_files import explain_unknown
from mockserver.records.fixture_schema import ExactRow
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.record import Pending


def resume(exact: ExactRow, lifecycle: Lifecycle | None) -> dict[str, Any]:
    """Return what a record of *lifecycle* goes on with, by name.

    Raises:
        ValueError: a moment is not one, or a move is not one of the contract.
    """
    found: dict[str, Any] = {}
    if not isinstance(exact.serial, UnsetType):
        found["serial"] = exact.serial
    if not isinstance(exact.entered, UnsetType):
        found["entered"] = _read_moment(exact.entered)
    if not isinstance(exact.pending, UnsetType):
        pending = exact.pending
        moves = {move.event: move for move in (lifecycle.moves if lifecycle else ())}
        if pending.event not in moves:
            raise ValueError(explain_unknown(pending.event, list(moves), "a move"))
        to = None if pending.to is None else str(pending.to)
        sources = moves[pending.event].sources
        found["pending"] = Pending(pending.event, to, _read_moment(pending.at), sources)
    return found


def _read_moment(stamp: int | str) -> int:
    return stamp if isinstance(stamp, int) else parse_timestamp(stamp)
