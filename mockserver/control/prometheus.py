"""The collector of prometheus_client; imported only where that is installed."""

from collections.abc import Iterator

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from mockserver.control.services import Services
from mockserver.http.metrics import BUCKETS


class Collector:
    """Makes metrics of the counts of *services*.

    Args:
        services: those of this server.
        dropped: how many entries of journals gave way to newer ones.
    """

    def __init__(self, services: Services, dropped: int) -> None:
        self._services = services
        self._dropped = dropped

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        labels = ["operation", "method", "status"]
        seconds = HistogramMetricFamily(
            "jobs_mock_request_seconds", "How long requests took.", labels=labels
        )
        for (operation, method, status), row in self._services.metrics.requests.items():
            total, buckets = 0.0, []
            for bound, count in zip((*map(str, BUCKETS), "+Inf"), row, strict=False):
                total += count
                buckets.append((bound, total))
            seconds.add_metric([operation, method, status], buckets, sum_value=row[-1])
        yield seconds
        faults = CounterMetricFamily(
            "jobs_mock_faults", "Calls that a fault hit.", labels=["fault"]
        )
        for name, count in self._services.metrics.faults.items():
            faults.add_metric([name], count)
        yield faults
        worlds = GaugeMetricFamily("jobs_mock_worlds", "Worlds that exist.")
        worlds.add_metric([], len(self._services.worlds.by_name))
        yield worlds
        dropped = GaugeMetricFamily(
            "jobs_mock_journal_dropped", "Journal entries that gave way to newer ones."
        )
        dropped.add_metric([], self._dropped)
        yield dropped
