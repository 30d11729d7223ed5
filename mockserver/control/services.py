"""What the control API acts on: the parts of one server, which ``app`` makes."""

from typing import NamedTuple

from mockserver.deviations.variants import Variants
from mockserver.http.metrics import RequestMetrics
from mockserver.operations.api import Api
from mockserver.profiles.profile import Profile
from mockserver.worlds.events import Events
from mockserver.worlds.persistence import RecordPersistence
from mockserver.worlds.record_factory import RecordWorldFactory
from mockserver.worlds.records import RecordWorlds


class Services(NamedTuple):
    """The parts of one server."""

    api: Api
    profile: Profile
    variants: Variants
    worlds: RecordWorlds
    factory: RecordWorldFactory
    persistence: RecordPersistence
    events: Events
    metrics: RequestMetrics
