"""Prometheus metrics, made at each scrape of the counts of this server and all its workers."""

from mockserver.control.request import ControlRequest
from mockserver.http.messages import Response
from mockserver.http.refused import RefusedError
from mockserver.resources import extras


async def read(request: ControlRequest) -> Response:
    """Respond with the metrics in the text format of Prometheus."""
    try:
        from prometheus_client import CollectorRegistry
        from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
    except ImportError:
        hint = extras.command("metrics")
        raise RefusedError(501, "prometheus_client is not installed", "", hint) from None
    from mockserver.control.prometheus import Collector

    dropped = [(await world.journal.extent()).dropped for world in request.services.worlds]
    registry = CollectorRegistry()
    registry.register(Collector(request.services, sum(dropped)))
    return Response(200, generate_latest(registry), {"Content-Type": CONTENT_TYPE_LATEST})
