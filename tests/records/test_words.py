"""The engine knows no API."""

import re
from pathlib import Path

from tests.records.kinds import ALL, contract

MOCK = Path(__file__).parents[2] / "mockserver"
ENGINE = sorted((MOCK / "records").rglob("*.py"))
#: Where the jobs API is at home: its profile, what comes along, and a client with words for it.
AT_HOME = ("profiles/jobs", "resources", "client")
ELSEWHERE = sorted(
    file
    for file in MOCK.rglob("*.py")
    if not file.relative_to(MOCK).as_posix().startswith((*AT_HOME, "records"))
)
#: The words of the jobs API.
OF_JOBS = {"job", "jobs", "organization", "organizations", "openreplay"}
OF_JOBS |= {"jobid", "projectkey", "projectid", "referenceid", "userid"}
#: What people must read in other places, and why.
TOLD = {
    "cli/commands.py": "the option --jobs of generate",
    "cli/examples.py": "examples of the jobs API",
    "control/prometheus.py": "the names of the metrics",
    "control/worlds.py": "a member of the control API's JSON",
    "driver.py": "drives the jobs API for its judge",
    "faults/path_names.py": "members of the control API's JSON",
    "http/listener.py": "the name of the server",
    "profiles/choice.py": "by what the jobs API is known",
    "profiles/view.py": "a member of the control API's JSON",
    "pytest_plugin.py": "the fixture jobs_mock",
    "store/sql/postgres.py": "the key of a lock",
    "store/sql/sqlite.py": "the mark of a file",
    "store/sql/versions.py": "the tables of version 1",
    "testing/mock.py": "what the fixture jobs_mock gives",
}
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


def test_the_engine_has_no_word_of_any_api() -> None:
    """Guards that what is served follows from a description alone."""
    words = words_of_contracts()
    for file in ENGINE:
        written = set(re.findall(r"[A-Za-z_]+(?:/[a-z-]+)?", file.read_text()))
        parts = {part for word in written for part in word.lower().split("_")}
        assert (written | parts) & words == set(), file


def find_words_of_jobs(file: Path) -> set[str]:
    """Return the words of the jobs API that a module has, as names, in texts and in comments."""
    written = re.findall(r"[A-Za-z]+", re.sub(r"_|(?<=[a-z])(?=[A-Z])", " ", file.read_text()))
    whole = re.findall(r"[A-Za-z]+", file.read_text().replace("_", ""))
    return {word.lower() for word in (*written, *whole)} & OF_JOBS


def test_nothing_but_its_profile_knows_the_jobs_api() -> None:
    """Guards the one engine: what is the jobs API's own is in its profile, or told for a reason."""
    knowing = {f.relative_to(MOCK).as_posix() for f in ELSEWHERE if find_words_of_jobs(f)}

    assert knowing == TOLD.keys()


def test_a_word_of_an_api_is_noticed() -> None:
    """Guards the check: each contract has words that it would find."""
    assert {"jobId", "cancelBatch", "in_progress", "github"} <= words_of_contracts()
