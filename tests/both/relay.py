"""A reverse proxy before a mock that breaks what passes through it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests


@dataclass(frozen=True)
class Call:
    """A request that passes."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def ask(self, **query: str) -> Call:
        """Return the request with other members of its query; an empty one is left out."""
        changed = {**self.query, **query}
        return replace(self, query={name: value for name, value in changed.items() if value})


@dataclass(frozen=True)
class Answer:
    """What comes back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body as JSON; None if it is not."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def show(self, value: Any) -> Answer:
        """Return the response with another body."""
        return replace(self, body=json.dumps(value).encode())


Forward = Callable[[Call], Answer]
Breakage = Callable[[Call, Forward], Answer]


@contextmanager
def relay(target: str, breakage: Breakage) -> Iterator[str]:
    """Run a proxy before *target* whose responses *breakage* makes; yields its URL."""
    parts, session = urlsplit(target), requests.Session()
    session.trust_env = False
    lock = threading.Lock()

    def forward(call: Call) -> Answer:
        url = f"{parts.scheme}://{parts.netloc}{call.path}"
        query = f"?{urlencode(call.query)}" if call.query else ""
        with lock:
            found = session.request(
                call.method, url + query, headers=call.headers, data=call.body, timeout=60
            )
        kept = ("content-type", "link", "location", "www-authenticate")
        headers = {n: v for n, v in found.headers.items() if n.lower() in kept}
        return Answer(found.status_code, headers, found.content)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet: a second one waits 40 milliseconds for the first to be noted.
        wbufsize = -1

        def answer(self) -> None:
            asked = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            dropped = ("accept-encoding", "content-length")
            headers = {n: v for n, v in self.headers.items() if n.lower() not in dropped}
            query = dict(parse_qsl(asked.query, keep_blank_values=True))
            made = breakage(Call(self.command, asked.path, query, headers, body), forward)
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            if made.status != 204:
                self.send_header("Content-Length", str(len(made.body)))
            self.end_headers()
            self.wfile.write(made.body if made.status != 204 else b"")

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 -- http.server wants these

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pauses = {"poll_interval": 0.01}  # shutdown() waits for the end of one
    thread = threading.Thread(target=server.serve_forever, kwargs=pauses, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{parts.path}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        session.close()
