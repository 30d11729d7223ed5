"""The profile of the jobs API."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.contract.contract import Contract
from mockserver.deviations.deviation import Deviation
from mockserver.profiles.jobs.fixture_words import JobWords
from mockserver.profiles.jobs.refusals import write_refusal
from mockserver.profiles.profile import Profile
from mockserver.records.fixtures.words import Words
from mockserver.records.kind import Kind
from mockserver.resources import files
from mockserver.worlds.world import World

if TYPE_CHECKING:
    from mockserver.profiles.view import View

_OVERLAY = Path(__file__).parent / "overlay.yaml"


def list_deviations() -> tuple[Deviation, ...]:
    """Return the deviations that do not follow from the contract."""
    # Not needed where nothing deviates.
    from mockserver.profiles.jobs.deviations import own

    return own.DEVIATIONS


def open_view(contract: Contract, kinds: Mapping[str, Kind], words: Words) -> "View":
    """Return how tests see worlds of jobs."""
    # Not needed to start.
    from mockserver.profiles.jobs.view import JobsView

    return JobsView(contract, kinds, words)


def generate(folder: Path, count: int, rng: int) -> None:
    """Write *count* jobs into the new *folder*.

    Raises:
        FileExistsError: *folder* is there already.
        ImportError: Faker, an extra, is not installed.
    """
    from faker import Faker

    from mockserver.profiles.jobs.generate import LOCALES, write

    write(folder, count, rng, Faker(list(LOCALES)))


def describe(world: World, address: str) -> Iterator[str]:
    """Yield the API keys, and a call to copy."""
    for key, projects in world.secrets.items():
        yield f"API key {key} sees {', '.join(projects or ())}"
    for key, projects in world.secrets.items():
        if projects:
            url = f"{address}/public/{projects[0]}/jobs?limit=2"
            yield f"curl -H 'Authorization: Bearer {key}' '{url}'"
            return


PROFILE = Profile(
    overlays=(_OVERLAY,),
    write_refusal=write_refusal,
    stranger=401,
    has_exact_paths=True,
    has_one_sequence=True,
    is_punctual=True,
    takes_first=True,
    keeps_bodies=False,
    words=JobWords(),
    fixtures=files.fixtures(),
    noun="jobs",
    scope_noun="projects",
    generate=generate,
    describe=describe,
    deviations=list_deviations,
    open_view=open_view,
)
