"""Real time, and an event loop that keeps it, also where a test has frozen the time of its process.

Libraries such as freezegun replace ``time.time`` and ``time.monotonic``. A mock in a thread of such
a test is to stay what it is for its client, another machine: a delay of a second lasts a second.
"""

import asyncio
import sys
import time
from functools import partial

if sys.platform == "win32":
    # There is no other way to ask for the time; a frozen one stands still for the mock, too.
    wall, monotonic = time.time, time.monotonic  # noqa: TID251 -- the clocks of a composition root
else:
    # The seconds since 1970, and those from any origin, which never go back.
    wall = partial(time.clock_gettime, time.CLOCK_REALTIME)
    monotonic = partial(time.clock_gettime, time.CLOCK_MONOTONIC)


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop of uvloop where that installs, whose timers are in C; else asyncio's."""
    try:
        import uvloop
    except ImportError:
        loop = asyncio.new_event_loop()
        # It would ask time.monotonic.
        loop.time = monotonic  # type: ignore[method-assign]  # what asyncio reads the time by
        return loop
    return uvloop.new_event_loop()
