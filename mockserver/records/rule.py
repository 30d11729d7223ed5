"""What fixtures say of how the server moves records that hold certain values."""

import re
from collections.abc import Mapping
from fnmatch import translate
from functools import cached_property
from typing import Any

from msgspec import Struct

from mockserver.records.places import Place


class Rule(Struct, frozen=True, dict=True):
    """Records whose places hold what *where* says move from a state *to* another of the server's.

    Attributes:
        source: the state.
        to: the other one; None: the record is gone.
        where: by pointer, the value that the place holds, or ``{"glob": "a*"}`` for the texts that
            a shell pattern matches, case considered.
        after: for how many milliseconds they stay in the state; None: as long as others.
        members: what the move writes besides, by pointer.
        since: the pointer to a moment of the record from which *after* counts instead. It counts
            from the entry into the state where there is no such moment.
    """

    source: str
    to: str | None
    where: Mapping[str, Any] = {}
    after: int | None = None
    members: Mapping[str, Any] = {}
    since: str = ""

    def applies(self, members: Mapping[str, Any]) -> bool:
        """Return whether *members* hold what the rule says."""
        for place, pattern, said in self._conditions:
            found = place.read(members)
            if pattern is None:
                if found != said:
                    return False
            elif not isinstance(found, str) or pattern.match(found) is None:
                return False
        return True

    @cached_property
    def _conditions(self) -> tuple[tuple[Place, re.Pattern[str] | None, Any], ...]:
        """The places, each with the pattern of its text, or else the value that it holds."""
        return tuple(
            (Place(pointer), _pattern_of(said), said) for pointer, said in self.where.items()
        )


def _pattern_of(said: Any) -> re.Pattern[str] | None:
    """Return the pattern of the texts that a rule means; None if it means one value."""
    if isinstance(said, dict) and said.keys() == {"glob"}:
        return re.compile(translate(said["glob"]))
    return None
