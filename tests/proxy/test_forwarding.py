"""What a proxy passes on: everything, as it is, and nothing besides but Via."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import trustme

from tests.proxy.running import PATIENCE, converse, proxy, upstream

_OK = b"HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nok"
_VIA = re.compile(rb"(?m)^Via: 1\.1 mockserver-[0-9a-f]{12}\r\n")


def _head(octets: bytes) -> bytes:
    """Return a message without Via and Host, which a proxy may set."""
    without, count = _VIA.subn(b"", octets)
    assert count == 1, octets
    return re.sub(rb"(?m)^Host: [^\r]*\r\n", b"", without)


@pytest.mark.parametrize(
    "target",
    ["/", "/a/../b//c", "/a%2Fb/%zz", "/x?a=1&a=2&b=%20+", "/~:@!$&'()*+,;=", "/ä".encode()],
    ids=repr,
)
def test_a_target_is_passed_on_to_the_letter(target: str | bytes) -> None:
    """Guards that no path or query is normalized, whatever a client makes of it."""
    octets = target if isinstance(target, bytes) else target.encode()
    with upstream(_OK) as server, proxy(f"{server.url}/base/") as running:
        running.converse(
            b"GET %b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % octets
        )

    assert server.received[0].startswith(b"GET /base%b HTTP/1.1\r\n" % octets)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH", "OPTIONS", "QUERY", "FROB"])
def test_any_method_is_passed_on_with_nothing_added(method: str) -> None:
    """Guards the request: fields in their order and case, no others, no length of no content."""
    sent = f"{method} /x HTTP/1.1\r\nX-A: 1\r\nx-B: 2\r\nx-B: 3\r\n".encode()
    with upstream(_OK) as server, proxy(server.url) as running:
        running.converse(sent + b"Host: localhost\r\nConnection: close\r\n\r\n")

    assert _head(server.received[0]) == sent + b"\r\n"


def test_a_response_is_passed_on_with_nothing_added() -> None:
    """Guards the response: status, reason, repeated fields in their order, no Date, no Server."""
    answer = b"HTTP/1.1 299 So so\r\nx-B: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
    length = b"Content-Length: 3\r\n"
    with upstream(answer + length + b"\r\nabc") as server, proxy(server.url) as running:
        got = running.converse(b"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert _head(got) == answer + length + b"Connection: close\r\n\r\nabc"


def test_what_concerns_one_connection_stays_there() -> None:
    """Guards RFC 9110, section 7.6.1: hop-by-hop fields go neither way, named ones included."""
    hop = b"Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\n"
    hop += b"Proxy-Authorization: Basic eDp5\r\nUpgrade: h2c\r\n"
    answer = (
        b"HTTP/1.1 200 OK\r\nX-End: 1\r\nConnection: X-Mine\r\nX-Mine: 1\r\nProxy-Authenticate: "
    )
    answer += b"Basic\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    with upstream(answer) as server, proxy(server.url) as running:
        got = running.converse(b"GET /x HTTP/1.1\r\nHost: localhost\r\nX-End: 1\r\n%b\r\n" % hop)

    assert _head(server.received[0]) == b"GET /x HTTP/1.1\r\nX-End: 1\r\n\r\n"
    assert b"X-Mine" not in got
    assert b"Proxy-Authenticate" not in got
    assert b"X-End: 1" in got


def test_via_tells_who_passed_before() -> None:
    """Guards RFC 9110, section 7.6.3: a proxy adds its name behind those that are there."""
    with upstream(_OK) as server, proxy(server.url) as one, proxy(one.url) as other:
        other.converse(b"GET /x HTTP/1.0\r\nVia: 1.1 edge\r\n\r\n")

    vias = re.findall(rb"(?m)^Via: ([^\r]*)\r", server.received[0])
    assert [value.split()[0] for value in vias] == [b"1.1", b"1.0", b"1.1"]
    assert len({value.split()[1] for value in vias}) == 3


def test_a_request_streams_through() -> None:
    """Guards that content goes on as it comes: the upstream has the first part before the last."""
    got_first = threading.Event()

    def answer(connection: socket.socket) -> None:
        got_first.set()
        connection.sendall(_OK)

    def head_only(connection: socket.socket) -> None:
        while b"first" not in connection.recv(65536):
            pass
        answer(connection)

    with (
        upstream_of_streams(head_only) as port,
        proxy(f"http://127.0.0.1:{port}") as running,
        socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE) as client,
    ):
        client.sendall(b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nfirst")
        assert got_first.wait(PATIENCE)
        client.sendall(b"other")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")


@contextmanager
def upstream_of_streams(answer: object) -> Iterator[int]:
    """Run a server that hands its first connection over before anything is read from it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(PATIENCE)
                answer(connection)  # type: ignore[operator]  # a function of the test

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
    thread.join(PATIENCE)


def test_a_response_streams_through() -> None:
    """Guards that a client has the first part of a response before the upstream sends the last."""
    may_end = threading.Event()

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nfirst")
        assert may_end.wait(PATIENCE)
        connection.sendall(b" last")

    with (
        upstream(answer) as server,
        proxy(server.url) as running,
        requests.get(f"{running.url}/x", stream=True, timeout=PATIENCE) as got,
    ):
        chunks = got.iter_content(5)
        first = next(chunks)
        may_end.set()
        rest = b"".join(chunks)

    assert (first, rest) == (b"first", b" last")


def test_a_client_that_waits_to_be_asked_is_asked() -> None:
    """Guards Expect: 100-continue, which curl sends before large contents."""
    with (
        upstream(_OK) as server,
        proxy(server.url) as running,
        socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE) as client,
    ):
        head = b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
        client.sendall(head + b"Expect: 100-continue\r\nConnection: close\r\n\r\n")
        assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")

    assert server.received[0].endswith(b"\r\n\r\nabc")


@pytest.mark.parametrize("status", [204, 304])
def test_what_has_no_content_gets_none(status: int) -> None:
    """Guards the framing of responses without content, whatever length their fields state."""
    answer = b"HTTP/1.1 %d X\r\nETag: a\r\n\r\n" % status
    with upstream(answer) as server, proxy(server.url) as running:
        got = running.converse(b"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert _head(got) == answer.removesuffix(b"\r\n") + b"Connection: close\r\n\r\n"


def test_head_is_told_the_length_and_gets_no_content() -> None:
    """Guards HEAD: the fields that a GET would have, and nothing behind them."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    with upstream(answer) as server, proxy(server.url) as running:
        got = running.converse(b"HEAD /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert _head(got) == answer.removesuffix(b"\r\n") + b"Connection: close\r\n\r\n"


def test_redirects_and_compressed_contents_are_not_followed_or_opened() -> None:
    """Guards that a proxy only ever asks what it was asked, and passes octets as they are."""
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/y\r\nContent-Encoding: gzip\r\n"
    answer += b"Content-Length: 4\r\n\r\n\x1f\x8b\x00\x01"
    with upstream(answer) as server, proxy(server.url) as running:
        got = running.converse(b"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert got.endswith(b"\r\n\r\n\x1f\x8b\x00\x01")
    assert len(server.received) == 1


def test_tls_upstreams_are_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards TLS: an authority that is trusted leads on, any other is a 502 that says so."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    with tls_upstream(context) as port:
        with proxy(f"https://127.0.0.1:{port}") as running:
            refused = requests.get(f"{running.url}/x", timeout=PATIENCE)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        with proxy(f"https://127.0.0.1:{port}") as running:
            trusted = requests.get(f"{running.url}/x", timeout=PATIENCE)

    assert (refused.status_code, trusted.status_code) == (502, 200)
    assert "certificate that is not trusted" in refused.text


@contextmanager
def tls_upstream(context: ssl.SSLContext) -> Iterator[int]:
    """Run a server that speaks TLS, and answers each request alike."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for _ in range(100):
                try:
                    connection, _ = server.accept()
                    with context.wrap_socket(connection, server_side=True) as secured:
                        secured.recv(65536)
                        secured.sendall(_OK)
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield int(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)


def test_connections_are_kept() -> None:
    """Guards that two requests of one connection are two requests, in their order."""
    with upstream(_OK) as server, proxy(server.url) as running:
        one = b"GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
        two = b"GET /2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        got = converse(running.port, one + two)

    assert got.count(b"HTTP/1.1 200 Fine") == 2
    assert [octets.split()[1] for octets in server.received] == [b"/1", b"/2"]
