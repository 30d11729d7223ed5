"""Reading fixtures while a server serves: another process reads large ones.

A thread does not help: it and the event loop share Python's lock, and parsers written in C hold it
for as long as they run.
"""

import asyncio
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

import msgspec
from msgspec import structs

import mockserver
from mockserver.parsing.sources import InvalidSourceError
from mockserver.records.fixture_process import LENGTH_OCTETS, MOST_MEMORY, Outcome, Task
from mockserver.records.fixture_reader import Basis, read_upload
from mockserver.records.fixtures import Fixtures
from mockserver.records.record import Record

#: Not ``-m``: that would look for modules in the folder in which the server was started first. The
#: folder of this package is where Python finds it anyway, unless it runs from a clone.
_PROGRAM = (
    "import sys; root = sys.argv[1]; root in sys.path or sys.path.insert(0, root); "
    "from mockserver.records.fixture_process import main; main(sys.stdin.buffer, sys.stdout.buffer)"
)
#: Up to so many characters a text is read at once, by the suffix of its file: in 5 milliseconds,
#: where a process takes 200.
AT_ONCE = {".json": 128 * 1024, ".yaml": 8 * 1024}


async def load_upload(
    file: Path, text: str, basis: Basis, otherwise: Fixtures, turns: asyncio.Semaphore
) -> Fixtures:
    """Return the fixtures that one *text* states, as `fixture_reader.read_upload` does.

    Args:
        file: its name, which need not exist.
        text: what it would hold.
        basis: what it is read for.
        otherwise: has what the text leaves out.
        turns: bounds how many processes read at once, and thus their memory.

    Raises:
        InvalidSourceError: the diagnostics of the text.
    """
    if len(text) <= AT_ONCE[file.suffix]:
        return read_upload(file, text, basis, otherwise)
    kept = structs.replace(otherwise, records={})
    async with turns:
        return await _load(Task(basis, [file], text, kept, MOST_MEMORY))


async def load_fixtures(paths: Sequence[Path], basis: Basis) -> Fixtures:
    """Return the fixtures that *paths* state, as `fixture_reader.read_fixtures` does.

    Raises:
        InvalidSourceError: the diagnostics of all files.
    """
    return await _load(Task(basis, paths))


async def _load(task: Task) -> Fixtures:
    root = str(Path(mockserver.__file__).parent.parent)
    process = subprocess.Popen(  # noqa: S603, ASYNC220 -- our own program; starting takes 1 ms
        (sys.executable, "-P", "-c", _PROGRAM, root),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        octets, _ = await asyncio.to_thread(process.communicate, pickle.dumps(task))
    finally:
        # Also if nobody waits any more, such as at the end of the server.
        with suppress(ProcessLookupError):
            process.kill()
    if process.returncode:
        raise ChildProcessError(f"the process that reads fixtures ended with {process.returncode}")
    frames = _frames(octets)
    outcome: Outcome = pickle.loads(next(frames))  # noqa: S301 -- our own program wrote it
    if outcome.seed is None:
        raise InvalidSourceError(list(outcome.diagnostics))
    records = iter(await _list_records(outcome, frames))
    by_name = {name: tuple(islice(records, count)) for name, count in outcome.counts}
    return structs.replace(outcome.seed, records=by_name)


def _frames(octets: bytes) -> Iterator[memoryview]:
    view, at = memoryview(octets), 0
    while at < len(view):
        start = at + LENGTH_OCTETS
        at = start + int.from_bytes(view[at:start])
        yield view[start:at]


async def _list_records(outcome: Outcome, frames: Iterator[memoryview]) -> list[Record]:
    """Return the records of all *frames*; other tasks run after each frame."""
    scopes, states, plans = outcome.scopes, outcome.states, outcome.plans
    records: list[Record] = []
    decode = msgspec.msgpack.decode
    for frame in frames:
        for key, text, entered, serial, scope, state, plan in decode(frame):
            placed = (scopes[scope], text, states[state], entered, serial, plans[plan])
            records.append(Record(key, *placed))
        await asyncio.sleep(0)
    return records
