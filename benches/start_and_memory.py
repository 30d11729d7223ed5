"""Start-up and memory of the mock, relative to a raw aiohttp server.

Usage: ``python -m benches.start_and_memory [ROUNDS]``. From the start of the process to its first
answer; both take turns. Memory is looked at after 1,000 requests.
"""

import statistics
import sys
import time
from collections.abc import Sequence

from benches import load, servers

GET = load.request("GET", "/public/3sWXSsqHgSKnE87YkNJK/jobs/3451")
CONSTANT = load.request("GET", "/constant")


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    raw, mock = [], []
    for _ in range(rounds):
        raw.append(first_answer(servers.raw(270), CONSTANT))
        mock.append(first_answer(servers.mock(), GET))
    print(f"{'':24}{'raw':>10}{'mock':>10}{'ratio':>8}{'target':>8}")
    for name, index, unit, target in (
        ("start, wall", 0, "ms", 1.3),
        ("start, CPU", 1, "ms", 1.3),
        ("resident memory", 2, "MiB", 1.5),
    ):
        left = statistics.median(row[index] for row in raw)
        right = statistics.median(row[index] for row in mock)
        ratio = statistics.median(m[index] / r[index] for r, m in zip(raw, mock, strict=True))
        print(
            f"{name + ', ' + unit:24}{left:10.1f}{right:10.1f}{ratio:8.2f}{'<= ' + str(target):>8}"
        )


def first_answer(command: Sequence[str], request: bytes) -> tuple[float, float, float]:
    """Return wall and CPU milliseconds until the first answer, and MiB after 1,000 requests."""
    began = time.perf_counter()
    with servers.running(command) as server, load.connections(server.port, 1) as clients:
        clients[0].sendall(request)
        load.answer(clients[0])
        wall = (time.perf_counter() - began) * 1000
        cpu = server.cpu_seconds() * 1000
        load.send(clients, [request] * 1000)
        return wall, cpu, server.resident_mebibytes()


if __name__ == "__main__":
    main()
