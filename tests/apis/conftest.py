"""What the tests of vendors' clients share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.apis.served import Served, serve


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[[str], Served]]:
    """Return what starts a mock of a contract; all of them end with the module."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(serve(name))
