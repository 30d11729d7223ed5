"""What the tests of the machines share."""

from __future__ import annotations

import pytest

from contracts.contract.document import Document, load


@pytest.fixture(scope="session")
def document() -> Document:
    """Return the contract."""
    return load()
