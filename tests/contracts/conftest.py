"""What tests of the judge share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from contracts.contract.document import Document, load
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import create_miniature

Serve = Callable[..., str]


@pytest.fixture(scope="session", name="contract")
def read_contract() -> Document:
    """Return the contract."""
    return load()


@pytest.fixture(name="serve")
def make_serve(contract: Document) -> Iterator[Serve]:
    """Return what serves a miniature of some kind and tells its base URL."""
    with ExitStack() as servers:

        def serve(
            kind: type[Miniature] = Miniature, transmission: Transmission | None = None, **more: Any
        ) -> str:
            world = create_miniature(contract, kind, **more)
            return servers.enter_context(serve_miniature(world, transmission or Transmission()))

        yield serve
