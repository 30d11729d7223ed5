"""What the control API acts on where a server keeps records of any API."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mockserver.deviations.variants import Variants
from mockserver.operations.records.api import Api
from mockserver.profiles.profile import Profile
from mockserver.records.fixtures import Fixtures
from mockserver.worlds.record_factory import RecordWorldFactory
from mockserver.worlds.records import RecordWorlds


class RecordServices(NamedTuple):
    """The parts of a server of any other API.

    *read_fixture* returns what a file states; it raises InvalidSourceError.
    """

    api: Api
    worlds: RecordWorlds
    factory: RecordWorldFactory
    read_fixture: Callable[[Path], Fixtures]
    variants: Variants
    profile: Profile = Profile()
