"""The reference and this mock."""

import sys
from pathlib import Path

from benches import load, servers
from benches.peers.peer import OPERATIONS, PROJECT, Peer, World, always, reads
from benches.request_speed import FIRST_ID

NAME = "this mock (memory)"
RAW = "raw aiohttp"


def mock() -> Peer:
    """Return this mock, its state in memory, its access log and journal off."""

    def prepare(_: Path, world: World, port: int) -> list[str]:
        options = ("--seed", str(world.fixtures), "--port", str(port))
        return [sys.executable, "-m", "mockserver", *options, "--no-access-log", "--journal", "0"]

    def cancel(number: int) -> bytes:
        return load.request("DELETE", f"{PROJECT}/jobs/{FIRST_ID + number}")

    return Peer(NAME, prepare, {**reads(), "cancel": cancel})


def raw(octets: int) -> Peer:
    """Return the reference, which answers everything with *octets* octets."""

    def prepare(_: Path, __: World, port: int) -> list[str]:
        return [sys.executable, *servers.raw(octets), str(port)]

    return Peer(RAW, prepare, dict.fromkeys(OPERATIONS, always(load.request("GET", "/constant"))))
