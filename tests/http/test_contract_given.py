"""--spec: another contract is kept just as that of the package."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.app.build import build
from mockserver.app.mock import Outside
from mockserver.parsing.sources import InvalidSourceError
from mockserver.resources import files
from mockserver.settings import Settings
from tests import harness

Edited = Callable[[str, str], Path]


def test_the_mock_keeps_another_document_when_given_one(edited: Edited) -> None:
    """Guards that limits and transitions come from the document: --spec changes what is served."""
    page = edited("default: 50, min: 1, max: 200", "default: 3, min: 1, max: 4")
    page.write_text(
        page.read_text().replace("            default: 50\n", "            default: 3\n")
    )
    with harness.mock(spec=page) as running:
        lengths = [len(running.page(f"?limit={limit}")) for limit in (1, 4, 5, 50)]
    cancel = edited("running], to: cancelled", "running, failed], to: cancelled")
    cancel.write_text(cancel.read_text().replace("[completed, failed, c", "[completed, c"))
    with harness.mock(spec=cancel) as running:
        codes = [running.cancel(job_id).status_code for job_id in (3446, 3447, 3451)]

    assert lengths == [1, 4, 3, 3]
    assert codes == [400, 200, 200]


def test_a_document_of_other_operations_does_not_start(edited: Edited) -> None:
    """Guards that a contract with operations that the mock does not have is refused."""
    file = edited("operationId: deleteUser", "operationId: eraseUser")
    with pytest.raises(InvalidSourceError, match="this mock has the operations listJobs, getJob"):
        build(
            Settings(seed=files.fixtures(), spec=file),
            Outside(wall=lambda: 0.0, monotonic=lambda: 0.0, write=lambda _: None),
        )
