"""A fingerprint of files, to notice that they have changed."""

from contextlib import suppress
from pathlib import Path


def fingerprint(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Return a value that differs once a file, or one in a folder, at *path* has changed."""
    entries = []
    with suppress(OSError):
        for file in sorted(path.iterdir()) if path.is_dir() else (path,):
            with suppress(OSError):
                status = file.stat()
                entries.append((file.name, status.st_mtime_ns, status.st_size))
    return tuple(entries)
