"""Fixtures of the jobs API, read as the server reads them."""

from functools import cache
from pathlib import Path

from mockserver.app.parts import make_kinds
from mockserver.contract.reader import load
from mockserver.profiles.jobs.profile import PROFILE
from mockserver.records.fixtures.fixtures import Fixtures, ScopeFixture
from mockserver.records.fixtures.reader import Basis, read_fixtures
from mockserver.resources import files


@cache
def basis() -> Basis:
    """Return what fixtures of the jobs API are read for."""
    contract = load(files.contract(), PROFILE.overlays)
    kinds = make_kinds(contract, PROFILE)
    return Basis(contract, tuple(kinds.values()), 0, words=PROFILE.words)


def read(folder: Path) -> Fixtures:
    """Return what a folder states.

    Raises:
        InvalidSourceError: what is wrong with it.
    """
    return read_fixtures([folder], basis())


def read_ids(folder: Path) -> list[int]:
    """Return the jobIds that a folder states.

    Raises:
        InvalidSourceError: what is wrong with it.
    """
    return [int(record.key) for record in read(folder).records.get("jobs", ())]


def otherwise(key: str = "demo-key", project: str = "p", now: int = 0) -> Fixtures:
    """Return what uploaded fixtures can leave out: one organization with one project."""
    return Fixtures(
        now=now,
        secrets={key: (project,)},
        scopes={project: ScopeFixture({"projectKey": project}, {"projectId": 1})},
        default_pace=None,
    )
