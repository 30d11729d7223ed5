"""Prometheus metrics, made of what is counted anyway at the moment of the scrape."""

from typing import TYPE_CHECKING

from mockserver.control.request import ControlRequest, RefusedError
from mockserver.control.services import Services
from mockserver.http.messages import Response
from mockserver.http.metrics import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric


async def read(request: ControlRequest) -> Response:
    """Answer the metrics in the text format of Prometheus."""
    try:
        from prometheus_client import CollectorRegistry
        from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
    except ImportError:
        hint = "pip install 'jobs-mockserver[metrics]'"
        raise RefusedError(501, "metrics need prometheus_client", "", hint) from None
    registry = CollectorRegistry()
    dropped = [(await world.journal.extent()).dropped for world in request.services.worlds]
    registry.register(_Collector(request.services, sum(dropped)))
    return Response(200, generate_latest(registry), {"Content-Type": CONTENT_TYPE_LATEST})


class _Collector:
    """What prometheus_client asks for metrics."""

    def __init__(self, services: Services, dropped: int) -> None:
        self._parts = services
        self._dropped = dropped

    def collect(self) -> "Iterator[Metric]":
        """Yield all metrics."""
        from prometheus_client.core import (
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        labels = ["operation", "method", "status"]
        seconds = HistogramMetricFamily(
            "jobs_mock_request_seconds", "How long requests took.", labels=labels
        )
        for (operation, method, status), row in self._parts.metrics.requests.items():
            total, buckets = 0.0, []
            for bound, count in zip((*map(str, BUCKETS), "+Inf"), row, strict=False):
                total += count
                buckets.append((bound, total))
            seconds.add_metric([operation, method, str(status)], buckets, sum_value=row[-1])
        yield seconds
        faults = CounterMetricFamily(
            "jobs_mock_faults", "Calls that a fault hit.", labels=["fault"]
        )
        for name, count in self._parts.metrics.faults.items():
            faults.add_metric([name], count)
        yield faults
        worlds = GaugeMetricFamily("jobs_mock_worlds", "Worlds that exist.")
        worlds.add_metric([], len(self._parts.worlds.by_name))
        yield worlds
        dropped = GaugeMetricFamily(
            "jobs_mock_journal_dropped", "Journal entries that gave way to newer ones."
        )
        dropped.add_metric([], self._dropped)
        yield dropped
