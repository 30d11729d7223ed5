"""Programs that tests need and pip does not bring: found, or done without."""

import os
import secrets
import socket
from typing import NoReturn

import pytest

# Below the ports that systems give to outgoing connections. A client that calls a server which is
# just being restarted could be given the server's own port: it would reach itself, and the server
# could not come back.
_PORTS = range(15_000, 32_000)


class UnavailableError(Exception):
    """A program is missing or does not start; the message says what to do about it."""


def give_up(error: UnavailableError) -> NoReturn:
    """Skip what needs the program; in CI, where everything must be tested, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"CI tests everything, and {error}", pytrace=False)
    pytest.skip(str(error))


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on, and that can be kept."""
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
