"""Programs that tests need and pip does not install: found, or their tests skipped."""

import atexit
import os
import pwd
import secrets
import socket
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest

# Below the ports that systems give to outgoing connections. A client that calls a server which is
# just being restarted could be given the server's own port: it would reach itself, and the server
# could not come back.
_PORTS = range(15_000, 32_000)


class UnavailableError(Exception):
    """A program is missing or does not start; the message says what to do about it."""


def give_up(error: UnavailableError) -> NoReturn:
    """Skip the test; in CI, where everything must be tested, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"CI tests everything, and {error}", pytrace=False)
    pytest.skip(str(error))


def free_port() -> int:
    """Return a free port of the loopback address that nobody else will get.

    No outgoing connection gets it, nor another call, in whichever process of the tests: a socket
    that does not listen keeps it until this process ends. A server can listen all the same, since
    its socket is bound with SO_REUSEADDR, as this one is.
    """
    while True:
        port = secrets.choice(_PORTS)
        with suppress(OSError), ExitStack() as stack:
            probe = stack.enter_context(socket.socket())
            probe.bind(("127.0.0.1", port))
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            atexit.register(probe.close)
            stack.pop_all()
            return port


def account() -> dict[str, Any]:
    """Return how to start a program as another user if this is root; otherwise nothing.

    PostgreSQL refuses to run as root, and nginx's workers would become another user.
    """
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def give_away(folder: Path) -> None:
    """Make that user the owner of *folder*."""
    somebody = account()
    if somebody:
        os.chown(folder, somebody["user"], somebody["group"])
