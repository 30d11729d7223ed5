"""A fingerprint of a folder of fixtures, to notice that it has changed."""

from contextlib import suppress
from pathlib import Path


def fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return a value that differs once a file of *folder* has changed."""
    entries = []
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            with suppress(OSError):
                status = path.stat()
                entries.append((path.name, status.st_mtime_ns, status.st_size))
    return tuple(entries)
