"""Reading fixtures while a server answers: large ones are read by another process.

A thread would not do: it and the server's event loop would take turns, and parsers written in C
hold Python's lock for as long as they run.
"""

import asyncio
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

import mockserver
from mockserver.contract.document import Document
from mockserver.domain.job import Job, Plan
from mockserver.parsing.sources import InvalidSourceError
from mockserver.seeding.reader import read_upload
from mockserver.seeding.reading_process import LENGTH_OCTETS, MOST_MEMORY, Outcome, Task
from mockserver.seeding.schema import FixtureFile
from mockserver.store.seed import Seed

#: Not ``-m``: that would look for modules in the folder in which the server was started first. The
#: folder of this package is where Python finds it anyway, unless it runs from a clone.
_PROGRAM = (
    "import sys; root = sys.argv[1]; root in sys.path or sys.path.insert(0, root); "
    "from mockserver.seeding.reading_process import main; main(sys.stdin.buffer, sys.stdout.buffer)"
)
#: Up to so many characters a text is read at once, by the suffix of its file: in 5 milliseconds,
#: where a process takes 200.
AT_ONCE = {".json": 128 * 1024, ".yaml": 8 * 1024}


async def load_text(
    file: Path, text: str, document: Document, otherwise: FixtureFile, turns: asyncio.Semaphore
) -> Seed:
    """Return the seed that one *text* states, as `reader.read_upload` does.

    Args:
        file: its name, which need not exist.
        text: what it would hold.
        document: the contract.
        otherwise: what holds where the text states no organizations, now or rules.
        turns: bounds how many processes read at once, and thus their memory.

    Raises:
        InvalidSourceError: with the problems of the text.
    """
    if len(text) <= AT_ONCE[file.suffix]:
        return read_upload(file, text, document, otherwise)
    async with turns:
        return await _load(Task(document, file, text, otherwise, MOST_MEMORY))


async def load(folder: Path, document: Document) -> Seed:
    """Return the seed that the fixtures in *folder* state, as `reader.read` does.

    Raises:
        InvalidSourceError: with the problems of all files.
    """
    return await _load(Task(document, folder))


async def _load(task: Task) -> Seed:
    root = str(Path(mockserver.__file__).parent.parent)
    process = subprocess.Popen(  # noqa: S603, ASYNC220 -- our own program; starting takes 1 ms
        (sys.executable, "-P", "-c", _PROGRAM, root),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        octets, _ = await asyncio.to_thread(process.communicate, pickle.dumps(task))
    finally:
        # Also where the caller no longer waits, such as at the server's end.
        with suppress(ProcessLookupError):
            process.kill()
    if process.returncode:
        raise ChildProcessError(f"the process that reads fixtures ended with {process.returncode}")
    frames = _frames(octets)
    outcome = msgspec.msgpack.decode(next(frames), type=Outcome, dec_hook=_path)
    if outcome.seed is None:
        raise InvalidSourceError(outcome.diagnostics)
    return structs.replace(outcome.seed, jobs=await _jobs(outcome.seed, frames))


def _frames(octets: bytes) -> Iterator[memoryview]:
    view, at = memoryview(octets), 0
    while at < len(view):
        start = at + LENGTH_OCTETS
        at = start + int.from_bytes(view[at:start])
        yield view[start:at]


async def _jobs(seed: Seed, frames: Iterator[memoryview]) -> list[Job]:
    """Return the jobs of all *frames*; others have their turn after each."""
    projects = {p.project_key: p for o in seed.organizations for p in o.projects}
    # What many jobs share is kept once.
    texts: dict[str, str] = {}
    plans: dict[tuple[Any, ...], Plan] = {}
    jobs: list[Job] = []
    decode = msgspec.msgpack.decode
    for frame in frames:
        for job_id, project, user, status, created, start, updated, errors, plan in decode(frame):
            shared = None
            if plan is not None:
                key = tuple(plan)
                shared = plans.get(key) or plans.setdefault(key, Plan(*plan))
            kept = texts.setdefault(status, status)
            moments = (created, start, updated)
            jobs.append(Job(job_id, projects[project], user, kept, *moments, errors, shared))
        await asyncio.sleep(0)
    return jobs


def _path(_: type, value: Any) -> Path:
    return Path(value)
