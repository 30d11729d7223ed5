"""Counts of requests, by operation, method and status, and how long they took."""

from bisect import bisect_left

#: The upper bounds of the buckets, in seconds.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

#: Clients can make up as many methods, and tests as many faults, as they like; a metric cannot.
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"))
_MOST_NAMES = 500


class RequestMetrics:
    """Counts requests by operation, method and status.

    A row is the number of requests in each bucket, the last bucket being open, and the sum of
    their seconds.
    """

    __slots__ = ("faults", "requests")

    def __init__(self) -> None:
        self.requests: dict[tuple[str, str, int], list[float]] = {}
        self.faults: dict[str, int] = {}

    def count(self, operation: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        row = self.requests.get((operation, method, status))
        if row is None:
            method = method if method in _METHODS else "other"
            row = self.requests.setdefault((operation, method, status), [0.0] * (len(BUCKETS) + 2))
        # Nearly every request of a mock falls into the first bucket.
        row[0 if seconds <= BUCKETS[0] else bisect_left(BUCKETS, seconds)] += 1
        row[-1] += seconds

    def count_faults(self, names: tuple[str, ...]) -> None:
        """Count the faults that touched one request."""
        for name in names:
            if name not in self.faults and len(self.faults) >= _MOST_NAMES:
                name = "other"  # noqa: PLW2901 -- a metric has a bounded number of labels
            self.faults[name] = self.faults.get(name, 0) + 1
