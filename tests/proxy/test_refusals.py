"""What a proxy says when it cannot forward, and what it does not forward at all."""

import socket
import struct

import pytest
import requests

from mockserver.proxy.upstream import InvalidUpstreamError, read_upstream
from tests.programs import free_port
from tests.proxy.running import PATIENCE, proxy, upstream

_ASK = b"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def test_an_upstream_that_cannot_be_reached_is_a_502_that_says_so() -> None:
    """Guards the reason: a person sees which address did not answer, and why."""
    port = free_port()
    with proxy(f"http://127.0.0.1:{port}") as running:
        got = requests.get(f"{running.url}/x", timeout=PATIENCE)

    assert got.status_code == 502
    assert f"http://127.0.0.1:{port} cannot be reached: Connect" in got.text


def test_an_unknown_name_is_a_502_that_says_so() -> None:
    """Guards the reason where the name of the upstream does not exist."""
    with proxy("http://nowhere.invalid") as running:
        got = requests.get(f"{running.url}/x", timeout=PATIENCE)

    assert got.status_code == 502
    assert "the name nowhere.invalid was not found" in got.text


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH_9.9\r\n\r\n", b"\x16\x03\x01\x00\x02\x01\x00\r\n\r\n"], ids=repr
)
def test_an_upstream_that_speaks_no_http_is_a_502_that_says_so(answer: bytes) -> None:
    """Guards the reason where something else than a web server listens there."""
    with upstream(answer) as server, proxy(server.url) as running:
        got = requests.get(f"{running.url}/x", timeout=PATIENCE)

    assert got.status_code == 502
    assert "does not answer in HTTP" in got.text


def test_an_upstream_that_closes_is_asked_once_and_is_a_502() -> None:
    """Guards that no request is repeated: it may have had its effect."""

    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with upstream(reset) as server, proxy(server.url) as running:
        got = requests.post(f"{running.url}/x", data=b"abc", timeout=PATIENCE)

    assert got.status_code == 502
    assert "closed the connection without a response" in got.text
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 9\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"]
)
def test_a_response_that_breaks_off_is_passed_on_as_broken(framing: bytes) -> None:
    """Guards that a client cannot take the first part of a response for all of it."""
    broken = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
    with (
        upstream(b"HTTP/1.1 200 OK\r\n" + framing) as server,
        proxy(server.url) as running,
        pytest.raises(broken),
    ):
        requests.get(f"{running.url}/x", timeout=PATIENCE).raise_for_status()


def test_a_loop_is_508() -> None:
    """Guards RFC 5842, section 7.2: a proxy whose upstream leads back to it does not go on."""
    port = free_port()
    with proxy(f"http://127.0.0.1:{port}") as running:
        # The port of a proxy is known once it runs, so a second one closes the circle.
        relay_to = running.port

        def relay(connection: socket.socket) -> None:
            with socket.create_connection(("127.0.0.1", relay_to), timeout=PATIENCE) as back:
                via = next(x for x in server.received[-1].split(b"\r\n") if x.startswith(b"Via"))
                back.sendall(_ASK.replace(b"\r\n\r\n", b"\r\n" + via + b"\r\n\r\n"))
                while chunk := back.recv(65536):
                    connection.sendall(chunk)

        with upstream(relay) as server, proxy(server.url) as looping:
            relay_to = looping.port
            got = looping.converse(_ASK)

    assert got.startswith(b"HTTP/1.1 508 ")
    assert b"leads back to it" in got


@pytest.mark.parametrize(
    "asked",
    [
        b"GET http://127.0.0.1:1/x HTTP/1.1\r\nHost: 127.0.0.1:1\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n",
        b"GET /x HTTP/1.1\r\nHost: attacker.example\r\n",
    ],
    ids=["another target", "no path", "a name that was made to lead here"],
)
def test_nothing_but_the_upstream_is_asked(asked: bytes) -> None:
    """Guards against open proxies and DNS rebinding: 421, and the upstream hears nothing."""
    with upstream(b"HTTP/1.1 200 OK\r\n\r\n") as server, proxy(server.url) as running:
        got = running.converse(asked + b"Connection: close\r\n\r\n")

    assert got.startswith(b"HTTP/1.1 421 ")
    assert server.received == []


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        (_ASK.replace(b"/x", b"/\xff"), b"percent-encode"),
        (_ASK.replace(b"\r\n\r\n", b"\r\nX-Name: \xff\r\n\r\n"), b"X-Name"),
    ],
)
def test_what_could_not_be_passed_on_as_it_is_gets_refused(octets: bytes, told: bytes) -> None:
    """Guards that no octet of a request is dropped silently."""
    with upstream(b"HTTP/1.1 200 OK\r\n\r\n") as server, proxy(server.url) as running:
        got = running.converse(octets)

    assert got.startswith(b"HTTP/1.1 400 ")
    assert told in got
    assert server.received == []


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("api.example.com", "give an address"),
        ("ftp://api.example.com", "give an address"),
        ("http://", "give an address"),
        ("http://a:b@api.example.com", "credentials"),
        ("http://api.example.com/?x=1", "without a query"),
        ("http://api.example.com:99999", "is not a URL"),
    ],
)
def test_an_upstream_has_to_be_an_address(url: str, told: str) -> None:
    """Guards that what cannot be an upstream is refused before anything listens."""
    with pytest.raises(InvalidUpstreamError, match=told):
        read_upstream(url)
