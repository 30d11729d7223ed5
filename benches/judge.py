"""What a run of the judge costs: seconds and requests, one at a time and several at once.

Usage: ``python -m benches.judge [--quick]``. The mock serves on this machine; the latency is put in
front of it by a proxy, and the large worlds are generated. With ``--quick`` there is neither the
largest world nor a second round: whether it works, not how fast.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from benches import load, processes, world
from benches.processes import first_answer, free_port, started
from benches.subject import PROJECT

KEY = "demo-organization-key"
LATENCY = 0.15
SIZES = (5_000, 60_000, 1_000_000)
ROUNDS = 3


class Cost(NamedTuple):
    """What one run took."""

    seconds: float
    requests: int
    read: str


def main(*, quick: bool) -> None:
    """Measure and print."""
    print(f"{'':44}{'1 at once':>12}{'8 at once':>12}{'ratio':>8}{'requests':>10}{'target':>16}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serve(folder, world.default(folder / "default").fixtures) as port:
            rounds = 1 if quick else ROUNDS
            compare("all effects, loopback", port, "any", rounds, "<= 5 s")
            with delay(port, LATENCY) as slow:
                compare(f"all effects, {LATENCY * 1000:.0f} ms latency", slow, "any", 1, "<= 30 s")
            told = judge(port, "none", 8)
            print(f"{'read only, default world':44}{told.requests:>42}{'<= 600':>16}")
        for jobs in SIZES[:1] if quick else SIZES:
            with serve(folder, world.many(folder / str(jobs), jobs).fixtures) as port:
                told = judge(port, "none", 8)
            print(f"{f'read only, {jobs:,} jobs':44}{told.requests:>42}{'<= 600':>16}")
            print(f"  {told.read}")


def compare(name: str, port: int, effects: str, rounds: int, target: str) -> None:
    """Print the medians of *rounds* in which both ways take turns."""
    pairs = [[judge(port, effects, most) for most in (1, 8)] for _ in range(rounds)]
    one, eight = (statistics.median(pair[n].seconds for pair in pairs) for n in (0, 1))
    requests = pairs[-1][1].requests
    print(
        f"{name:44}{one:>10.1f} s{eight:>10.1f} s{eight / one:>8.2f}{requests:>10}{target:>16}",
        flush=True,
    )


def judge(port: int, effects: str, most: int) -> Cost:
    """Judge what listens on *port*, and return what the report says of the run."""
    command = [sys.executable, "-m", "contracts", "check", "--quiet", "--report-json", "-"]
    command += ["--base-url", f"http://127.0.0.1:{port}", "--api-key", KEY]
    command += ["--project-key", PROJECT.rpartition("/")[2], "--effects", effects]
    command += ["--rng", "1", "--concurrency", str(most)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    report = json.loads(done.stdout)
    return Cost(report["run"]["seconds"], report["requests"]["total"], report["run"]["surveyed"])


@contextmanager
def serve(folder: Path, fixtures: Path) -> Iterator[int]:
    """Serve a world in a mock of its own, and yield the port."""
    port = free_port()
    command = processes.mock(port, "--seed", str(fixtures), "--no-access-log", "--journal", "0")
    with started(command, port, folder) as tree:
        first_answer(tree, load.request("GET", f"{PROJECT}/jobs?limit=1"))
        yield port


@contextmanager
def delay(port: int, seconds: float) -> Iterator[int]:
    """Serve what listens on *port* so that each request takes *seconds* longer; yield the port."""
    loop, front = asyncio.new_event_loop(), free_port()

    async def carry(
        source: asyncio.StreamReader, drain: asyncio.StreamWriter, pause: float
    ) -> None:
        while octets := await source.read(1 << 16):
            await asyncio.sleep(pause)
            drain.write(octets)
        drain.close()

    async def accept(source: asyncio.StreamReader, drain: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(carry(source, forth, seconds), carry(back, drain, 0.0))

    server = loop.run_until_complete(asyncio.start_server(accept, "127.0.0.1", front))
    Thread(target=loop.run_forever, daemon=True).start()
    try:
        yield front
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv[1:])
