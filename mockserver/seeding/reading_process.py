"""Reads fixtures in a process of its own, for a server that goes on answering meanwhile.

`background_reader` starts the process and holds the other end: a pickled `Task` comes in, and the
frames of `write_frames` go out.
"""

import os
import pickle
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec
from msgspec import structs

from mockserver.contract.document import Document
from mockserver.domain.job import Job
from mockserver.parsing.sources import MEBIBYTE, Diagnostic, InvalidSourceError, invalid
from mockserver.seeding.reader import read, read_upload
from mockserver.seeding.schema import FixtureFile
from mockserver.store.seed import Seed

#: What reading one uploaded text may take. 16 MiB of JSON take 0.5 GiB, 8 MiB of YAML 1.5 GiB.
MOST_MEMORY = 2048 * MEBIBYTE
#: So many jobs take a server some milliseconds to take over.
JOBS_IN_FRAME = 500
LENGTH_OCTETS = 8
_NICER = 10


class Task(NamedTuple):
    """What to read: the folder *path*, or the *text* of a file of that name.

    Where a text leaves something out, *otherwise* has it. Reading it may take so much *memory*, in
    bytes; a folder is the user's own, and may be as large as they like.
    """

    document: Document
    path: Path
    text: str | None = None
    otherwise: FixtureFile | None = None
    memory: int = MOST_MEMORY


class Outcome(msgspec.Struct, frozen=True):
    """The first frame: the *seed* without its jobs, or the *diagnostics* that there are."""

    seed: Seed | None = None
    diagnostics: list[Diagnostic] = []


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Carry out the task that *source* holds, and write the outcome to *target*."""
    if hasattr(os, "nice"):
        # Clients that call the server meanwhile come first.
        os.nice(_NICER)
    task: Task = pickle.load(source)  # noqa: S301 -- the server that has started this wrote it
    for frame in write_frames(task):
        target.write(len(frame).to_bytes(LENGTH_OCTETS))
        target.write(frame)


def write_frames(task: Task) -> Iterator[bytes]:
    """Yield the outcome of *task*, then the rows of its jobs, `JOBS_IN_FRAME` at a time."""
    try:
        seed = _seed(task)
    except InvalidSourceError as error:
        yield msgspec.msgpack.encode(Outcome(diagnostics=error.diagnostics), enc_hook=str)
        return
    encode = msgspec.msgpack.Encoder().encode
    yield encode(Outcome(structs.replace(seed, jobs=[])))
    jobs = iter(seed.jobs)
    while part := list(islice(jobs, JOBS_IN_FRAME)):
        yield encode([_row(job) for job in part])


def _row(job: Job) -> tuple[Any, ...]:
    """Return the members of *job* in order, its project by key and its plan as a tuple."""
    job_id, project, *others, plan = structs.astuple(job)
    return (job_id, project.project_key, *others, plan and structs.astuple(plan))


def _seed(task: Task) -> Seed:
    if task.text is None or task.otherwise is None:
        return read(task.path, task.document)
    with suppress(ImportError, ValueError, OSError):
        # Not everywhere, and not where less is allowed already.
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (task.memory, task.memory))
    try:
        return read_upload(task.path, task.text, task.document, task.otherwise)
    except MemoryError:
        message = f"needs more than {task.memory // MEBIBYTE:,} MiB of memory; give fewer values"
        raise invalid(task.path, "size", message) from None
