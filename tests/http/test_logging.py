"""What the server writes: the access log, complaints, and never a key."""

import asyncio
import json
import re

from mockserver.http.messages import Handler, Request, Response
from mockserver.middleware import errors
from tests import harness
from tests.harness import BUSY, DEMO, Running
from tests.program.watching import until

JOB = f"/public/{BUSY}/jobs/3451"


def log_of(running: Running, lines: int) -> list[str]:
    """Return what has been logged, once it is there."""
    until(lambda: "".join(running.logged).count("\n") >= lines)
    return "".join(running.logged).splitlines()


def test_a_line_of_text_tells_what_was_asked_and_answered(mock: Running) -> None:
    """Guards the format that people read."""
    mock.call("GET", JOB + "?a=1")

    assert re.fullmatch(
        rf"2023-11-14T22:13:20Z 127\.0\.0\.1 GET {JOB}\?a=1 200 270 \d+\.\d\dms getJob",
        log_of(mock, 1)[0],
    )


def test_a_line_of_json_tells_the_same() -> None:
    """Guards the format that machines read."""
    with harness.mock(log_format="json") as running:
        running.call("HEAD", JOB)
        line = json.loads(log_of(running, 1)[0])

    assert isinstance(line.pop("milliseconds"), float)
    assert line == {
        "time": "2023-11-14T22:13:20Z",
        "peer": "127.0.0.1",
        "method": "HEAD",
        "target": JOB,
        "status": 200,
        "bytes": 0,
        "operation": "getJob",
    }


def test_no_key_and_no_control_character_reaches_the_log(mock: Running) -> None:
    """Guards against keys in the log, even from a path, and against forged lines."""
    mock.call("GET", f"/public/{BUSY}/jobs?api_key={DEMO}")
    mock.delete_user(DEMO)
    mock.delete_user(DEMO.replace("-", "%2D"))
    mock.call("GET", "/a%0Ab")
    mock.converse(b"GET /caf\xc3\xa9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    text = "\n".join(log_of(mock, 5))

    assert DEMO not in text
    assert text.count("[API key]") == 3
    assert text.isascii()


def test_what_is_no_request_is_logged_too(mock: Running) -> None:
    """Guards that a request that could not be parsed is logged."""
    mock.converse(b"GARBAGE\r\n\r\n")

    assert " - - 501 " in log_of(mock, 1)[0]


def test_requests_can_be_left_out_of_the_log() -> None:
    """Guards --no-access-log."""
    with harness.mock(access_log=False) as running:
        running.call("GET", JOB)
        running.converse(b"GARBAGE\r\n\r\n")

    assert running.logged == []


def test_validation_tells_each_breach_of_a_request(mock: Running) -> None:
    """Guards --validate: the clause, and what is wrong with unusual requests."""
    mock.call("GET", f"/public/{BUSY}/jobs?limit=abc&sort=asc", key=None, data=b"{}")
    mock.call("PATCH", JOB)
    mock.call("GET", "/nothing")
    mock.delete_user("a" * 257)
    told = [str(violation) for violation in mock.violations]

    jobs = "openapi.yaml#/paths/~1public~1{projectKey}~1jobs"
    user = "openapi.yaml#/paths/~1public~1{projectKey}~1users~1{userId}/delete"
    undeclared = "the query parameter sort is not declared; declared are limit, page"
    unknown = "the path does not have the method PATCH; it has GET, HEAD, DELETE, OPTIONS"
    assert told == [
        "request breaks openapi.yaml#/security: no Authorization: Bearer",
        f"request breaks {jobs}/get: GET takes no body here",
        f"request breaks {jobs}/get: limit is not an integer: 'abc'",
        f"request breaks {jobs}/get: {undeclared}",
        f"request breaks {jobs}~1{{jobId}}: {unknown}",
        "request breaks openapi.yaml#/paths: the contract has no path /nothing",
        f"request breaks {user}: userId has 257 characters; it may have 256",
    ]


async def _answered(handle: Handler) -> Response:
    return await handle(Request("GET", "/", {}, "-"))


def test_a_fault_of_our_own_is_a_500_with_a_traceback_in_the_log() -> None:
    """Guards that a bug is a 500 with a traceback in the log and without details for the client."""
    said: list[tuple[str, str]] = []

    async def fails(_: Request) -> Response:
        raise RuntimeError("secret detail")

    guarded = errors.catch_errors(lambda kind, message: said.append((kind, message)))(fails)
    answer = asyncio.run(_answered(guarded))

    assert answer.status == 500
    assert b"secret" not in answer.body
    assert "RuntimeError: secret detail" in said[0][1]
