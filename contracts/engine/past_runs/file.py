"""The file of `--history`: read strictly, and replaced as a whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from contracts.engine.past_runs.records import Remembered

FORMAT, VERSION = "contracts-history", 2
"""VERSION grows when an older judge could no longer read the file."""

FIRST_VERSION = 1
"""A file of one resource, which its title names after that of the API; it can be read as well."""

LARGEST = 16 << 20
"""Octets: several times what the most records take."""


class HistoryError(ValueError):
    """The file of `--history` cannot be used; the text says why, and what to do."""


class Past(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All that the file says."""

    format: str = FORMAT
    version: int = VERSION
    base_url: str
    """The deployment; no credentials in it."""
    title: str
    """What the contract calls the API; in version 1 with a comma and the resource, if it is any."""
    document: str
    """The digest of the contract by which the records were read."""
    salt: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    """What the digests of members are made with."""
    saved: str
    """When the run began that wrote the file last: ISO 8601, UTC."""
    records: list[Remembered]


class _Head(msgspec.Struct):
    format: str
    version: int


def read(file: Path) -> Past | None:
    """Return what *file* says, or None if there is no such file.

    Raises HistoryError if it cannot be read, is damaged, or is not a history.
    """
    try:
        if file.exists() and not file.is_file():
            raise HistoryError(f"--history: {file} is not a file; name one")
        with file.open("rb") as stream:
            text = stream.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HistoryError(f"--history: {file} cannot be read: {error.strerror}") from error
    return _decode(text, file)


def _decode(text: bytes, file: Path) -> Past:
    remedy = "remove it to begin a new history, or name another file"
    if len(text) > LARGEST:
        raise HistoryError(f"--history: {file} is larger than {LARGEST >> 20} MiB; {remedy}")
    try:
        head = msgspec.json.decode(text, type=_Head)
        known = head.format == FORMAT and head.version in (FIRST_VERSION, VERSION)
        past = msgspec.json.decode(text, type=Past) if known else None
        for written in {at for one in past.records for at in (one.first, one.last)} if past else ():
            datetime.fromisoformat(written)
    except (ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        message = f"--history: {file} is damaged or not a history ({why}); {remedy}"
        raise HistoryError(message) from error
    if past is None and head.format != FORMAT:
        raise HistoryError(f"--history: {file} is another kind of file; {remedy}")
    if past is None:
        raise HistoryError(
            f"--history: {file} has version {head.version}, and this judge reads versions "
            f"{FIRST_VERSION} and {VERSION}; use the judge that wrote it, or {remedy}"
        )
    return past


def check_writable(file: Path) -> None:
    """Raise HistoryError if *file* could not be written at the end of a run."""
    folder = file.resolve().parent
    if not folder.is_dir():
        raise HistoryError(f"--history: {folder} is not a folder; make it first")
    if not os.access(folder, os.W_OK):
        raise HistoryError(f"--history: {folder} cannot be written to; name a file elsewhere")


def write(past: Past, file: Path) -> None:
    """Replace *file*, readable by its owner only; at no moment is it half written.

    Raises OSError; the old file is left as it was.
    """
    target = file.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(msgspec.json.format(msgspec.json.encode(past), indent=1) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


@contextmanager
def lock(file: Path) -> Iterator[None]:
    """Keep other runs from writing *file* meanwhile, where the system has locks of folders."""
    try:
        import fcntl
    except ImportError:  # Windows: the last of two runs that end at one moment wins
        yield
        return
    folder = os.open(file.resolve().parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
