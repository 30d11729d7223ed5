"""The engine knows no API."""

import re
from pathlib import Path

import pytest

from tests.records.kinds import ALL, contract

ENGINE = sorted((Path(__file__).parents[2] / "mockserver" / "records").glob("*.py"))
#: Whose APIs they are, and what their records are called.
NAMES = {"github", "openai", "airflow", "circleci", "woodpecker", "openreplay"}
NAMES |= {"job", "jobs", "batch", "batches", "dag", "dags", "workflow", "workflows"}
NAMES |= {"pipeline", "pipelines"}


def words_of_contracts() -> set[str]:
    """Return the names of operations, and the properties and states that no language has."""
    found = set(NAMES)
    for name in ALL:
        for resource in contract(name).resources:
            lifecycle = resource.lifecycle
            found.update(lifecycle.states.value if lifecycle is not None else ())
            found.add(resource.key.value[1:] if resource.key is not None else "")
        found.update(operation.name for operation in contract(name).operations)
    # Words that a language needs for more than a state.
    ours = {"id", "number", "error", "pending", "created", "running", "success", "failed", ""}
    return found - ours


@pytest.mark.parametrize("file", ENGINE, ids=lambda file: file.name)
def test_the_engine_has_no_word_of_any_api(file: Path) -> None:
    """Guards that what is served follows from a description alone."""
    written = set(re.findall(r"[A-Za-z_]+(?:/[a-z-]+)?", file.read_text()))
    parts = {part for word in written for part in word.lower().split("_")}

    assert (written | parts) & words_of_contracts() == set()


def test_a_word_of_an_api_is_noticed() -> None:
    """Guards the check: each contract has words that it would find."""
    assert {"jobId", "cancelBatch", "in_progress", "github"} <= words_of_contracts()
