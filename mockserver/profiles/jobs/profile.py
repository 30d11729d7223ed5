"""The profile of the jobs API."""

from pathlib import Path

from mockserver.profiles.jobs.fixture_words import JobWords
from mockserver.profiles.jobs.refusals import write_refusal
from mockserver.profiles.profile import Profile
from mockserver.resources import files

_OVERLAY = Path(__file__).parent / "overlay.yaml"


PROFILE = Profile(
    overlays=(_OVERLAY,),
    write_refusal=write_refusal,
    stranger=401,
    has_exact_paths=True,
    has_one_sequence=True,
    takes_first=True,
    keeps_bodies=False,
    words=JobWords(),
    fixtures=files.fixtures(),
)
