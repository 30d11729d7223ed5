"""What the tests of a deployment share."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.deployment.replicas import Deployment, deployment, write_seed
from tests.postgres import Postgres
from tests.programs import UnavailableError, give_up

_REPLICAS = 4
_JOBS = 4_000


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return fixtures with thousands of scheduled jobs, to be cancelled."""
    return write_seed(tmp_path_factory.mktemp("deployment") / "seed", _JOBS)


@pytest.fixture(scope="module")
def shared(
    postgres: Postgres, seed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """Run a deployment that the tests of a module share; none of them breaks it."""
    yield from _deployed(postgres, seed, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def deployed(postgres: Postgres, seed: Path, tmp_path: Path) -> Iterator[Deployment]:
    """Run a deployment for one test, which may break it."""
    yield from _deployed(postgres, seed, tmp_path)


def _deployed(postgres: Postgres, seed: Path, folder: Path) -> Iterator[Deployment]:
    with ExitStack() as stack:
        store = postgres.new_database()
        try:
            running = stack.enter_context(deployment(store, seed, _REPLICAS, folder))
        except UnavailableError as error:
            give_up(error)
        yield running
