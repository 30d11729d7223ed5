"""The process that reads fixtures for a server, which goes on serving meanwhile.

`fixture_background` starts the process and holds the other end: a pickled `Task` comes in, and the
frames of `write_frames` go out.
"""

import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec
from msgspec import structs

from mockserver.parsing.sources import MEBIBYTE, Diagnostic, InvalidSourceError, invalid
from mockserver.records.fixture_reader import Basis, read_fixtures, read_upload
from mockserver.records.fixtures import Fixtures
from mockserver.records.record import Planned, Record, Scope

#: What reading one uploaded text may take. 16 MiB of JSON take 0.5 GiB, 8 MiB of YAML 1.5 GiB.
MOST_MEMORY = 2048 * MEBIBYTE
#: How many records a server decodes in a few milliseconds.
RECORDS_IN_FRAME = 500
LENGTH_OCTETS = 8
_NICER = 10


class Task(NamedTuple):
    """What to read: *paths*, or the *text* of a file of that one path.

    *otherwise* has what a text may leave out, and *memory* is how many bytes reading it may take.
    Files have no limit: they are the user's own.
    """

    basis: Basis
    paths: Sequence[Path]
    text: str | None = None
    otherwise: Fixtures = Fixtures()
    memory: int = MOST_MEMORY


class Outcome(NamedTuple):
    """The first frame, pickled: the *seed* without its records, or the *diagnostics*.

    Rows refer to *scopes*, *states* and *plans* by their indexes; *counts* are how many records
    there are, by resource, in the order in which they come.
    """

    seed: Fixtures | None = None
    diagnostics: Sequence[Diagnostic] = ()
    counts: Sequence[tuple[str, int]] = ()
    scopes: Sequence[Scope] = ()
    states: Sequence[str] = ()
    plans: Sequence[tuple[Planned, ...]] = ()


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Carry out the task that *source* holds, and write the outcome to *target*."""
    if hasattr(os, "nice"):
        # The server, and the clients that call it meanwhile, come first.
        os.nice(_NICER)
    task: Task = pickle.load(source)  # noqa: S301 -- the server that has started this wrote it
    for frame in write_frames(task):
        target.write(len(frame).to_bytes(LENGTH_OCTETS))
        target.write(frame)


def write_frames(task: Task) -> Iterator[bytes]:
    """Yield the outcome of *task*, then the rows of its records, `RECORDS_IN_FRAME` at a time."""
    try:
        seed = _read(task)
    except InvalidSourceError as error:
        yield pickle.dumps(Outcome(diagnostics=error.diagnostics))
        return
    records = [record for made in seed.records.values() for record in made]
    scopes = {scope: at for at, scope in enumerate({record.scope: None for record in records})}
    states = {state: at for at, state in enumerate({record.state: None for record in records})}
    # Rows that are written alike share their plan, which is kept once.
    plans = {id(record.plan): record.plan for record in records}
    indexes = {identity: at for at, identity in enumerate(plans)}
    yield pickle.dumps(
        Outcome(
            structs.replace(seed, records={}),
            counts=[(name, len(made)) for name, made in seed.records.items()],
            scopes=list(scopes),
            states=list(states),
            plans=list(plans.values()),
        )
    )
    encode = msgspec.msgpack.Encoder().encode

    def row(record: Record) -> tuple[Any, ...]:
        place = (scopes[record.scope], states[record.state], indexes[id(record.plan)])
        return (record.key, record.text, record.entered, record.serial, *place)

    remaining = iter(records)
    while part := list(islice(remaining, RECORDS_IN_FRAME)):
        yield encode([row(record) for record in part])


def _read(task: Task) -> Fixtures:
    if task.text is None:
        return read_fixtures(task.paths, task.basis)
    with suppress(ImportError, ValueError, OSError):
        # Not everywhere, and not where less is allowed already.
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (task.memory, task.memory))
    file = task.paths[0]
    try:
        return read_upload(file, task.text, task.basis, task.otherwise)
    except MemoryError:
        message = f"needs more than {task.memory // MEBIBYTE:,} MiB of memory; give fewer values"
        raise invalid(file, "size", message) from None
