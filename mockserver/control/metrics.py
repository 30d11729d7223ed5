"""Prometheus metrics, made at the moment of the scrape of what is counted anyway."""

from mockserver.control.request import ControlRequest, RefusedError
from mockserver.http.messages import Response


async def read(request: ControlRequest) -> Response:
    """Respond with the metrics in the text format of Prometheus."""
    try:
        from prometheus_client import CollectorRegistry
        from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
    except ImportError:
        hint = "pip install 'jobs-mockserver[metrics]'"
        raise RefusedError(501, "metrics need prometheus_client", "", hint) from None
    from mockserver.control.prometheus import Collector

    dropped = [(await world.journal.extent()).dropped for world in request.services.worlds]
    registry = CollectorRegistry()
    registry.register(Collector(request.services, sum(dropped)))
    return Response(200, generate_latest(registry), {"Content-Type": CONTENT_TYPE_LATEST})
