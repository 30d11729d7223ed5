"""What the control API acts on: the parts of one server, which ``app`` makes."""

from typing import NamedTuple

from mockserver.deviations.variants import Variants
from mockserver.http.metrics import RequestMetrics
from mockserver.http.ports import Ports
from mockserver.operations.api import Api
from mockserver.profiles.profile import Profile
from mockserver.worlds.events import Events
from mockserver.worlds.factory import WorldFactory
from mockserver.worlds.persistence import Persistence
from mockserver.worlds.registry import Worlds


class Services(NamedTuple):
    """The parts of one server."""

    api: Api
    profile: Profile
    variants: Variants
    worlds: Worlds
    factory: WorldFactory
    persistence: Persistence
    events: Events
    metrics: RequestMetrics
    ports: Ports
