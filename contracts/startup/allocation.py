"""Makes the C library hand the memory of large responses back to the system."""

from __future__ import annotations

import sys
from ctypes import CDLL

from contracts.http.wire import LARGE

MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of mallopt(3)."""


def hand_back_large_blocks() -> None:
    """Let each block of LARGE octets or more be a mapping of its own, which ends when it is freed.

    glibc raises that threshold to the largest block that was freed, and from then on keeps such
    blocks for the thread that had them: each thread of a run would hold some large responses.
    Other C libraries have no such setting, and need none.
    """
    mallopt = getattr(CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(MMAP_THRESHOLD, LARGE)
