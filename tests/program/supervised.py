"""A small program under the supervisor: `python -m tests.program.supervised WAY FOLDER [LIMITS]`.

Its workers answer each connection with their process id. WAY is how they misbehave. LIMITS, such as
`_LONGEST_STOP_SECONDS=600`, replace those of the supervisor.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from mockserver.process import supervisor
from mockserver.process.port import claim
from mockserver.process.supervisor import Console, Ties, supervise
from mockserver.process.worker import ExitStatus

COUNT = 3


async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with the process id."""
    writer.write(str(os.getpid()).encode())
    writer.close()


async def serve(port: int, ties: Ties) -> None:
    """Answer on *port* until told to end."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGINT, stop.set)
    loop.add_reader(ties.lifeline, stop.set)
    async with await asyncio.start_server(answer, "127.0.0.1", port, reuse_port=True):
        ties.ready(f"Listening on {port}\n")
        await stop.wait()


def served(port: int, ties: Ties) -> ExitStatus:
    """Serve as told."""
    asyncio.run(serve(port, ties))
    return ExitStatus(0)


def way(name: str, folder: Path, port: int) -> Callable[[Ties], ExitStatus]:
    """Return what a worker does."""

    def refuse(_: Ties) -> ExitStatus:
        return ExitStatus(3, "mockserver: nothing to serve\n")

    def crash(_: Ties) -> ExitStatus:
        raise LookupError("a mistake of ours")

    def no_successor(ties: Ties) -> ExitStatus:
        (folder / str(os.getpid())).touch()
        came_at_first = len(list(folder.iterdir())) <= COUNT
        return served(port, ties) if came_at_first else refuse(ties)

    def deaf(ties: Ties) -> ExitStatus:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        parent = os.getppid()
        ties.ready("Listening on nothing\n")
        while os.getppid() == parent:
            time.sleep(0.1)
        return ExitStatus(0)

    def careful(ties: Ties) -> ExitStatus:
        parent, told = os.getppid(), threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: told.set())
        ties.ready("Listening on nothing\n")
        while os.getppid() == parent and not (told.is_set() and (folder / "go").exists()):
            time.sleep(0.01)
        (folder / str(os.getpid())).touch()
        return ExitStatus(0)

    def note(ties: Ties) -> ExitStatus:
        (folder / str(os.getpid())).write_text(str(ties.is_first))
        return served(port, ties)

    def verbose(ties: Ties) -> ExitStatus:
        ties.ready("x" * 200_000 + "\n")
        return served(port, ties)

    ways = [refuse, crash, no_successor, deaf, careful, note, verbose]
    return {one.__name__: one for one in ways}.get(name, lambda ties: served(port, ties))


if __name__ == "__main__":
    for limit in sys.argv[3:]:
        constant, _, seconds = limit.partition("=")
        setattr(supervisor, constant, json.loads(seconds))
    with claim("127.0.0.1", 0) as held:
        console = Console(lambda text: os.write(1, text.encode()), sys.stderr.write)
        work = way(sys.argv[1], Path(sys.argv[2]), held.getsockname()[1])
        ended = supervise(work, COUNT, console)
    sys.stderr.write(ended.reason)
    sys.exit(ended.code)
