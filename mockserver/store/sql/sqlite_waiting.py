"""Waiting for others that hold the lock of a file of SQLite."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.database import BRIEF
from mockserver.store.sql.sqlite_errors import BusyError, run_once

T = TypeVar("T")

#: How long others may hold the lock at most.
_PATIENCE_SECONDS = 10.0
#: How long they may hold it while a server starts, since they last wrote: a million records are
#: sorted before they are written.
_FILLING_SECONDS = 60.0
_FIRST_PAUSE_SECONDS = 0.001
_LONGEST_PAUSE_SECONDS = 0.05


class Waiting(NamedTuple):
    """Calls what asks the database at *address*, in the file *path*, until it is not locked."""

    address: str
    path: Path

    async def retry(self, run: Callable[[], T], seconds: float = BRIEF) -> T:
        """Return what *run* returns; try again for so many *seconds*.

        Raises:
            StoreUnavailableError: others hold the lock longer, or the database cannot be used.
        """
        return await self._retry(run, min(seconds, _PATIENCE_SECONDS), lambda: None)

    async def retry_while_filled(self, run: Callable[[], T]) -> T:
        """Return what *run* returns; try again for as long as another server fills the file.

        Raises:
            StoreUnavailableError: the lock is held and nothing written, or as for `retry`.
        """
        return await self._retry(run, _FILLING_SECONDS, self._read_state)

    async def _retry(
        self, run: Callable[[], T], seconds: float, progress: Callable[[], object]
    ) -> T:
        pause, waited, before = _FIRST_PAUSE_SECONDS, 0.0, progress()
        while True:
            try:
                return run_once(self.address, run)
            except BusyError as error:
                now = progress()
                if now != before:
                    waited, before = 0.0, now
                elif waited > seconds:
                    raise StoreUnavailableError(str(error)) from None
            await asyncio.sleep(pause)
            waited += pause
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _read_state(self) -> list[tuple[int, int]]:
        """Return what differs once the file has been written to, or the log of a file in use."""
        found = []
        for path in (self.path, self.path.with_name(f"{self.path.name}-wal")):
            with suppress(FileNotFoundError):
                stat = path.stat()
                found.append((stat.st_size, stat.st_mtime_ns))
        return found
