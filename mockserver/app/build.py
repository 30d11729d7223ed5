"""The choice between the servers that there are."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.app.mock import Mock, Outside
from mockserver.app.records import build_records
from mockserver.contract.description.reader import load
from mockserver.contract.reader import describes_jobs
from mockserver.profiles.profile import Profile
from mockserver.records.kind import Kind
from mockserver.settings import Settings

if TYPE_CHECKING:
    from mockserver.deviations.catalogue import Catalogue


def build(settings: Settings, outside: Outside) -> Mock:
    """Return the mock that *settings* ask for.

    Raises:
        InvalidSourceError: the contract or the fixtures cannot be used.
        UnservedError: this mock cannot do with the contract what the settings ask for.
    """
    return build_records(settings, outside, choose_profile(settings.spec, settings.overlays))


def choose_profile(spec: Path, overlays: Sequence[Path]) -> Profile:
    """Return the profile of the API that *spec* describes, with *overlays* put on it."""
    if not overlays and describes_jobs(spec):
        from mockserver.profiles.jobs.profile import PROFILE

        return PROFILE
    return Profile()


def load_catalogue(spec: Path, overlays: Sequence[Path]) -> "Catalogue":
    """Return the deviations of the API that *spec* describes, with *overlays* put on it.

    Raises:
        InvalidSourceError: the contract or an overlay cannot be used.
    """
    from mockserver.deviations.catalogue import Catalogue

    profile = choose_profile(spec, overlays)
    contract = load(spec, (*profile.overlays, *overlays))
    kinds = {r.name: Kind(r, contract.operations) for r in contract.resources}
    return Catalogue(contract, kinds, profile.deviations())
