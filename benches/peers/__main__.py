"""This mock and its peers, interleaved: CPU per request, throughput, start-up and memory.

Usage: ``python -m benches.peers [ROUNDS]``. Installs the peers with npm at the first run; WireMock
and Specmatic need ``java`` 17 or newer.
"""

import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benches.peers import install, java, json_server, measuring, mockoon, ours, prism, table, world
from benches.peers.peer import OPERATIONS, Peer, World

STARTS = 3


def peers() -> list[Peer]:
    """Return this mock and its peers; without java, those that need none."""
    found = [ours.mock(), prism.prism(), mockoon.mockoon()]
    found += [json_server.release(), json_server.beta()]
    if shutil.which("java"):
        return [*found, java.wiremock(), java.specmatic()]
    tell("java is missing: without WireMock and Specmatic")
    return found


def tell(what: str) -> None:
    """Tell how far it is."""
    print(what, file=sys.stderr, flush=True)


def main() -> None:
    """Install, measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    install.install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        served = world.write(folder / "world", 1 + count * measuring.CANCELS_A_ROUND)
        report(peers(), served, folder, count)


def starts(order: list[Peer], served: World, folder: Path) -> dict[str, list[measuring.Start]]:
    """Return the starts of each server; all take turns."""
    began: dict[str, list[measuring.Start]] = {}
    for number in range(STARTS):
        tell(f"start, round {number + 1} of {STARTS}")
        for peer in order:
            own = folder / peer.name
            own.mkdir(exist_ok=True)
            began.setdefault(peer.name, []).append(measuring.start(peer, served, own))
    return began


def report(servers: list[Peer], served: World, folder: Path, count: int) -> None:
    """Measure and print."""
    raws = {name: ours.raw(world.octets(served, name)) for name in OPERATIONS}
    order = [raws["get one"], *servers]
    began = starts(order, served, folder)
    with ExitStack() as stack:
        running = [measuring.opened(peer, served, folder / peer.name, stack) for peer in servers]
        for server in running:
            measuring.checked(server.peer, server.tree.port, served)
        references = {
            name: measuring.opened(raw, served, folder, stack) for name, raw in raws.items()
        }
        found = measuring.rounds(running, references, count, tell)
        resident = {server.peer.name: server.tree.resident_mebibytes() for server in running}
        resident[ours.RAW] = references["get one"].tree.resident_mebibytes()
    names = [peer.name for peer in order]
    print("\n".join(table.speed(names, found)), end="\n\n")
    print("\n".join(table.starts(names, began, resident)), end="\n\n")
    lines = list(table.behind(found, began))
    print("\n".join(lines) or "This mock is ahead of every peer in throughput and start-up.")


if __name__ == "__main__":
    main()
