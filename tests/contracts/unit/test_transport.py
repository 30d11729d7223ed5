"""The speaker of HTTP: patience, pace and counting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.contract.document import Document, load
from contracts.http.exchange import Exchange
from contracts.http.jobs_guard import JobsGuard
from contracts.http.transport import OutOfTime, Transport, get_exchange
from contracts.selftest.messages import Request, Response
from contracts.selftest.server import Dropped, Transmission, serve_miniature
from contracts.selftest.world import KEY, PROJECT, create_miniature
from contracts.target import Effects, Target

PATH = f"/public/{PROJECT}/jobs"


@dataclass
class Clock:
    """A clock that moves only when somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Bench:
    """A transport, what it saw, and how long it slept."""

    transport: Transport
    clock: Clock
    seen: list[Exchange]

    def get(self, method: str = "GET", path: str = PATH) -> requests.Response:
        """Send one request."""
        base = self.transport.target.base_url
        headers = {"Authorization": f"Bearer {KEY}"}
        return self.transport.create_session().request(
            method, base + path, headers=headers, allow_redirects=False
        )


Serve = Callable[..., Bench]


@pytest.fixture(name="bench")
def make_bench() -> Iterator[Serve]:
    """Serve a small deployment that first answers as the test says."""
    document: Document = load()
    open_servers: list[Any] = []

    def make(*first: Response | type[Exception], **target: Any) -> Bench:
        answers = list(first)

        def before(_: Request) -> Response | None:
            found = answers.pop(0) if answers else None
            if found is None or isinstance(found, Response):
                return found
            raise found

        server = serve_miniature(create_miniature(document, jobs=3), Transmission(before=before))
        open_servers.append(server)
        one = Target(server.__enter__(), PROJECT, KEY, effects=Effects.ANY, **target)
        clock, seen = Clock(), list[Exchange]()
        guard = JobsGuard(one, document, synthetic="mine")
        transport = Transport(
            one, document, guard, witnesses=[seen.append], clock=lambda: clock.now,
            sleep=clock.sleep,
        )  # fmt: skip
        return Bench(transport, clock, seen)

    yield make
    for server in open_servers:
        server.__exit__(None, None, None)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_out(bench: Serve, status: int) -> None:
    """When the deployment asks to wait, the request is sent again later, and that is counted."""
    one = bench(Response(status, None, {"Retry-After": "7"}))
    response = one.get()

    assert response.status_code == 200
    assert one.clock.slept == [7.0]
    assert one.transport.ledger.waits == 1
    assert [exchange.waits for exchange in one.seen] == [1]


def test_a_date_in_retry_after_is_understood(bench: Serve) -> None:
    """Retry-After may be a date (RFC 9110 §10.2.3), measured by the deployment's own clock."""
    one = bench(Response(503, None, {"Retry-After": "Thu, 17 Jun 2021 10:00:05 GMT"}))

    assert one.get().status_code == 200
    assert one.clock.slept == [0.0]


def test_patience_has_an_end(bench: Serve) -> None:
    """A deployment that never stops asking is believed after some tries, and no wait is endless."""
    tired = bench(*[Response(429)] * 50)
    later = bench(Response(429, None, {"Retry-After": "86400"}))

    assert tired.get().status_code == 429
    assert sum(tired.clock.slept) < 30
    assert later.get().status_code == 429
    assert later.clock.slept == []


def test_a_delete_that_got_503_is_uncertain(bench: Serve) -> None:
    """What was answered 503 may have been carried out: the exchange says that it is not sure."""
    one = bench(Response(503))
    one.get("DELETE", f"{PATH}/1")

    assert one.seen[0].uncertain


def test_the_rate_is_kept(bench: Serve) -> None:
    """With a rate of 4 a second, five requests take a second."""
    one = bench(rate=4.0)
    for _ in range(5):
        one.get()

    assert one.clock.now == pytest.approx(1.0)


def test_a_read_waits_for_a_change_before_it(bench: Serve) -> None:
    """With a lag of 2 seconds, only the first read after a change is sent so much later."""
    one = bench(lag=2.0)
    for method in ("GET", "DELETE", "DELETE", "GET", "GET"):
        one.get(method, f"{PATH}/1")

    assert one.clock.slept == [2.0]
    assert [exchange.since - exchange.sent for exchange in one.seen] == [-2.0, 0.0, 0.0, -2.0, -2.0]


def test_a_read_does_not_wait_beyond_the_end_of_the_run(bench: Serve) -> None:
    """With less time left than the deployment may lag behind, the request is cut at once."""
    one = bench(lag=5.0, max_time=2.0)
    one.get("DELETE", f"{PATH}/1")
    with pytest.raises(OutOfTime):
        one.get()

    assert one.clock.slept == []


def test_the_time_limit_ends_the_run(bench: Serve) -> None:
    """After --max-time no request leaves."""
    one = bench(max_time=2.0)
    one.get()
    one.clock.now = 2.0
    with pytest.raises(OutOfTime):
        one.get()

    assert sum(one.transport.ledger.by_method.values()) == 1


def test_a_dropped_read_is_sent_once_more(bench: Serve) -> None:
    """A kept-alive connection may close as it is used: a read is repeated, a change is not."""
    read, change = bench(Dropped), bench(Dropped)

    assert read.get().status_code == 200
    with pytest.raises(requests.ConnectionError):
        change.get("DELETE", f"{PATH}/1")
    assert change.seen[0].error is not None


def test_requests_are_counted(bench: Serve) -> None:
    """The ledger counts by what they are for, by method and by what a request could do."""
    one = bench()
    one.get()
    one.get("DELETE", f"{PATH}/99")

    assert one.transport.ledger.by_account == {"": 2}
    assert one.transport.ledger.by_effect == {"read": 1, "change": 1}


def test_an_exchange_knows_its_operation(bench: Serve) -> None:
    """An exchange says which operation it was and with what, no matter what sent it."""
    one = bench()
    response = one.get("GET", f"{PATH}/1")

    assert get_exchange(response).operation == "getJob"
    assert get_exchange(response).arguments == {"projectKey": PROJECT, "jobId": "1"}
    assert get_exchange(response) is one.seen[0]


def test_no_cookie_is_kept(bench: Serve) -> None:
    """A session that the deployment opens must not open what only the key may open."""
    one = bench(Response(200, {"data": []}, {"Set-Cookie": "session=1; Path=/"}))
    session = one.transport.create_session()
    for _ in range(2):
        session.get(one.transport.target.base_url + PATH, headers={"Authorization": "Bearer x"})

    assert "set-cookie" in one.seen[0].response_headers
    assert "Cookie" not in one.seen[1].headers
    assert len(session.cookies) == 0


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(bench: Serve, status: int) -> None:
    """A redirect of a DELETE would delete something else than what was judged."""
    one = bench(Response(status, None, {"Location": f"{PATH}/2"}))
    url = f"{one.transport.target.base_url}{PATH}/1"

    assert one.transport.create_session().delete(url, allow_redirects=True).status_code == status
    assert len(one.seen) == 1


def test_no_password_file_replaces_the_key(
    bench: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ~/.netrc for the host does not put a password over the organization's key."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    assert bench().get().status_code == 200
