"""How the server speaks HTTP, whatever the operation."""

import json
import socket
import struct
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockserver.http import listener, replies
from tests import harness
from tests.harness import BUSY, DEMO, Running
from tests.program.watching import until

JOBS = f"/public/{BUSY}/jobs"
JOB = f"/public/{BUSY}/jobs/3451"
USER = f"/public/{BUSY}/users/ann"


@pytest.mark.parametrize(
    ("path", "method", "allow"),
    [
        (JOBS, "DELETE", "GET, HEAD, OPTIONS"),
        (JOBS, "POST", "GET, HEAD, OPTIONS"),
        (JOB, "PATCH", "GET, HEAD, DELETE, OPTIONS"),
        (JOB, "PROPFIND", "GET, HEAD, DELETE, OPTIONS"),
        (USER, "GET", "DELETE, OPTIONS"),
        (USER, "HEAD", "DELETE, OPTIONS"),
        ("/__admin/health", "POST", "GET, HEAD, OPTIONS"),
    ],
)
def test_another_method_is_405_with_what_is_allowed(
    read_only_mock: Running, path: str, method: str, allow: str
) -> None:
    """Guards RFC 9110, section 15.5.6."""
    answer = read_only_mock.call(method, path)

    assert (405, allow) == (answer.status_code, answer.headers["Allow"])


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        (JOBS, "GET, HEAD, OPTIONS"),
        (JOB, "GET, HEAD, DELETE, OPTIONS"),
        (USER, "DELETE, OPTIONS"),
        ("/__admin/health", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_tells_what_is_allowed(read_only_mock: Running, path: str, allow: str) -> None:
    """Guards OPTIONS, which needs no key."""
    answer = read_only_mock.call("OPTIONS", path, key=None)

    assert (204, allow, b"") == (answer.status_code, answer.headers["Allow"], answer.content)
    assert "Content-Length" not in answer.headers


@pytest.mark.parametrize("path", [JOBS, JOB, f"/public/{BUSY}/jobs/1", "/nothing"])
def test_head_mirrors_get(read_only_mock: Running, path: str) -> None:
    """Guards RFC 9110, section 9.3.2: the same status and fields, no content."""
    get, head = (read_only_mock.call(method, path) for method in ("GET", "HEAD"))

    assert head.content == b""
    assert (get.status_code, dict(get.headers)) == (head.status_code, dict(head.headers))


@pytest.mark.parametrize("path", ["/", "/nothing", "/public", JOBS + "/1/2", "/public/a/jobs//"])
def test_an_unknown_path_is_404_in_json(read_only_mock: Running, path: str) -> None:
    """Guards that a mistyped path gets a helpful 404, with or without a key."""
    answer = read_only_mock.call("GET", path, key=None)

    assert answer.status_code == 404
    assert "/public/{projectKey}/jobs/{jobId}" in answer.json()["error"]


def test_the_health_check_needs_no_key(read_only_mock: Running) -> None:
    """Guards the path that a container's health check calls."""
    answer = read_only_mock.call("GET", "/__admin/health", key=None)

    assert (200, {"status": "ok"}) == (answer.status_code, answer.json())


def test_answers_are_dated_and_named(mock: Running) -> None:
    """Guards Date (RFC 9110, section 6.6.1), which moves on with real time, and Server."""
    first = mock.call("GET", JOB)
    mock.advance(61)
    second = mock.call("GET", JOB)

    assert "Tue, 14 Nov 2023 22:13:20 GMT" == first.headers["Date"]
    assert "Tue, 14 Nov 2023 22:14:21 GMT" == second.headers["Date"]
    assert first.headers["Server"].startswith("jobs-mockserver/")


def get(path: str, *fields: str, version: str = "1.1") -> bytes:
    """Return a GET request with further header fields."""
    lines = [f"GET {path} HTTP/{version}", "Host: x", f"Authorization: Bearer {DEMO}", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_a_connection_is_kept_and_pipelined_requests_are_answered_in_order(
    read_only_mock: Running,
) -> None:
    """Guards keep-alive, pipelining, and Connection: close."""
    octets = get(JOB) + get(JOBS + "?limit=1") + get(JOB, "Connection: close")
    answer = read_only_mock.converse(octets)

    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 3
    assert answer.count(b"Connection: close\r\n") == 1
    assert answer.index(b'{"data":{') < answer.index(b'{"data":[') < answer.rindex(b'{"data":{')


@pytest.mark.parametrize(("fields", "kept"), [([], 0), (["Connection: keep-alive"], 1)])
def test_http_1_0_is_kept_alive_only_if_asked(
    read_only_mock: Running, fields: list[str], kept: int
) -> None:
    """Guards RFC 9112, section 9.3."""
    answer = read_only_mock.converse(
        get(JOB, *fields, version="1.0") + get(JOB, version="1.0") * kept
    )

    assert answer.count(b"Connection: keep-alive\r\n") == kept
    assert answer.endswith(b"}}")


def test_the_absolute_form_of_a_target_is_understood(read_only_mock: Running) -> None:
    """Guards RFC 9112, section 3.2.2."""
    answer = read_only_mock.converse(get(f"http://x{JOBS}?limit=1", "Connection: close"))

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"GARBAGE\r\n\r\n", 501),
        (b"GET / HTTP/9\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", 400),
        (get("/" + "a" * 9000), 431),
        (get(JOB, f"X-Large: {'a' * 9000}"), 431),
        (get(JOB, *(f"X-{i}: a" for i in range(200))), 400),
    ],
    ids=["method", "version", "length", "header", "long line", "long field", "many fields"],
)
def test_what_is_no_request_gets_a_json_error(
    read_only_mock: Running, octets: bytes, code: int
) -> None:
    """Guards the limits on lines and fields, and that aiohttp's own text/plain is never sent."""
    head, _, body = read_only_mock.converse(octets).partition(b"\r\n\r\n")

    assert head.startswith(f"HTTP/1.1 {code} ".encode())
    assert b"Connection: close" in head
    assert list(json.loads(body)) == ["error"]


def test_content_is_passed_over_up_to_a_limit(read_only_mock: Running) -> None:
    """Guards that a request's content, which no operation uses, is ignored, and 413 beyond."""
    small = read_only_mock.call("GET", JOB, data=b"x" * 1000)
    large = read_only_mock.call("GET", JOB, data=b"x" * (listener.MOST_BODY_BYTES + 1))
    after = read_only_mock.call("GET", JOB)

    assert (200, 413, 200) == (small.status_code, large.status_code, after.status_code)
    assert large.headers["Connection"] == "close"


def test_a_client_that_waits_for_100_is_told_to_continue(read_only_mock: Running) -> None:
    """Guards the 100 of RFC 9110, section 10.1.1, for which curl waits a second."""
    octets = get(JOB, "Expect: 100-continue", "Content-Length: 2", "Connection: close")
    with read_only_mock.connect() as connection:
        connection.sendall(octets)
        interim = connection.recv(1000)
        connection.sendall(b"{}")
        final = connection.recv(100_000)

    assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert final.startswith(b"HTTP/1.1 200 OK\r\n")


def test_slow_clients_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against clients that send a head or content too slowly and keep a connection."""
    monkeypatch.setattr(listener, "PATIENCE_SECONDS", 1.0)
    too_little = [
        b"GET / HTTP/1.1\r\nHost:",
        get(JOB, "Content-Length: 10"),
        b"",
        get(JOB) + b"GET / HTTP/1.1\r\nHost:",
    ]
    with harness.mock() as running, ThreadPoolExecutor(len(too_little)) as clients:
        answers = clients.map(running.converse, too_little)
        half_a_head, half_a_body, silent, second_head = answers

    assert (b"", b"") == (half_a_head, silent)
    assert second_head.startswith(b"HTTP/1.1 200 ")
    assert second_head.count(b"HTTP/1.1") == 1
    assert half_a_body.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "fields", ["Content-Length: 100", "Transfer-Encoding: chunked"], ids=["length", "chunks"]
)
@pytest.mark.parametrize("end", ["reset", "closed"])
def test_a_client_that_leaves_during_an_upload_is_no_failure(
    caplog: pytest.LogCaptureFixture, fields: str, end: str
) -> None:
    """Guards the log against tracebacks of what clients may do."""
    with harness.mock(access_log=True) as running:
        with running.connect() as connection:
            head = f"POST /__admin/worlds HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n\r\n5\r\nab"
            connection.sendall(head.encode())
            # When this response comes, the server has begun to read the content.
            running.call("GET", JOB)
            if end == "reset":
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        until(lambda: "/__admin/worlds" in "".join(running.logged))

    assert " POST /__admin/worlds 400 " in "".join(running.logged)
    assert [] == caplog.records
    assert "Traceback" not in "".join(running.logged)


def test_a_client_that_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the server's memory against clients that send requests and read no response."""
    monkeypatch.setattr(replies, "PATIENCE_SECONDS", 0.3)
    with harness.mock() as running, running.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        # Only ends a test that would hang: a busy machine may take seconds for all that is sent.
        connection.settimeout(60)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            connection.sendall(get(JOBS + "?limit=200") * 100_000)

        assert running.call("GET", JOB).status_code == 200


def test_browsers_of_any_origin_are_answered_with_cors() -> None:
    """Guards --cors: preflight and actual request, and that it is off by default."""
    origin = {"Origin": "http://localhost:3000"}
    ask = {**origin, "Access-Control-Request-Method": "DELETE"}
    ask["Access-Control-Request-Headers"] = "authorization,x-trace"
    with harness.mock(cors=True) as running, harness.mock() as closed:
        preflight = running.call("OPTIONS", JOB, key=None, headers=ask)
        actual = running.call("GET", JOB, headers=origin)
        refused = running.call("GET", JOB, key=None, headers=origin)
        plain = closed.call("GET", JOB, headers=origin)

    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, DELETE, OPTIONS"
    assert preflight.headers["Access-Control-Allow-Headers"] == "authorization,x-trace"
    assert "Retry-After" in actual.headers["Access-Control-Expose-Headers"]
    assert {"*"} == {a.headers["Access-Control-Allow-Origin"] for a in (preflight, actual, refused)}
    assert "Access-Control-Allow-Origin" not in plain.headers


@pytest.mark.parametrize("path", [f"/public/{BUSY}/jobs/%zz", f"{USER}%", "/%4/%4x"])
@pytest.mark.parametrize("key", [DEMO, None])
def test_a_percent_sign_that_begins_no_escape_is_400(
    read_only_mock: Running, path: str, key: str | None
) -> None:
    """Guards RFC 3986, section 2.1, with any key and anywhere in the path."""
    fields = f"Host: x\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n"
    answer = read_only_mock.converse(f"DELETE {path} HTTP/1.1\r\n{fields}\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"is not percent-encoded" in answer


@pytest.mark.parametrize(("path", "where"), [("worlds/%zz", "path"), ("worlds?a=%", "query")])
def test_the_control_api_reads_no_broken_escape(
    read_only_mock: Running, path: str, where: str
) -> None:
    """Guards the same for the names of worlds and faults, and for filters."""
    octets = f"GET /__admin/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = read_only_mock.converse(octets.encode())

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert f'"where":"{where}"'.encode() in answer


def test_a_base_path_stands_before_every_path() -> None:
    """Guards --base-path, for a deployment behind /api/v1."""
    with harness.mock(base_path="/api/v1") as running:
        assert running.call("GET", "/api/v1" + JOB).status_code == 200
        assert running.call("GET", JOB).status_code == 404
        assert running.call("GET", "/__admin/health").status_code == 200
