"""What is true of a record at first, and later is not."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from contracts.selftest.any_api.call import Entry
from contracts.selftest.any_api.miniature import AnyMiniature

LATE = 40
"""After how many requests a fault begins that is a change: each record was seen by then."""


@dataclass
class Later(AnyMiniature):
    """A deployment that begins to go wrong once it was seen."""

    requests: int = 0

    def settle(self) -> None:
        super().settle()
        self.requests += 1

    @property
    def is_late(self) -> bool:
        """Tell whether it goes wrong by now."""
        return self.requests > LATE

    def show(self, entry: Entry) -> Any:
        shown = super().show(entry)
        return self.spoil(entry, deepcopy(shown)) if self.is_late else shown

    def spoil(self, entry: Entry, shown: Any) -> Any:
        """Return what is shown of a record once the deployment goes wrong."""
        return shown
