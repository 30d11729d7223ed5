"""Records that look the same: whether that can be by chance."""

from __future__ import annotations

import re
from typing import Any

from contracts.contract.moments import read_moment

OPAQUE = re.compile(r"(?=.*\d)[\w.:+-]{16,}")
"""A moment, or a key of which nobody makes a second one by chance."""

LARGE = 10**9
"""A number that is a moment or a key by itself, and no count."""


def is_unmistakable(record: Any) -> bool:
    """Tell whether no other record is the same by chance.

    Each tenant may count its records from one, and an entry of a list may say little of them.
    """
    if isinstance(record, dict):
        return any(map(is_unmistakable, record.values()))
    if isinstance(record, str):
        return bool(OPAQUE.fullmatch(record)) or read_moment(record, "rfc2822") is not None
    return isinstance(record, int) and record >= LARGE
