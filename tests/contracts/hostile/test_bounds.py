"""Whatever a server does, reading its answer takes no more time and memory than was allowed."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from contracts.contract.document import load
from contracts.http.exchange import Exchange
from contracts.http.jobs_guard import JobsGuard
from contracts.http.retries import MOST_FAILURES, GivenUp
from contracts.http.transport import OutOfTime, Transport
from contracts.http.wire import LARGE as LARGE_ANSWER
from contracts.http.wire import TooLarge, TooSlow
from contracts.target import Effects, Target
from tests.contracts.hostile import servers

PATH = "/public/p/jobs"
ROOT = Path(__file__).parents[3]


def transport(url: str, **more: object) -> tuple[Transport, list[Exchange]]:
    """Return a transport to *url*, and what it saw."""
    seen: list[Exchange] = []
    target = Target(url, "p", "key", effects=Effects.ANY, **{"timeout": 0.4, **more})  # type: ignore[arg-type]  # of any type
    document = load()
    guard = JobsGuard(target, document, synthetic="mine")
    return Transport(target, document, guard, witnesses=[seen.append]), seen


@pytest.mark.parametrize("misdeed", servers.LARGE, ids=lambda one: one.__name__)
def test_an_answer_without_end_is_left(misdeed: servers.Misdeed) -> None:
    """Reading ends where the limit is, and the report says so."""
    with servers.listening(misdeed) as url:
        one, seen = transport(url, timeout=60.0)
        with pytest.raises(TooLarge):
            one.create_session().get(url + PATH)

    assert seen[0].status is None
    assert "the answer" in (seen[0].error or "")
    assert len(seen) == 1, "it is not asked for again"


@pytest.mark.parametrize("misdeed", servers.SLOW, ids=lambda one: one.__name__)
def test_an_answer_that_only_drips_is_left(misdeed: servers.Misdeed) -> None:
    """The time is that of the whole answer: an octet that comes does not renew it."""
    with servers.listening(misdeed) as url:
        one, seen = transport(url)
        with pytest.raises(TooSlow):
            one.create_session().get(url + PATH)

    assert "within 0.4 s" in (seen[0].error or "")


def test_a_slow_handshake_is_left() -> None:
    """TLS is negotiated within the same time, however slowly the other side does it."""
    with servers.listening(servers.one_octet_a_moment, asked=False) as url:
        secure = url.replace("http:", "https:")
        one, _ = transport(secure)
        with pytest.raises(requests.RequestException):
            one.create_session().get(secure + PATH)

    def drip(connection: socket.socket) -> None:
        for octet in b"\x16\x03\x03\x40\x00":
            connection.sendall(bytes([octet]))
        servers.silence(connection)

    with servers.listening(drip, asked=False) as url:
        secure = url.replace("http:", "https:")
        one, _ = transport(secure)
        with pytest.raises(TooSlow):
            one.create_session().get(secure + PATH)


@pytest.mark.parametrize("misdeed", servers.SLOW, ids=lambda one: one.__name__)
def test_the_time_of_the_run_ends_an_answer_too(misdeed: servers.Misdeed) -> None:
    """--max-time holds also while an answer is read, and that is not the deployment's fault."""
    with servers.listening(misdeed) as url:
        one, seen = transport(url, timeout=60.0, max_time=0.3)
        with pytest.raises(OutOfTime):
            one.create_session().get(url + PATH)

    assert seen == []


def test_an_operation_that_keeps_failing_is_given_up() -> None:
    """An operation that keeps the judge waiting is given up; another one is still called."""
    with servers.listening(servers.silence) as url:
        one, seen = transport(url, timeout=0.05)
        for _ in range(MOST_FAILURES):
            with pytest.raises(TooSlow):
                one.create_session().get(url + PATH)
        with pytest.raises(GivenUp, match="listJobs was given up"):
            one.create_session().get(url + PATH)
        with pytest.raises(TooSlow):
            one.create_session().get(url + PATH + "/1")

    assert len(seen) == MOST_FAILURES + 1


def test_large_answers_come_to_an_end() -> None:
    """What a run keeps is bounded, too: after some answers of the largest kind none is read."""
    body = b'"' + b"x" * (LARGE_ANSWER + 1) + b'"'

    def large(connection: socket.socket) -> None:
        connection.sendall(servers.OK + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    with servers.listening(large) as url:
        one, _ = transport(url, max_answer=len(body), timeout=60.0)
        assert [one.create_session().get(url + PATH).status_code for _ in range(2)] == [200, 200]
        with pytest.raises(TooLarge, match="1 MiB"):
            one.create_session().get(url + PATH)


@pytest.mark.parametrize("after", ["1000000000", "9" * 400, "\xb2", "Thu, 01 Jan 99999 0:0:0 GMT"])
def test_no_retry_after_is_waited_for_too_long(after: str) -> None:
    """A Retry-After of thirty years is not followed, and one that is not a number does no harm."""
    slept: list[float] = []

    def later(connection: socket.socket) -> None:
        head = f"HTTP/1.1 503 Later\r\nRetry-After: {after}\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head.encode("latin-1"))

    with servers.listening(later) as url:
        one, _ = transport(url, timeout=60.0)
        one.sleep = slept.append
        assert one.create_session().get(url + PATH).status_code == 503

    assert sum(slept) < 60


def test_an_early_hint_is_not_taken_for_the_answer() -> None:
    """Any number of interim answers may come before the one that counts (RFC 9110 §15.2)."""

    def hint(connection: socket.socket) -> None:
        connection.sendall(
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
        )

    with servers.listening(hint) as url:
        one, _ = transport(url, timeout=60.0)
        response = one.create_session().get(url + PATH)

    assert (response.status_code, response.content) == (200, b"{}")


def test_an_answer_as_long_as_allowed_is_read() -> None:
    """The limit is the longest answer that is read, as sent and decompressed."""
    body = b" " * 1_000

    def just(connection: socket.socket) -> None:
        packed = gzip.compress(body)
        head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
        connection.sendall(servers.OK + head + packed)

    with servers.listening(just) as url:
        one, _ = transport(url, timeout=60.0, max_answer=1_000)
        assert one.create_session().get(url + PATH).content == body
        less, _ = transport(url, timeout=60.0, max_answer=999)
        with pytest.raises(TooLarge, match=r"999 octets .* once it is decompressed"):
            less.create_session().get(url + PATH)


MEASURE = """
import sys
from contracts.cli import main
code = main(sys.argv[1:])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("PEAK", code, int(peak.split()[1]) // 1024)
"""


def judged(url: str, *more: str) -> tuple[int, int, str]:
    """Judge *url* in a process of its own: return exit code, peak of memory in MB, and output."""
    words = ["check", "--base-url", url, "--project-key", "p", "--api-key", "key-of-mine", *more]
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    _, code, peak = done.stdout.splitlines()[-1].split()
    return int(code), int(peak), done.stdout + done.stderr


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak there")
@pytest.mark.parametrize("misdeed", servers.LARGE, ids=lambda one: one.__name__)
def test_the_judge_stays_small(misdeed: servers.Misdeed) -> None:
    """No answer makes the judge take more than 300 MB; the report says what came, not `kept`."""
    with servers.listening(misdeed) as url:
        code, peak, said = judged(url, "--timeout", "60")

    assert code == 3
    assert peak < 300
    assert "the answer" in said
    assert "Traceback" not in said


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak there")
def test_many_answers_just_below_the_limit_are_not_kept() -> None:
    """Each answer may be as long as allowed, and all of them together must not add up."""
    job = b'{"jobId":%d,"status":"scheduled","errors":"' + "\U0001f600".encode() * 19_000 + b'"}'
    page = b'{"data":[' + b",".join(job % number for number in range(200)) + b"]}"

    def serve(connection: socket.socket, path: bytes) -> None:
        body = b'{"data":%b}' % (job % 1) if b"/jobs/" in path else page
        connection.sendall(servers.OK + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    with servers.listening_by_path(serve) as url:
        code, peak, said = judged(url, "--timeout", "60", "--rng", "1")

    assert code in (1, 3)
    assert peak < 300
    assert "longer than 1 MiB" in said


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak there")
@pytest.mark.parametrize(
    "misdeed",
    [servers.gzip_bomb, servers.many_values, servers.endless_chunks, servers.silence],
    ids=lambda one: one.__name__,
)
def test_a_run_that_meets_it_at_every_job_ends(misdeed: servers.Misdeed) -> None:
    """Where the list is well and each job is a bomb, all laws get a verdict, soon."""
    page = (
        b'{"data":[{"jobId":1,"description":"Delete user sessions of userId = a","status":'
        b'"scheduled","projectId":1,"action":"delete_user_data","referenceId":"a","createdAt":'
        b'1623912955277,"updatedAt":null,"startAt":1623954600000,"errors":null}]}'
    )

    def only_jobs(connection: socket.socket, path: bytes) -> None:
        if b"/jobs/" in path:
            misdeed(connection)
        body = page if b"page=" not in path or b"page=1&" in path + b"&" else b'{"data":[]}'
        connection.sendall(servers.OK + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    with servers.listening_by_path(only_jobs) as url:
        code, peak, said = judged(url, "--timeout", "0.3", "--rng", "1")

    assert code in (1, 3)
    assert peak < 300
    assert "the judge itself" not in said
    assert "was given up" in said
