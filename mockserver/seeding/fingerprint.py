"""Noticing that a folder of fixtures has changed."""

from contextlib import suppress
from pathlib import Path


def fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what is another value once a file of *folder* has changed."""
    found = []
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            with suppress(OSError):
                status = path.stat()
                found.append((path.name, status.st_mtime_ns, status.st_size))
    return tuple(found)
