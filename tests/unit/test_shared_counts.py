"""Counts in memory that several processes share."""

import os

from mockserver.http.metrics import OwnRows, RequestMetrics, Rows
from mockserver.http.shared_counts import SharedCounts


def count(rows: Rows, requests: int, operation: str = "getJob") -> RequestMetrics:
    """Count so many requests of a second each, and one call that a fault hit."""
    metrics = RequestMetrics(rows)
    for _ in range(requests):
        metrics.count(operation, "GET", 200, 1.0)
    metrics.count_faults(("slow",))
    return metrics


def test_processes_add_up() -> None:
    """Guards the sum, with numbers that a real fork has written."""
    counts = SharedCounts(2)
    child = os.fork()
    if child == 0:
        count(counts.open_part(1), 3)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    metrics = count(counts.open_part(0), 4)

    assert metrics.requests["getJob", "GET", "200"][-1] == 7.0
    assert sum(metrics.requests["getJob", "GET", "200"][:-1]) == 7.0
    assert metrics.faults == {"slow": 2.0}


def test_a_successor_counts_on() -> None:
    """Guards that the part of a process which has ended is neither lost nor counted twice."""
    counts = SharedCounts(1)
    count(counts.open_part(0), 3)
    metrics = count(counts.open_part(0), 4)

    assert metrics.requests["getJob", "GET", "200"][-1] == 7.0


def test_more_labels_than_there_is_room_for_are_counted_as_others() -> None:
    """Guards a bounded memory: nothing fails and nothing is left out of the sum."""
    counts = SharedCounts(1)
    metrics = RequestMetrics(counts.open_part(0))
    for number in range(9):
        metrics.count(f"{number}" * 1_000_000, "GET", 200, 1.0)
    metrics.count_faults(("f" * 1_000_000,))

    assert sum(row[-1] for row in metrics.requests.values()) == 9.0
    assert 1 < metrics.requests["other", "other", "other"][-1] < 9
    assert metrics.faults == {"other": 1.0}


def test_one_process_counts_the_same() -> None:
    """Guards that the metrics of a mock without workers are those of one with them."""
    alone, shared = count(OwnRows(), 2), count(SharedCounts(1).open_part(0), 2)

    assert {k: list(row) for k, row in alone.requests.items()} == {
        k: list(row) for k, row in shared.requests.items()
    }
    assert alone.faults == shared.faults
