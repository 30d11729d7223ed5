"""A fingerprint of fixtures, to notice that they have changed."""

from contextlib import suppress
from pathlib import Path


def fingerprint(source: Path) -> tuple[tuple[str, int, int], ...]:
    """Return a value that differs once a file has changed: *source*, or one of that folder."""
    entries = []
    with suppress(OSError):
        for path in sorted(source.iterdir()) if source.is_dir() else (source,):
            with suppress(OSError):
                status = path.stat()
                entries.append((path.name, status.st_mtime_ns, status.st_size))
    return tuple(entries)
