"""Files that are whole at each moment although they grow, and that may meet a full disk."""

import os
from collections.abc import Callable
from pathlib import Path


class GrowingFile:
    """A new file at *path* that nobody else may read, of parts between *head* and *tail*.

    The tail is written behind each part, and overwritten by the next. What cannot be written is
    told once.

    Args:
        path: where it is to be.
        tell: is told why something could not be written.
        head: what it begins with.
        separator: what stands between two parts.
        tail: what it ends with.

    Raises:
        OSError: it is there already, or cannot be made.
    """

    def __init__(
        self,
        path: Path,
        tell: Callable[[str], object],
        *,
        head: bytes = b"",
        separator: bytes = b"",
        tail: bytes = b"",
    ) -> None:
        self._path = path
        self._tell = tell
        self._separator = separator
        self._tail = tail
        self._parts = 0
        self._missing = 0
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        #: Where the tail begins.
        self._end = len(head)
        self._write(0, head + tail)

    @property
    def is_complete(self) -> bool:
        """Whether all parts have been written."""
        return not self._missing

    def append(self, part: bytes) -> None:
        """Write *part*; a part that does not fit in is left out as a whole."""
        written = (self._separator if self._parts else b"") + part
        try:
            self._write(self._end, written + self._tail)
        except OSError as error:
            self._missing += 1
            if self._missing == 1:
                self._tell(f"{self._path} cannot be written: {error.strerror}; forwarding goes on")
            self._restore()
        else:
            self._end += len(written)
            self._parts += 1

    def close(self) -> None:
        """Close the file, and tell how much is missing."""
        os.close(self._file)
        if self._missing:
            self._tell(f"{self._path} lacks {self._missing:,} exchanges")

    def _write(self, at: int, octets: bytes) -> None:
        view = memoryview(octets)
        while view:
            written = os.pwrite(self._file, view, at)
            at += written
            view = view[written:]

    def _restore(self) -> None:
        """Put the tail where it was: there was room for it."""
        try:
            os.ftruncate(self._file, self._end + len(self._tail))
            self._write(self._end, self._tail)
        except OSError:
            # Then the file ends within a part, which a reader that follows it takes for growing.
            return
