"""The profile of the jobs API."""

from collections.abc import Mapping
from pathlib import Path

from mockserver.contract.description.contract import Contract
from mockserver.profiles.jobs.fixture_words import JobWords
from mockserver.profiles.jobs.refusals import write_refusal
from mockserver.profiles.profile import Profile
from mockserver.profiles.view import View
from mockserver.records.kind import Kind
from mockserver.resources import files

_OVERLAY = Path(__file__).parent / "overlay.yaml"


def open_view(contract: Contract, kinds: Mapping[str, Kind]) -> View:
    """Return how tests see worlds of jobs."""
    # Not needed to start.
    from mockserver.profiles.jobs.view import JobsView

    return JobsView(contract, kinds)


PROFILE = Profile(
    overlays=(_OVERLAY,),
    write_refusal=write_refusal,
    stranger=401,
    has_exact_paths=True,
    has_one_sequence=True,
    takes_first=True,
    keeps_bodies=False,
    fixtures=files.fixtures(),
    fixture_words=JobWords(),
    words=JobWords.parameters,
    open_view=open_view,
)
