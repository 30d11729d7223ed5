"""Which profile an API has."""

from collections.abc import Sequence
from pathlib import Path

from mockserver.contract.tree import SUFFIXES
from mockserver.parsing.sources import read_text
from mockserver.profiles.profile import Profile

#: A path that only the jobs API has, by which it is told from all others.
_PATH_OF_JOBS = "/{projectKey}/jobs/{jobId}"


def choose_profile(spec: Path, overlays: Sequence[Path]) -> Profile:
    """Return the profile of the API that *spec* describes, with *overlays* put on it.

    Raises:
        InvalidSourceError: the file cannot be read.
    """
    if not overlays and spec.suffix in SUFFIXES and _PATH_OF_JOBS in read_text(spec):
        from mockserver.profiles.jobs.profile import PROFILE

        return PROFILE
    return Profile()
