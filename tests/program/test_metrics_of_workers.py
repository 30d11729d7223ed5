"""``/__admin/metrics`` of several workers: one sum, whichever of them answers."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.program.test_workers import COUNT, HEADERS, JOB, Served, served, server
from tests.program.watching import children, until

_READS = re.compile(
    r'^jobs_mock_request_seconds_(\w+){(?=[^}]*operation="getJob")([^}]*)} (\S+)$', re.MULTILINE
)


@pytest.fixture
def mock(tmp_path: Path) -> Iterator[Served]:
    """Run a program with workers."""
    with served(tmp_path) as running:
        yield running


def scrape(mock: Served) -> str:
    """Return the metrics that any of the workers tells."""
    answer = requests.get(f"{mock.origin}/__admin/metrics", timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.text


def reads(text: str) -> dict[str, float]:
    """Return the numbers of reads of one job in the metrics, by what they are of."""
    found = {f"{name} {labels}": float(value) for name, labels, value in _READS.findall(text)}
    return {name: value for name, value in found.items() if not name.startswith("created")}


def count_reads(text: str) -> float:
    """Return how many reads of one job the metrics tell."""
    return sum(value for name, value in reads(text).items() if name.startswith("count"))


def ask_each(mock: Served, workers: set[int]) -> int:
    """Read a job until each of the workers has answered; return how many reads it took."""
    answered: set[int | None] = set()
    asked = 0

    def all_have_answered() -> bool:
        nonlocal asked
        asked += 1
        answered.add(server(mock.origin, workers))
        return answered == workers

    until(all_have_answered)
    return asked


def test_each_worker_tells_the_sum_of_all(mock: Served) -> None:
    """Guards counters and histograms: what all workers served is told by any of them."""
    asked = ask_each(mock, mock.workers)
    fault = {"name": "slow", "operation": "getJob", "effect": {"kind": "status", "status": 503}}
    added = requests.post(f"{mock.origin}/__admin/worlds/default/faults", json=fault, timeout=60)
    assert added.status_code == 201, added.text
    for _ in range(20):
        assert requests.get(mock.origin + JOB, headers=HEADERS, timeout=60).status_code == 503
    # Without a session each scrape is a new connection, and so goes to any worker.
    told = [scrape(mock) for _ in range(10)]

    assert {count_reads(text) for text in told} == {asked + 20}
    assert all('jobs_mock_faults_total{fault="slow"} 20.0\n' in text for text in told)
    assert all("\njobs_mock_worlds 1.0\n" in text for text in told)
    assert all('status="503"' in text for text in told)


def test_no_counter_goes_back_when_a_worker_is_replaced(mock: Served) -> None:
    """Guards rates that Prometheus computes: what a killed worker had counted stays counted."""
    asked = ask_each(mock, mock.workers)
    before = reads(scrape(mock))
    victim = min(mock.workers)
    os.kill(victim, signal.SIGKILL)
    until(lambda: len(children(mock.parent) - {victim}) == COUNT)
    workers = children(mock.parent)
    again = ask_each(mock, workers)
    after = scrape(mock)

    assert victim not in workers
    assert all(reads(after)[name] >= value for name, value in before.items())
    assert count_reads(after) == asked + again
