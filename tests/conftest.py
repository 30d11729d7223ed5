"""Fixtures that more than one folder uses."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from mockserver.resources import files
from tests import browser, harness, programs
from tests.postgres import Postgres, running

# That a busy machine is slow does not make a test wrong.
PATIENT: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("fast", derandomize=True, database=None, **PATIENT)
settings.register_profile("deep", max_examples=2_000, **PATIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
if settings.get_current_profile_name() == "fast":
    # Constants of the modules that a worker happens to have imported would change what is drawn,
    # and to look for them takes each worker a second.
    pytest.MonkeyPatch().setattr(providers, "_get_local_constants", Constants)


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Let ``-n auto`` start three workers for two cores: tests wait a third of their time."""
    cores = yield
    return cores if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (3 * cores + 1) // 2


@pytest.fixture
def mock() -> Iterator[harness.Running]:
    """Run a mock of the default world, for one test."""
    with harness.mock() as running:
        yield running


@pytest.fixture(scope="module")
def read_only_mock() -> Iterator[harness.Running]:
    """Run a mock of the default world that the tests of a module share, since they only read."""
    with harness.mock() as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL server once a test needs it; each test uses databases of its own."""
    with ExitStack() as stack:
        try:
            # A commit is written before it is confirmed, so that it outlasts the servers that tests
            # kill. Only a crash of the machine would lose what is not synced yet.
            server = stack.enter_context(running({"fsync": "off"}))
        except programs.UnavailableError as error:
            programs.give_up(error)
        yield server


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[browser.Browser]:
    """Run a browser without a page."""
    with ExitStack() as stack:
        try:
            page = stack.enter_context(browser.browser(tmp_path / "profile"))
        except programs.UnavailableError as error:
            programs.give_up(error)
        yield page


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str], Path]:
    """Return a function that writes the contract with one passage replaced."""
    text = files.contract().read_text()

    def write(old: str, new: str) -> Path:
        assert old in text
        file = tmp_path / "edited.yaml"
        file.write_text(text.replace(old, new, 1))
        return file

    return write
