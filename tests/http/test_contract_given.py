"""--spec: another contract is kept just as that of the package."""

from collections.abc import Callable
from pathlib import Path

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


def test_operations_of_a_document_may_have_other_names(edited: Edited) -> None:
    """Guards that what an operation does follows from the document, and not from its name."""
    with harness.mock(spec=edited("operationId: deleteUser", "operationId: eraseUser")) as running:
        made = running.delete_user("ann").json()["data"]
        moved = running.cancel(made["jobId"]).json()["data"]

    assert (made["referenceId"], made["status"]) == ("ann", "scheduled")
    assert moved["status"] == "cancelled"
