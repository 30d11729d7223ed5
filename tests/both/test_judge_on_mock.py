"""The judge on the mock: it reports what breaks the contract, and nothing else."""

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from contracts.contract.document import load
from contracts.engine.events import Event, Finding, LawFinished, RunFinished
from contracts.engine.past_runs.keeping import open_history
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Verdict
from contracts.laws import catalogue
from contracts.target import Effects, Target
from mockserver.app.build import load_catalogue
from mockserver.driver import MockDriver
from mockserver.profiles.jobs.deviations import racing
from mockserver.resources import files
from tests import harness
from tests.both.laws_of_deviations import FOUND_BY
from tests.postgres import Postgres

CATALOGUE = load_catalogue(files.contract(), ()).by_name
#: Breaks the contract only once a batch has ended its jobs, which no run of the judge waits for.
UNSEEN = ("cancel-is-overtaken",)
JUDGED = CATALOGUE.keys() - set(UNSEEN)
_CONFORMING = sorted(name for name in JUDGED if CATALOGUE[name].level != "must")
#: Those that conform, by threes whose names, and so what they are about, are not alike.
TOGETHER = [_CONFORMING[turn :: len(_CONFORMING) // 3] for turn in range(len(_CONFORMING) // 3)]
LONGEST_PAGE = 200


@pytest.fixture(autouse=True)
def _races_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests of a race meet, however late the threads of the judge are given a turn."""
    monkeypatch.setattr(racing, "PAUSE_SECONDS", 0.15)


@pytest.fixture(scope="module")
def short_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the default world with two pages of jobs, which are judged at half of the cost."""
    folder = tmp_path_factory.mktemp("short") / "fixtures"
    shutil.copytree(files.fixtures(), folder)
    history = folder / "history.jsonl"
    kept: list[str] = []
    seen: Counter[str] = Counter()
    for line in reversed(history.read_text().splitlines()):
        project = json.loads(line)["project"]
        seen[project] += 1
        if seen[project] <= LONGEST_PAGE:
            kept.append(line)
    history.write_text("\n".join(reversed(kept)) + "\n")
    return folder


def judged(
    running: harness.Running,
    *verdicts: Verdict,
    generated: bool = False,
    effects: Effects = Effects.ANY,
    laws: Sequence[str] = (),
) -> dict[str, tuple[Finding, ...]]:
    """Return the laws with one of *verdicts*; the judge gets all options that it can use.

    All laws are judged, after a run that they can remember, unless *laws* are named.
    """
    target = Target(
        base_url=f"http://127.0.0.1:{running.port}",
        project=harness.BUSY,
        api_key=harness.DEMO,
        other_project=harness.SECOND,
        other_api_key=harness.OTHER,
        other_key_project=harness.FOREIGN,
        effects=effects,
        driven=True,
        remembered=True,
    )
    document = load()
    registry = catalogue.create_registry(document, generated=generated)
    settings = Settings(rng=1, nonce="test", started_at="2026-11-26T00:00:00+00:00")
    events: list[Event] = []
    with TemporaryDirectory() as folder:
        for selected in [laws] if laws else [["WALK-01"], []]:
            past = open_history(Path(folder) / "history.json", target, document, "0" * 32)
            chosen = registry.select(selected)
            run = create_runner(target, document, chosen, settings, MockDriver(target), past=past)
            events = list(run.stream_events())
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert end.trouble == ""
    finished = [event for event in events if isinstance(event, LawFinished)]
    unsound = (Verdict.PROBE_FAILED, Verdict.SETUP_FAILED, Verdict.UNTESTED)
    if not running.deviates:
        assert [] == [(e.law.id, e.reason) for e in finished if e.verdict in unsound]
    return {event.law.id: event.findings for event in finished if event.verdict in verdicts}


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty store of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/jobs.db"
    if request.param == "memory":
        return "memory"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


def test_nothing_on_the_mock_is_broken_and_every_law_is_tested(store: str) -> None:
    """Guards that the judge finds nothing wrong with the mock, with all laws and a driver."""
    with harness.mock(access_log=False, store=store) as running:
        assert judged(running, Verdict.BROKEN, Verdict.SLACK, generated=True) == {}


@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("name", ["failed-is-cancellable", "stuck-in-scheduled", "real-server"])
def test_another_lifecycle_is_kept_in_a_database_too(
    name: str, store: str, short_lists: Path
) -> None:
    """Guards the SQL statements for a lifecycle that is not the contract's."""
    found = judge_deviating([name], short_lists, FOUND_BY.get(name, "").split(), store=store)

    assert (CATALOGUE[name].level == "must") == bool(found), found


@pytest.mark.parametrize("name", sorted(n for n in JUDGED if CATALOGUE[n].level == "must"))
def test_the_judge_objects_to_a_deviation_that_breaks_the_contract(
    name: str, short_lists: Path
) -> None:
    """Guards that each deviation that breaks the contract is found, by the law that is about it."""
    laws = FOUND_BY.get(name, "").split()
    found = judge_deviating([name], short_lists, laws)

    assert found
    assert found.keys() >= set(laws[:1]), found


@pytest.mark.parametrize("names", TOGETHER, ids=" ".join)
def test_the_judge_accuses_no_deviation_that_conforms(names: list[str], short_lists: Path) -> None:
    """Guards what the contract leaves open: nothing is broken by a few of these at a time."""
    assert judge_deviating(names, short_lists) == {}


def judge_deviating(
    names: Sequence[str], seed: Path, laws: Sequence[str] = (), **settings: Any
) -> dict[str, tuple[Finding, ...]]:
    """Return what is broken on a mock that deviates from the contract by *names*."""
    with harness.mock(
        seed=seed, access_log=False, deviations=tuple(names), validate=False, **settings
    ) as running:
        running.deviates = True
        return judged(running, Verdict.BROKEN, laws=laws)


@pytest.mark.parametrize(
    ("effects", "broken"),
    [
        (Effects.NONE, set()),
        # Racing deletions of one user get a job each, and a failed job, of the driver's, which has
        # ended, can be cancelled.
        (Effects.OWN, {"COMP-15", "CANC-04", "LIFE-01", "LIFE-02"}),
        (Effects.ANY, {"COMP-15", "CANC-04", "LIFE-01", "LIFE-02"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_of_the_real_server_only_what_documents_promise_is_broken(
    effects: Effects, broken: set[str]
) -> None:
    """Guards real deployments against false accusations, with each value of --effects."""
    deviation = CATALOGUE["real-server"]
    with harness.mock(access_log=False, deviations=(deviation.name,), validate=False) as running:
        running.deviates = True
        found = judged(running, Verdict.BROKEN, effects=effects)

    assert broken == set(found), found
