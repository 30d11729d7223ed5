"""Counts of requests, by operation, method and status, and how long they took."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

#: The upper bounds of the buckets, in seconds.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: How many numbers a row has: requests in each bucket, the last being open, and their seconds.
WIDTH = len(BUCKETS) + 2

#: Clients can make up as many methods, and tests as many faults, as they like; a metric cannot.
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"))
_MOST_NAMES = 500

#: What a row counts: operation, method and status of requests, or the name of a fault.
Label = tuple[str, ...]
#: As text, since the class takes no parameter where a program runs.
Row: TypeAlias = "list[float] | memoryview[float]"


class Rows(Protocol):
    """Where rows of `WIDTH` numbers are kept, by what they count."""

    def find(self, label: Label) -> Row:
        """Return the row in which this process counts *label*; all 0 if there was none."""
        ...

    def total(self) -> Mapping[Label, Sequence[float]]:
        """Return the sums of the rows of all processes."""
        ...


class OwnRows:
    """The rows of a process that serves alone."""

    def __init__(self) -> None:
        self._rows: dict[Label, list[float]] = {}

    def find(self, label: Label) -> Row:
        """Return the row that counts *label*."""
        return self._rows.setdefault(label, [0.0] * WIDTH)

    def total(self) -> Mapping[Label, Sequence[float]]:
        """Return all rows."""
        return self._rows


class RequestMetrics:
    """Counts requests by operation, method and status, and the calls that faults hit, in *rows*."""

    __slots__ = ("_faults", "_requests", "_rows")

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._requests: dict[tuple[str, str, int], Row] = {}
        self._faults: dict[str, Row] = {}

    @property
    def requests(self) -> Mapping[tuple[str, str, str], Sequence[float]]:
        """The rows of requests, by operation, method and status."""
        return {(k[0], k[1], k[2]): row for k, row in self._rows.total().items() if len(k) == 3}

    @property
    def faults(self) -> Mapping[str, float]:
        """How many calls each fault hit."""
        return {k[0]: row[0] for k, row in self._rows.total().items() if len(k) == 1}

    def count(self, operation: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        row = self._requests.get((operation, method, status))
        if row is None:
            method = method if method in _METHODS else "other"
            row = self._rows.find((operation, method, str(status)))
            self._requests[operation, method, status] = row
        # Nearly every request of a mock falls into the first bucket.
        row[0 if seconds <= BUCKETS[0] else bisect_left(BUCKETS, seconds)] += 1
        row[-1] += seconds

    def count_faults(self, names: tuple[str, ...]) -> None:
        """Count the faults that touched one request."""
        for name in names:
            if name not in self._faults:
                if len(self._faults) >= _MOST_NAMES:
                    name = "other"  # noqa: PLW2901 -- a metric has a bounded number of labels
                self._faults[name] = self._rows.find((name,))
            self._faults[name][0] += 1
