"""Ends what a server does not: a connection is cut when the time of its response is over.

A timeout of a socket is one for each read, which a server renews with each octet. So a watch shuts
the connection down, whatever it is at: a TLS handshake, headers without end, a body. One thread
watches all requests: to start one for each took a quarter of the time of a request.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread, local
from time import monotonic
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

LONGEST_REST_SECONDS = 1.0
"""The watch rests for no longer before it looks again, and ends if there is nothing to watch."""


@dataclass(eq=False)
class Deadline:
    """The connections of one request, each by a handle of its own."""

    due: float
    """When they are cut, in seconds on the monotonic clock."""
    expired: bool = False
    _handles: list[socket.socket] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def add(self, connection: socket.socket) -> None:
        """Watch *connection*, also after TLS has taken its socket over."""
        handle = socket.fromfd(connection.fileno(), connection.family, connection.type)
        with self._lock:
            self._handles.append(handle)
        if self.expired:
            self.expire()

    def expire(self) -> None:
        """Cut all connections."""
        self.expired = True
        with self._lock:
            for handle in self._handles:
                with contextlib.suppress(OSError):  # the other side may have been quicker
                    handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the handles back; the connections stay as they are."""
        with self._lock:
            for handle in self._handles:
                handle.close()
            self._handles.clear()


class Watchdog:
    """Watches the requests of each thread."""

    def __init__(self) -> None:
        self._threads = local()
        self._running: set[Deadline] = set()
        self._next_look: float | None = None
        self._looks = Condition()

    @contextlib.contextmanager
    def set_deadline(self, seconds: float) -> Iterator[Deadline]:
        """Cut what this thread connects to after *seconds*."""
        deadline = Deadline(monotonic() + max(seconds, 0))
        self._threads.deadline = deadline
        self._watch(deadline)
        try:
            yield deadline
        finally:
            self._threads.deadline = None
            with self._looks:
                self._running.discard(deadline)
            deadline.close()

    def _watch(self, deadline: Deadline) -> None:
        with self._looks:
            if self._next_look is None:
                Thread(target=self._keep_watch, daemon=True).start()
                self._next_look = deadline.due
            elif deadline.due < self._next_look:
                self._looks.notify()
            self._running.add(deadline)

    def _keep_watch(self) -> None:
        """Expire what is due, until nothing is left to watch."""
        with self._looks:
            while waiting := [one for one in self._running if not one.expired]:
                now = monotonic()
                for one in waiting:
                    if one.due <= now:
                        one.expire()
                self._next_look = min(now + LONGEST_REST_SECONDS, *(one.due for one in waiting))
                self._looks.wait(max(0, self._next_look - now))
            self._next_look = None

    def cut_all(self) -> None:
        """Cut the connections of all requests that are under way."""
        with self._looks:
            running = list(self._running)
        for deadline in running:
            deadline.expire()

    def add(self, connection: socket.socket) -> None:
        """Put *connection* under the watch of this thread."""
        deadline: Deadline | None = getattr(self._threads, "deadline", None)
        if deadline is not None:
            deadline.add(connection)

    def get_pools(self) -> Mapping[str, type[HTTPConnectionPool]]:
        """Return the pools of urllib3, by scheme, whose connections are watched."""
        plain = type("Plain", (_Watched,), {"watchdog": self})
        secure = type("Secure", (_WatchedTls,), {"watchdog": self})
        return {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }


class _Response(http.client.HTTPResponse):
    """Passes over interim responses of any kind, which may come first (RFC 9110 §15.2).

    http.client does so with 100 alone, and takes 103 (Early Hints) for the final response.
    """

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]  # not in typeshed
        interim = 101 < status < 200  # 101 changes the protocol, and no request asked for that
        return version, 100 if interim else status, reason


class _Watched(HTTPConnection):
    """A connection that says when it begins to be used."""

    response_class = _Response
    watchdog: Watchdog

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        self.watchdog.add(made)
        return made

    def request(self, *arguments: Any, **options: Any) -> None:
        """Send a request, on a connection that may have been open before."""
        if self.sock is not None:
            self.watchdog.add(self.sock)
        super().request(*arguments, **options)


class _WatchedTls(_Watched, HTTPSConnection):
    """The same, over TLS."""
