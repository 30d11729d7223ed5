"""How the clients reach the control API: with which URL, with or without TLS."""

import asyncio
import json
import re
import ssl
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import aiohttp
import pytest
import trustme

from mockserver.client import AsyncClient, Client


class Recorder(ThreadingHTTPServer):
    """Answers that there are no worlds, and records the paths that were requested."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.paths: list[str] = []

    @property
    def authority(self) -> str:
        """The host and the port of a URL."""
        return f"127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    # Head and body in one packet: a second one waits 40 milliseconds for the first to be noted.
    wbufsize = -1

    def do_GET(self) -> None:
        """Answer, and record the path."""
        assert isinstance(self.server, Recorder)
        self.server.paths.append(self.path)
        body = json.dumps({"worlds": []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """Serve on a free port of this machine."""
    with Recorder() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def list_worlds(url: str) -> None:
    """List the worlds at *url*."""
    with Client(url) as client:
        assert client.worlds() == []


def list_worlds_in_a_loop(url: str) -> None:
    """List the worlds at *url* by the asynchronous client."""

    async def run() -> None:
        async with AsyncClient(url) as client:
            assert await client.worlds() == []

    asyncio.run(run())


BOTH = pytest.mark.parametrize("use", [list_worlds, list_worlds_in_a_loop])


@BOTH
@pytest.mark.parametrize("prefix", ["", "/", "/mock", "/mock/"])
def test_the_path_of_the_url_is_kept(
    recorder: Recorder, use: Callable[[str], None], prefix: str
) -> None:
    """Guards a mock behind a proxy that adds a path prefix."""
    use(f"http://{recorder.authority}{prefix}")

    assert recorder.paths == [f"{prefix.rstrip('/')}/__admin/worlds"]


@BOTH
def test_https_is_never_sent_in_the_clear(recorder: Recorder, use: Callable[[str], None]) -> None:
    """Guards the admin token: a server whose certificate is not trusted gets no request at all."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    recorder.socket = context.wrap_socket(recorder.socket, server_side=True)

    with pytest.raises((ssl.SSLCertVerificationError, aiohttp.ClientConnectorCertificateError)):
        use(f"https://{recorder.authority}")
    assert recorder.paths == []


@BOTH
@pytest.mark.parametrize("url", ["localhost:8080", "127.0.0.1", "", "http://", "ftp://localhost"])
def test_what_is_not_a_url_of_http_is_refused(use: Callable[[str], None], url: str) -> None:
    """Guards against URLs that would lead to another server than the intended one."""
    with pytest.raises(ValueError, match=f"{re.escape(repr(url))} is not the URL of a mock"):
        use(url)
