"""Who may steer: which Host, Origin and Sec-Fetch-Site pass, and which do not."""

import socket

import pytest

from mockserver.testing.server import RunningMock

POST = "POST /__admin/worlds/default/clock/stop"
GET = "GET /__admin/worlds"


def status(server: RunningMock, line: str, *fields: str) -> int:
    """Return the status of the answer to a request with just these header fields."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    head = "".join(f"{field}\r\n" for field in (*fields, "Connection: close"))
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(f"{line} HTTP/1.1\r\n{head}\r\n".encode())
        answer = connection.makefile("rb").readline()
    return int(answer.split()[1])


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("mock.localhost", 200),
        ("127.0.0.1:8080", 200),
        ("127.8.7.6", 200),
        ("[::1]:8080", 200),
        ("", 403),
        ("evil.example", 403),
        ("127.0.0.1.evil.example:8080", 403),
        ("localhost.evil.example", 403),
        ("evillocalhost", 403),
        ("203.0.113.7", 403),
        ("192.168.0.7:8080", 403),
        ("[2001:db8::1]:8080", 403),
        ("0.0.0.0", 403),  # noqa: S104 -- refused
        ("evil.example@localhost", 403),
        ("localhost@evil.example", 403),
        ("localhost/evil.example", 403),
        ("localhost:x", 403),
        ("[::1", 403),
    ],
)
@pytest.mark.parametrize("line", [GET, POST])
def test_only_a_name_of_this_machine_is_a_host(
    server: RunningMock, line: str, host: str, expected: int
) -> None:
    """Guards against DNS rebinding: names that others can resolve, and addresses of others."""
    assert status(server, line, f"Host: {host}") == expected


@pytest.mark.parametrize(
    ("host", "origin", "expected"),
    [
        ("localhost:8080", "http://localhost:8080", 200),
        ("LocalHost:8080", "http://localhost:8080", 200),
        ("localhost", "http://localhost", 200),
        ("localhost:80", "http://localhost", 200),
        ("[::1]:8080", "http://[::1]:8080", 200),
        ("localhost:8080", "http://localhost:3000", 403),
        ("localhost:8080", "http://localhost", 403),
        ("localhost:8080", "http://127.0.0.1:8080", 403),
        ("localhost:8080", "http://mock.localhost:8080", 403),
        ("localhost:8080", "https://localhost:8080", 403),
        ("localhost:8080", "chrome-extension://localhost:8080", 403),
        ("localhost:8080", "http://203.0.113.7", 403),
        ("localhost:8080", "http://203.0.113.7:8080", 403),
        ("localhost:8080", "http://evil.example", 403),
        ("localhost:8080", "http://evil.example@localhost:8080", 403),
        ("localhost:8080", "http://localhost:8080/", 403),
        ("localhost:8080", "http://localhost:x", 403),
        ("localhost:8080", "localhost:8080", 403),
        ("localhost:8080", "null", 403),
        ("localhost:8080", "", 403),
    ],
)
@pytest.mark.parametrize("line", [GET, POST])
def test_only_the_requests_own_origin_may_steer(
    server: RunningMock, line: str, host: str, origin: str, expected: int
) -> None:
    """Guards that the page's scheme, host and port have to be those of the request."""
    assert status(server, line, f"Host: {host}", f"Origin: {origin}") == expected


@pytest.mark.parametrize(
    ("site", "expected"),
    [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403), ("new", 403)],
)
@pytest.mark.parametrize("line", [GET, POST])
def test_a_page_of_another_site_may_not_even_ask(
    server: RunningMock, line: str, site: str, expected: int
) -> None:
    """Guards images, links and scripts of other pages, which have no Origin."""
    assert status(server, line, "Host: localhost", f"Sec-Fetch-Site: {site}") == expected


@pytest.mark.parametrize(
    "fields",
    [
        ("Origin: http://evil.example", "X-Forwarded-Host: evil.example"),
        ("Origin: https://localhost", "X-Forwarded-Proto: https"),
        ("Origin: https://localhost", 'Forwarded: proto=https;host="localhost"'),
    ],
)
def test_what_a_proxy_adds_is_not_trusted(server: RunningMock, fields: tuple[str, ...]) -> None:
    """Guards that header fields of proxies, which anybody can send, give no access."""
    assert status(server, POST, "Host: localhost", *fields) == 403


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (POST, ("Content-Type: text/plain", "Content-Length: 0")),
        (POST, ("Content-Type: application/x-www-form-urlencoded", "Content-Length: 0")),
        ("GET /__admin/events", ("Upgrade: websocket", "Connection: Upgrade")),
        ("GET /__admin/events", ("Accept: text/event-stream",)),
        ("OPTIONS /__admin/worlds", ("Access-Control-Request-Method: POST",)),
    ],
    ids=["text", "form", "websocket", "events", "preflight"],
)
def test_what_needs_no_preflight_is_stopped_by_its_origin(
    server: RunningMock, line: str, fields: tuple[str, ...]
) -> None:
    """Guards against the requests that a browser sends for any page without a preflight."""
    assert status(server, line, "Host: localhost", "Origin: http://localhost:3000", *fields) == 403
