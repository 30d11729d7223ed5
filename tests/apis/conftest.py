"""What the tests of vendors' clients share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mockserver.store.interface import MEMORY
from tests.apis.served import Served, serve


@pytest.fixture(scope="module", params=[MEMORY, "sqlite", "postgres"])
def start(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Served]]:
    """Return what starts a mock of a contract in each kind of store; all end with the module."""

    def choose_store() -> str:
        if request.param == "postgres":
            url: str = request.getfixturevalue("postgres").new_database()
            return url
        folder: Path = tmp_path_factory.mktemp("store")
        return MEMORY if request.param == MEMORY else f"sqlite:///{folder / 'records.db'}"

    with ExitStack() as stack:
        yield lambda name: stack.enter_context(serve(name, store=choose_store()))
