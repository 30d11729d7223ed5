"""The profile of the jobs API."""

from collections.abc import Mapping
from pathlib import Path

from mockserver.contract.description.contract import Contract
from mockserver.profiles.jobs.refusals import write_refusal
from mockserver.profiles.profile import Profile
from mockserver.profiles.view import View
from mockserver.records.fixtures import Fixtures
from mockserver.records.kind import Kind
from mockserver.resources import files

_OVERLAY = Path(__file__).parent / "overlay.yaml"


def read_fixtures(folder: Path | None, contract: Contract) -> Fixtures:
    """Return what the fixtures in *folder* state, or those that come along.

    Raises:
        InvalidSourceError: they cannot be used.
    """
    from mockserver.contract.reader import load
    from mockserver.profiles.jobs.fixtures import fixtures_of
    from mockserver.seeding.reader import read

    return fixtures_of(read(folder or files.fixtures(), load(contract.file)))


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
    read_fixtures=read_fixtures,
    open_view=open_view,
)
