"""The choice between the servers that there are."""

from mockserver.app.mock import Mock, Outside
from mockserver.contract.reader import describes_jobs
from mockserver.settings import Settings


def build(settings: Settings, outside: Outside) -> Mock:
    """Return the mock that *settings* ask for.

    Raises:
        InvalidSourceError: the contract or the fixtures cannot be used.
        UnservedError: this mock cannot do with the contract what the settings ask for.
    """
    if not settings.overlays and describes_jobs(settings.spec):
        from mockserver.app.jobs import build_jobs

        return build_jobs(settings, outside)
    from mockserver.app.records import build_records

    return build_records(settings, outside)
