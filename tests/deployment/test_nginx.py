"""nginx in front of replicas: what it passes on, and what it does when one of them dies."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from tests.deployment.replicas import (
    JOBS,
    KEY,
    PROJECT,
    Deployment,
    Replica,
    get,
    steer,
    write_seed,
)
from tests.nginx import before
from tests.program.watching import connections_to, until
from tests.programs import UnavailableError, free_port, give_up


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Deployment]:
    """Run two mocks behind nginx that share no state, for a test that may break them."""
    with _pair(tmp_path) as deployment:
        yield deployment


@pytest.fixture(scope="module")
def lasting_pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Run two mocks behind nginx for tests that change nothing."""
    with _pair(tmp_path_factory.mktemp("pair")) as deployment:
        yield deployment


@contextmanager
def _pair(folder: Path) -> Iterator[Deployment]:
    arguments = ["--seed", str(write_seed(folder / "seed", 100)), "--no-access-log"]
    both = [Replica(arguments, folder / f"{n}.log") for n in range(2)]
    with ExitStack() as stack:
        for replica in both:
            stack.callback(replica.stop)
            replica.start()
        for replica in both:
            replica.wait()
        try:
            origin = stack.enter_context(before([replica.origin for replica in both]))
        except UnavailableError as error:
            give_up(error)
        yield Deployment(both, origin)


def _cancel(origin: str, job_id: int) -> int:
    headers = {"Authorization": f"Bearer {KEY}"}
    return requests.delete(f"{origin}{JOBS}/{job_id}", headers=headers, timeout=60).status_code


def _cancels_seen(replica: Replica) -> int:
    path = "/worlds/default/journal?operation=cancelJob&limit=1000"
    return int(steer(replica.origin, "GET", path)["found"])


def _delayed(replica: Replica) -> int:
    """Return how many requests a fault of *replica* has hit."""
    (fault,) = steer(replica.origin, "GET", "/worlds/default/faults")["faults"]
    return int(fault["fired"])


def _done(sent: list[Future[int]]) -> list[Future[int]]:
    return [future for future in sent if future.done()]


def test_requests_arrive_as_they_were_sent(pair: Deployment) -> None:
    """Guards the key, the name of the host and the octets of the path, which the journal shows."""
    path = f"/public/{PROJECT}/users/a%2Fb%20c%C3%A9//"
    requests.delete(f"{pair.origin}{path}", headers={"Authorization": f"Bearer {KEY}"}, timeout=60)

    entries = [
        entry
        for replica in pair.replicas
        for entry in steer(replica.origin, "GET", "/worlds/default/journal")["entries"]
    ]
    (request,) = [entry["request"] for entry in entries]
    assert (request["method"], request["target"]) == ("DELETE", path)
    assert request["headers"]["Host"] == pair.origin.removeprefix("http://")
    assert request["headers"]["Authorization"] == "Bearer [API key]"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
def test_every_method_is_answered_as_by_a_replica(lasting_pair: Deployment, method: str) -> None:
    """Guards that nginx does not change the method, and waits for no body after HEAD."""
    answers = [
        requests.request(
            method, f"{origin}{JOBS}/999", headers={"Authorization": f"Bearer {KEY}"}, timeout=60
        )
        for origin in (lasting_pair.origin, lasting_pair.replicas[0].origin)
    ]

    through, directly = [(a.status_code, a.headers.get("Allow"), a.text) for a in answers]
    assert (through[:2], len(through[2])) == (directly[:2], len(directly[2]))


def test_the_control_api_can_be_called_through_it(lasting_pair: Deployment) -> None:
    """Guards that the control API accepts nginx's requests as those of a local program."""
    assert steer(lasting_pair.origin, "GET", "/worlds/default")["name"] == "default"
    foreign = {"Host": "attacker.example"}
    answer = requests.get(f"{lasting_pair.origin}/__admin/worlds", headers=foreign, timeout=60)

    assert answer.status_code == 403


def test_a_dead_replica_fails_no_request_and_repeats_none(pair: Deployment) -> None:
    """Guards that a request which did not reach a replica goes to another one, also a cancel."""
    dead, living = pair.replicas
    assert [200] * 4 == [get(pair.origin, f"{JOBS}/{n}").status_code for n in range(1, 5)]
    dead.kill()
    # A request that nginx writes into a connection which closes at that moment counts as sent.
    until(lambda: connections_to(dead.port) == 0)
    with ThreadPoolExecutor(8) as callers:
        statuses = list(callers.map(lambda n: _cancel(pair.origin, n), range(1, 61)))

    assert statuses == [200] * 60
    assert _cancels_seen(living) == 60


def test_a_cancel_that_was_sent_is_not_sent_again(pair: Deployment) -> None:
    """Guards that a cancel whose replica dies is not sent again, which would be a 400."""
    victim, other = pair.replicas
    nobody = f"http://127.0.0.1:{free_port()}"
    rule = {"operation": "cancelJob", "effect": {"kind": "delay", "duration": "10m"}}
    steer(victim.origin, "POST", "/worlds/default/faults", rule)
    # Some reach the victim at once, some after an attempt that reached no replica.
    with before([nobody, victim.origin, other.origin]) as origin, ThreadPoolExecutor(12) as callers:
        sent = [callers.submit(_cancel, origin, n) for n in range(1, 13)]
        until(lambda: len(_done(sent)) + _delayed(victim) == len(sent))
        answered = _done(sent)
        victim.kill()
        statuses = {future.result() for future in sent if future not in answered}

    assert {200} == {future.result() for future in answered}
    assert statuses == {502}
    assert _cancels_seen(other) == len(answered)


def test_the_mocks_faults_reach_the_client(pair: Deployment) -> None:
    """Guards that nginx does not hide a reset or a 503 by trying another replica."""
    for kind, status in (({"kind": "reset"}, 502), ({"kind": "status", "status": 503}, 503)):
        for replica in pair.replicas:
            steer(replica.origin, "DELETE", "/worlds/default/faults")
            steer(replica.origin, "POST", "/worlds/default/faults", {"effect": kind})
        assert {status} == {get(pair.origin, f"{JOBS}/{n}").status_code for n in range(1, 7)}


def test_a_replica_that_is_back_gets_its_share(pair: Deployment) -> None:
    """Guards that a replica gets requests again after its restart."""
    victim, _ = pair.replicas
    victim.kill()
    assert [200] * 4 == [get(pair.origin, f"{JOBS}/{n}").status_code for n in range(1, 5)]
    victim.start()
    victim.wait()
    seen = "/worlds/default/journal?operation=getJob"

    def has_its_share() -> bool:
        assert get(pair.origin, f"{JOBS}/1").status_code == 200
        return bool(steer(victim.origin, "GET", seen)["found"])

    until(has_its_share)


def test_without_any_replica_the_answer_comes_at_once(pair: Deployment) -> None:
    """Guards clients from waiting for what is not there."""
    for replica in pair.replicas:
        replica.kill()
    answers = [get(pair.origin, f"{JOBS}/1") for _ in range(3)]

    assert [502] * 3 == [answer.status_code for answer in answers]
    assert max(answer.elapsed.total_seconds() for answer in answers) < 30
