"""Serves a miniature on this machine, over sockets as any deployment is."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Protocol
from urllib.parse import parse_qs

from contracts.selftest.messages import Request, Response


class Deployment(Protocol):
    """What can be served."""

    def respond(self, request: Request) -> Response:
        """Answer *request*."""
        ...

    def encode(self, response: Response) -> tuple[bytes, str]:
        """Return the body as it is sent, and its media type."""
        ...


@dataclass(frozen=True, slots=True)
class Transmission:
    """How answers travel; nothing in it breaks the contract."""

    latency: float = 0.0
    close: bool = False
    chunked: bool = False
    compressed: bool = False
    before: Callable[[Request], Response | None] = lambda _: None
    """What answers a request instead of the deployment, if anything."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a client may go away."""


@contextmanager
def serve_miniature(miniature: Deployment, transmission: Transmission) -> Iterator[str]:
    """Serve *miniature* and yield its base URL."""

    class Handler(_Handler):
        deployment = miniature
        how = transmission

    server = _Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Dropped(Exception):  # noqa: N818 -- what happens to a connection, on purpose
    """The deployment closes the connection instead of answering."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    deployment: Deployment
    how: Transmission
    disable_nagle_algorithm = True
    wbufsize = 1 << 20
    """Headers and body leave in one piece: a second one would wait for an acknowledgement."""
    timeout = 30

    def do(self) -> None:
        """Answer one request."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        path, _, query = self.path.partition("?")
        found = parse_qs(query, keep_blank_values=True)
        first = {name: values[0] for name, values in found.items()}
        sent = self.rfile.read(int(headers.get("content-length", 0)))
        request = Request(self.command, path, first, headers, sent)
        time.sleep(self.how.latency)
        try:
            response = self.how.before(request) or self.deployment.respond(request)
        except Dropped:
            self.close_connection = True
            return
        body, media_type = self.deployment.encode(response)
        self._send(response, body, media_type)

    do_GET = do_HEAD = do_OPTIONS = do_DELETE = do_POST = do_PUT = do_PATCH = do_TRACE = do

    def _send(self, response: Response, body: bytes, media_type: str) -> None:
        headers = {"Content-Type": media_type} if media_type else {}
        headers.update(response.headers)
        if self.how.compressed and "gzip" in self.headers.get("Accept-Encoding", ""):
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        if self.how.close:
            headers["Connection"] = "close"
        payload = body
        if self.how.chunked:
            headers["Transfer-Encoding"] = "chunked"
            half = len(body) // 2
            parts = [part for part in (body[:half], body[half:]) if part]
            payload = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"
        else:
            headers["Content-Length"] = str(len(body))
        self.send_response(response.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)
        if self.how.close:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the stdlib's name
        """Say nothing."""
