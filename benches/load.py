"""A load of many connections: each sends one request at a time and waits for the response."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

KEY = "demo-organization-key"
LAST_CHUNK = b"\r\n0\r\n\r\n"


def request(method: str, path: str, *headers: str, body: str = "") -> bytes:
    """Return a request as a client would send it, with more *headers* and a JSON *body* if any."""
    described = (f"Content-Type: application/json\r\nContent-Length: {len(body)}",) if body else ()
    more = "".join(f"{header}\r\n" for header in (*headers, *described))
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Authorization: Bearer {KEY}\r\n{more}\r\n{body}"
    ).encode()


@contextmanager
def connections(port: int, count: int) -> Iterator[list[socket.socket]]:
    """Open *count* connections to a server on this machine."""
    with ExitStack() as stack:
        opened = []
        for _ in range(count):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.append(connection)
        yield opened


def send(opened: Sequence[socket.socket], requests: Sequence[bytes]) -> None:
    """Send *requests* over the connections in turn, each after the response to the one before."""
    width = len(opened)
    for start in range(0, len(requests), width):
        batch = list(zip(opened, requests[start : start + width], strict=False))
        for connection, octets in batch:
            connection.sendall(octets)
        for connection, _ in batch:
            answer(connection)


def answer(connection: socket.socket) -> bytes:
    """Read one response and return it.

    Raises:
        ConnectionError: the server has closed the connection.
        ValueError: the status is not 200.
    """
    octets = bytearray()
    end = -1
    chunked = False
    while not (chunked and octets.endswith(LAST_CHUNK)) and (end < 0 or len(octets) < end):
        chunk = connection.recv(262144)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        octets += chunk
        if end < 0 and not chunked and (head := octets.find(b"\r\n\r\n")) >= 0:
            length = octets[:head].lower().find(b"content-length: ") + 16
            if length < 16:
                chunked = True
            else:
                end = head + 4 + int(octets[length : octets.index(b"\r\n", length)])
    if not octets.startswith(b"HTTP/1.1 200"):
        raise ValueError(octets[:200].decode())
    return bytes(octets)
