"""The choice between the servers that there are."""

from mockserver.app.mock import Mock, Outside
from mockserver.app.records import build_records
from mockserver.contract.reader import describes_jobs
from mockserver.profiles.profile import Profile
from mockserver.settings import Settings


def build(settings: Settings, outside: Outside) -> Mock:
    """Return the mock that *settings* ask for.

    Raises:
        InvalidSourceError: the contract or the fixtures cannot be used.
        UnservedError: this mock cannot do with the contract what the settings ask for.
    """
    return build_records(settings, outside, _choose_profile(settings))


def _choose_profile(settings: Settings) -> Profile:
    if not settings.overlays and describes_jobs(settings.spec):
        from mockserver.profiles.jobs.profile import PROFILE

        return PROFILE
    return Profile()
