"""A world of a million generated jobs: how long it loads, what it occupies, how deep pages cost.

Usage: ``python -m benches.million_jobs [JOBS]``.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benches import load, servers

ROUNDS = 7
REQUESTS = 1_000
LIST = "/public/3sWXSsqHgSKnE87YkNJK/jobs"


def main() -> None:
    """Measure and print."""
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        world = str(Path(folder) / "world")
        began = time.perf_counter()
        command = [sys.executable, "-m", "mockserver", "generate", "--jobs", str(jobs)]
        subprocess.run([*command, "--out", world], check=True, stdout=subprocess.DEVNULL)
        print(f"generated: {time.perf_counter() - began:.1f} s")
        with servers.running(servers.mock("--seed", world, "--no-access-log")) as server:
            print(f"loaded: {server.started_seconds:.1f} s from start to ready (target: 10 s)")
            pages(server)
            print(f"resident: {server.resident_mebibytes():.0f} MiB (target: 600 MB = 572 MiB)")


def pages(server: servers.Server) -> None:
    """Measure page 1 and pages around 5,000 in turns, each page once so that none is remembered."""
    first: list[float] = []
    deep: list[float] = []
    with load.connections(server.port, 8) as clients:
        for number in range(ROUNDS):
            # A limit of its own gives each round its own first page; the work is the same.
            limits = [50 - number] * REQUESTS
            for into, page in ((first, 1), (deep, 5_000)):
                requests = [
                    load.request("GET", f"{LIST}?limit={limit}&page={page}&{number}.{i}")
                    for i, limit in enumerate(limits)
                ]
                before = server.cpu_seconds()
                load.send(clients, requests)
                into.append((server.cpu_seconds() - before) / REQUESTS * 1e6)
    ratio = statistics.median(f / d for f, d in zip(first, deep, strict=True))
    print(
        f"page 1: {statistics.median(first):.0f} us, page 5,000: {statistics.median(deep):.0f} us,"
        f" page 5,000 is {ratio:.2f}x as fast (target: 0.9x)"
    )


if __name__ == "__main__":
    main()
