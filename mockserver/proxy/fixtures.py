"""A folder of fixtures that grows with what is seen: a mock serves the same lists from it again."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import msgspec

from mockserver.proxy.exchange import Exchange
from mockserver.proxy.seen_fixtures import Api, SeenFixtures
from mockserver.proxy.traffic import TrafficReader
from mockserver.proxy.world import SeenWorld

FILE = "world.json"
#: What a file of fixtures may hold is a little more (`docs/reference/fixtures.md`).
_MOST_BYTES = 60 * 1024 * 1024
_MOST_RECORDS = 200_000
#: How long a record is only in memory at least, in milliseconds; longer where there are many.
_PAUSE = 2_000.0


class FixtureSink:
    """Writes the records that exchanges show into the new *folder*.

    Args:
        folder: where to.
        api: what they are records of.
        reader: says what an exchange means.
        key: the secret of the recording's pseudonyms; None: identities stay as they are.
        tell: is told what could not be written, once.

    Raises:
        OSError: the folder is there already, or cannot be made.
    """

    def __init__(
        self,
        folder: Path,
        api: Api,
        reader: TrafficReader,
        key: bytes | None,
        tell: Callable[[str], object],
    ) -> None:
        self._folder = folder
        self._reader = reader
        self._tell = tell
        self._fixtures = SeenFixtures(api, key, self._tell_once)
        self._world = self._fixtures.open_world()
        self._writing: Thread | None = None
        self._written_at = 0.0
        self._told: set[str] = set()
        self._is_written = True
        folder.mkdir(mode=0o700, parents=True)

    @property
    def is_complete(self) -> bool:
        """Whether the folder has all that was seen."""
        return self._is_written and "full" not in self._told

    def take(self, exchange: Exchange) -> None:
        """Note what *exchange* shows, and write it after a while."""
        seen = self._reader.read(exchange)
        if seen is None:
            return
        if self._world.count >= _MOST_RECORDS:
            self._tell_once("full", f"{_MOST_RECORDS:,} records were seen; no others are recorded")
            return
        self._world.take(seen)
        if self._world.until - self._written_at >= _PAUSE + self._world.count:
            self._begin_to_write()

    def close(self) -> None:
        """Write what was seen."""
        if self._writing is not None:
            self._writing.join()
        self._write(self._world)

    def _begin_to_write(self) -> None:
        """Write what has been seen so far beside what goes on: of many records that takes long."""
        if self._writing is not None and self._writing.is_alive():
            return
        self._written_at = self._world.until
        self._writing = Thread(target=self._write, args=(self._world.copy(),), daemon=True)
        self._writing.start()

    def _write(self, world: SeenWorld) -> None:
        described = self._fixtures.describe(world)
        content = msgspec.json.format(msgspec.json.encode(described), indent=1)
        if len(content) > _MOST_BYTES:
            told = "the records are more than a file of fixtures may hold; the last are not written"
            self._tell_once("full", told)
            return
        try:
            _replace(self._folder / FILE, content)
            self._is_written = True
        except OSError as error:
            self._is_written = False
            told = f"{self._folder / FILE} cannot be written: {error.strerror}; forwarding goes on"
            self._tell_once("disk", told)

    def _tell_once(self, about: str, told: str) -> None:
        if about not in self._told:
            self._told.add(about)
            self._tell(told)


def _replace(path: Path, content: bytes) -> None:
    """Write *content* to *path*, which at each moment holds all of it or what it held before."""
    new = path.with_name(f".{path.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    new.replace(path)
