"""Servers that mean harm, on this machine: each goes on until its client leaves."""

from __future__ import annotations

import contextlib
import gzip
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Thread

Misdeed = Callable[[socket.socket], None]
"""What happens to a connection after a request has come."""

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNK = b"10000\r\n" + b" " * 65_536 + b"\r\n"


def endless_chunks(connection: socket.socket) -> None:
    """Send a body that has no end, as fast as it is taken."""
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(CHUNK)


def ten_gigabytes(connection: socket.socket) -> None:
    """Send a body that says how long it is: too long."""
    connection.sendall(OK + b"Content-Length: 10737418240\r\n\r\n")
    while True:
        connection.sendall(CHUNK)


def without_length(connection: socket.socket) -> None:
    """Send a body that ends when the connection does, which it does not."""
    connection.sendall(OK + b"Connection: close\r\n\r\n")
    while True:
        connection.sendall(CHUNK)


def _bomb(body: bytes, coding: bytes) -> Misdeed:
    def explode(connection: socket.socket) -> None:
        head = b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (coding, len(body))
        connection.sendall(OK + head + body)

    return explode


@cache
def _packed() -> bytes:
    return gzip.compress(b" " * (1 << 26), 9)


def gzip_bomb(connection: socket.socket) -> None:
    """Send 1.5 MB that become 1.5 GB."""
    _bomb(_packed() * 24, b"gzip")(connection)


def nested_bomb(connection: socket.socket) -> None:
    """Send what becomes large only once it is decompressed twice."""
    _bomb(gzip.compress(_packed() * 24, 9), b"gzip, gzip")(connection)


def deflate_bomb(connection: socket.socket) -> None:
    """Send 64 KiB that become 64 MiB."""
    _bomb(zlib.compress(b" " * (1 << 26), 9), b"deflate")(connection)


def many_values(connection: socket.socket) -> None:
    """Send 15 MiB of JSON that would take half a gigabyte of objects."""
    body = b'{"data": [' + b"{}," * (5 << 20) + b"{}]}"
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))


def one_octet_a_moment(connection: socket.socket) -> None:
    """Send a body of which an octet comes now and then."""
    connection.sendall(OK + b"Content-Length: 100000\r\n\r\n")
    _drip(connection, b" ")


def dripping_headers(connection: socket.socket) -> None:
    """Send headers of which an octet comes now and then."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(connection, b"x")


def dripping_chunk_size(connection: socket.socket) -> None:
    """Send the size of a chunk, which is zeros without end."""
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    _drip(connection, b"0")


def endless_headers(connection: socket.socket) -> None:
    """Send one header after the other."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: more\r\n" * 1_000)


def one_long_header(connection: socket.socket) -> None:
    """Send one header without end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        connection.sendall(b"x" * 65_536)


def endless_interim_answers(connection: socket.socket) -> None:
    """Send interim answers, and never the one that was asked for."""
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" * 100)
        time.sleep(0.01)


def endless_trailers(connection: socket.socket) -> None:
    """Send the trailers of a body one after the other."""
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
    while True:
        connection.sendall(b"X-More: more\r\n" * 100)
        time.sleep(0.01)


def silence(connection: socket.socket) -> None:
    """Send nothing."""
    _drip(connection, b"")


def _drip(connection: socket.socket, octet: bytes) -> None:
    while True:
        connection.sendall(octet)
        if not octet and connection.recv(1, socket.MSG_PEEK) == b"":
            return
        time.sleep(0.05)


LARGE: tuple[Misdeed, ...] = (
    endless_chunks,
    ten_gigabytes,
    without_length,
    gzip_bomb,
    nested_bomb,
    deflate_bomb,
    many_values,
    endless_headers,
    one_long_header,
)
SLOW: tuple[Misdeed, ...] = (
    one_octet_a_moment,
    dripping_headers,
    dripping_chunk_size,
    endless_interim_answers,
    endless_trailers,
    silence,
)


@contextmanager
def listening(misdeed: Misdeed, *, asked: bool = True) -> Iterator[str]:
    """Do *misdeed* to each connection, once it was *asked* or at once, and yield the base URL."""

    def meet(connection: socket.socket) -> None:
        if asked:
            _request(connection)
        misdeed(connection)

    with _accepting(meet) as url:
        yield url


@contextmanager
def listening_by_path(serve: Callable[[socket.socket, bytes], None]) -> Iterator[str]:
    """Answer each request by its target, until the client leaves, and yield the base URL."""

    def meet(connection: socket.socket) -> None:
        while request := _request(connection):
            serve(connection, request.split(b" ")[1])

    with _accepting(meet) as url:
        yield url


def _request(connection: socket.socket) -> bytes:
    """Return the head of a request, or nothing if none comes any more."""
    found = b""
    while not found.endswith(b"\r\n\r\n"):
        piece = connection.recv(65_536)
        if not piece:
            return b""
        found += piece
    return found


@contextmanager
def _accepting(meet: Callable[[socket.socket], None]) -> Iterator[str]:
    server = socket.create_server(("127.0.0.1", 0))

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(30)
            meet(connection)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                Thread(target=one, args=(server.accept()[0],), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
