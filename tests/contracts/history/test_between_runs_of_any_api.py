"""How records of any API moved between two runs, judged by the history of the first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.contract.api import Api
from contracts.contract.description.reader import read
from contracts.engine.events import LawFinished
from contracts.engine.past_runs.file import HistoryError
from contracts.engine.past_runs.file import read as read_history
from contracts.engine.past_runs.keeping import open_history
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Verdict
from contracts.roles.catalogue import create_registry
from contracts.selftest.any_api.faults.stamps import make_other
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.world import create_target, create_world
from contracts.selftest.server import Transmission, serve_miniature
from contracts.target import Effects
from tests.program.process import ROOT

APIS = ROOT / "mockserver" / "resources" / "apis"
Night = Callable[[AnyMiniature], None]
EVENING, MORNING = "2099-01-01T20:00:00+00:00", "2099-01-02T08:00:00+00:00"
"""When the two runs begin, by the clock of who judges: all that the deployment stamped is past."""

KEPT_NAMES = ["circleci-workflows", "github-runs", "openai-batches", "woodpecker-pipelines"]


def read_shipped(name: str) -> Api:
    """Return a contract that comes along with the mock."""
    return read(APIS / name / "openapi.yaml", [APIS / name / "overlay.yaml"])


def judge_twice(api: Api, night: Night, file: Path) -> dict[str, LawFinished]:
    """Judge a deployment before and after a *night*; return what the second run says of history."""
    world, events = create_world(api), []
    with serve_miniature(world, Transmission()) as url:
        target = replace(create_target(api, url, Effects.NONE), remembered=True)
        for at, laws in ((EVENING, ["WALK-02"]), (MORNING, ["HIST-*", "WALK-02"])):
            past = open_history(file, target, api, salt="0" * 32)
            settings = Settings(rng=1, started_at=at)
            registry = create_registry(api).select(laws)
            run = create_runner(target, api, registry, settings, past=past)
            events = list(run.stream_events())
            assert past.trouble == ""
            night(world)
    found = [event for event in events if isinstance(event, LawFinished)]
    return {event.law.id: event for event in found if event.law.id.startswith("HIST")}


def move(source: str, target: str) -> Night:
    """Return a night in which the older records that are *source* go to *target*."""

    def night(world: AnyMiniature) -> None:
        for entry in world.entries[: len(world.entries) // 2]:
            if world.get_state(entry) == source:
                world.enter(entry, target)

    return night


def pass_quietly(world: AnyMiniature) -> None:
    """Let nothing happen."""


@pytest.mark.parametrize("name", KEPT_NAMES)
def test_a_night_that_moves_as_declared_is_accused_of_nothing(name: str, tmp_path: Path) -> None:
    """Guards against false alarms for keys of any type: integers, texts, two properties a state."""
    api = read_shipped(name)
    life = api.resource.lifecycle
    assert life is not None
    row = next(one for one in life.moves if one.by == "server")

    found = judge_twice(api, move(row.sources[0], row.targets[0]), tmp_path / "history.json")

    assert [e.reason for e in found.values() if e.verdict is Verdict.BROKEN] == []
    assert found["HIST-03"].verdict is Verdict.KEPT
    assert found["HIST-05"].verdict is Verdict.KEPT


@pytest.mark.parametrize(
    ("name", "source", "target", "law"),
    [
        ("openai-batches", "cancelled", "completed", "HIST-01"),
        ("openai-batches", "finalizing", "validating", "HIST-03"),
        ("circleci-workflows", "success", "running", "HIST-01"),
        ("woodpecker-pipelines", "declined", "pending", "HIST-01"),
        ("github-runs", "queued", "waiting", "HIST-03"),
    ],
)
def test_a_move_that_does_not_exist_is_found(
    name: str, source: str, target: str, law: str, tmp_path: Path
) -> None:
    """Guards HIST-01 and HIST-03: what no run saw happen is judged by what was before and after."""
    api = read_shipped(name)

    found = judge_twice(api, move(source, target), tmp_path / "history.json")

    assert found[law].verdict is Verdict.BROKEN, found[law].reason
    assert found[law].reason.endswith(f"and is {target}"), found[law].reason
    assert f" was {source} in the run of " in found[law].reason


def go_back(world: AnyMiniature) -> None:
    """Set the last move of some records to an earlier time."""
    for entry in world.entries[:20]:
        if entry.record["updated"]:
            entry.record["updated"] -= 7200


def test_the_stamp_of_a_move_does_not_go_back(tmp_path: Path) -> None:
    """Guards HIST-04 in the unit that is declared, here seconds."""
    api = read_shipped("woodpecker-pipelines")

    found = judge_twice(api, go_back, tmp_path / "history.json")

    assert found["HIST-04"].verdict is Verdict.BROKEN


def test_what_is_kept_does_not_change(tmp_path: Path) -> None:
    """Guards HIST-05: a member of `keeps` has another digest, or the record another making."""
    api = read_shipped("openai-batches")

    def night(world: AnyMiniature) -> None:
        for entry in world.entries[:20]:
            entry.record["created_at"] = make_other(api, "/created_at", 7200)

    found = judge_twice(api, night, tmp_path / "history.json")

    assert found["HIST-05"].verdict is Verdict.BROKEN


def leave_behind(world: AnyMiniature) -> None:
    """Let all be due three days ago, and some go on since."""
    for entry in world.entries:
        entry.record["expires_at"] = int(world.now()) - 3 * 86_400
    move("validating", "in_progress")(world)


def test_nothing_is_left_behind_for_days(tmp_path: Path) -> None:
    """Guards HIST-06: a record that is due by its notBefore is still where it was, days later."""
    api = read_shipped("openai-batches")

    def night(world: AnyMiniature) -> None:
        leave_behind(world)
        for entry in world.entries[:3]:
            entry.record["created_at"] = int(world.now())

    found = judge_twice(api, night, tmp_path / "history.json")

    assert found["HIST-06"].verdict is Verdict.SLACK, found["HIST-06"].reason


def test_a_reset_deployment_breaks_nothing(tmp_path: Path) -> None:
    """Guards a restored deployment: without anything younger that stayed, nothing is concluded."""
    api = read_shipped("openai-batches")

    def night(world: AnyMiniature) -> None:
        del world.entries[:]

    found = judge_twice(api, night, tmp_path / "history.json")

    assert {e.verdict for e in found.values()} <= {Verdict.UNTESTED, Verdict.INCONCLUSIVE}


def test_keys_that_clients_choose_are_followed_by_when_a_record_was_made(tmp_path: Path) -> None:
    """Guards against judging a record that was made again: the line to add is said instead."""
    api = read_shipped("airflow-dagruns")

    found = judge_twice(api, pass_quietly, tmp_path / "history.json")

    assert found["HIST-01"].verdict is Verdict.UNTESTED
    assert "stamps: {made: created_at}" in found["HIST-03"].reason


def test_the_file_has_keys_states_and_stamps_and_no_texts(tmp_path: Path) -> None:
    """Guards what is kept of a record: no member but the key, the state and times is readable."""
    api, file = read_shipped("openai-batches"), tmp_path / "history.json"

    judge_twice(api, pass_quietly, file)
    past = read_history(file)

    assert past is not None
    assert {type(one.key) for one in past.records} == {str}
    assert "input_file_id" not in file.read_text()
    with pytest.raises(HistoryError, match="another API"):
        open_history(
            file, create_target(api, past.base_url), read_shipped("circleci-workflows"), "0" * 32
        )
