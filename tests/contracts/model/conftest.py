"""What the tests of generated calls and of the model share."""

from __future__ import annotations

import pytest

from contracts.contract.document import Document, load


@pytest.fixture(scope="session")
def document() -> Document:
    """Return the contract."""
    return load()
