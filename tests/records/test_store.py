"""What a store of records keeps: keys, scopes, conflicts, moves of clients and of tests."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from mockserver.contract.contract import Conflict
from mockserver.records.arguments import Arguments
from mockserver.records.forcing import force
from mockserver.records.kind import InvalidRecordError, Kind
from mockserver.records.lifecycle import Unmoved
from mockserver.records.progress import Pace
from mockserver.records.record import Record
from mockserver.store.memory import MemoryRecords
from mockserver.store.records import (
    ConflictError,
    KeyTakenError,
    MoveCall,
    Moved,
    RecordNotFoundError,
)
from tests.records.kinds import JOBS, kind, small
from tests.records.walking import NOW, add, filled, keys, page, run

PROJECT = ("project",)
CANCEL = MoveCall("cancelJob")


def job(number: int, user: str = "u", due: int = NOW + 60_000) -> dict[str, Any]:
    """Return the members of a job."""
    return {"jobId": number, "referenceId": user, "startAt": due, "updatedAt": None}


def conflict() -> Conflict:
    """Return what keeps a second job of a user from being made."""
    found = kind(JOBS).resource.creations[0].value.conflict
    assert found is not None
    return found


def test_a_record_is_found_in_its_scope_only() -> None:
    """Guards scopes: a key may be there in several, and is another record in each."""
    runs = kind("airflow-dagruns")
    store = filled(runs, [{"dag_run_id": "a", "conf": 1}], ("etl",))
    add(store, runs, {"dag_run_id": "a", "conf": 2}, ("report",))

    assert run(store.get(runs, ("etl",), "a", NOW)).members()["conf"] == 1
    assert run(store.get(runs, ("report",), "a", NOW)).members()["conf"] == 2
    assert run(store.get(runs, None, "a", NOW)).members()["conf"] == 1
    for scope, key in ((("etl",), "b"), (("other",), "a"), (None, "b")):
        with pytest.raises(RecordNotFoundError):
            run(store.get(runs, scope, key, NOW))


@pytest.mark.parametrize("name", [JOBS, "woodpecker-pipelines"])
def test_an_integer_key_is_no_text(name: str) -> None:
    """Guards keys: a text is read as the type of the key, and one that is none is not a key."""
    found = kind(name)

    assert (7, None, None) == (found.key_of("7"), found.key_of("x"), found.key_of("7.0"))
    assert kind("openai-batches").key_of("7") == "7"


def test_a_key_of_which_no_type_is_stated_is_found_by_its_path(tmp_path: Path) -> None:
    """Guards keys that are numbers in one record and text in another: a path states either."""
    things = small(tmp_path, pagination={"style": "none"}, key={})
    store = filled(things, [{"id": 7}, {"id": "x"}, {"id": "08"}])

    for text in ("7", "x", "8"):
        key = things.key_of(text)
        assert key is not None
        assert run(store.get(things, (), key, NOW)).key == key


def test_a_key_that_is_taken_is_refused() -> None:
    """Guards that no record replaces another, and that a refused one leaves nothing behind."""
    jobs = kind(JOBS)
    store = filled(jobs, [job(7)], PROJECT)
    with pytest.raises(KeyTakenError):
        add(store, jobs, job(7, "v"), PROJECT)
    with pytest.raises(KeyTakenError):
        filled(jobs, [job(7), job(7)], PROJECT)

    assert [7] == [record.key for record in run(store.all(jobs, NOW))]


def test_records_without_a_key_are_numbered(tmp_path: Path) -> None:
    """Guards a resource of which nothing identifies a record."""
    things = small(tmp_path, pagination={"style": "none"})
    bare = Kind(structs.replace(things.resource, key=None))
    store = filled(bare, [{"id": "same"}, {"id": "same"}])

    assert keys(page(store, bare)[0]) == [2, 1]


def test_a_conflict_lasts_as_long_as_the_contract_says() -> None:
    """Guards ``x-conflict``: by value, in the same scope, while the first is in those states."""
    jobs = kind(JOBS)
    store = filled(jobs, [job(1)], PROJECT)

    def make(number: int, user: str, scope: tuple[str, ...] = PROJECT) -> Record:
        return run(store.add(jobs, jobs.begin(job(number, user), scope, NOW), NOW, conflict()))

    with pytest.raises(ConflictError, match="/referenceId 'u'") as error:
        make(2, "u")
    assert error.value.status == 409
    assert make(2, "v").key == 2
    assert make(1, "u", ("other",)).key == 1
    run(store.move(jobs, PROJECT, 1, CANCEL, NOW))
    assert make(3, "u").key == 3


def test_what_is_null_conflicts_with_nothing() -> None:
    """Guards ``x-conflict`` where the request leaves the value out."""
    jobs = kind(JOBS)
    store = filled(jobs, [{**job(1), "referenceId": None}], PROJECT)
    again = jobs.begin({**job(2), "referenceId": None}, PROJECT, NOW)

    assert run(store.add(jobs, again, NOW, conflict())).key == 2


def test_a_conflict_in_any_state_ends_with_the_record() -> None:
    """Guards ``while: '*'``, and that a record that is gone keeps none from being made."""
    runs = kind("airflow-dagruns")
    rule = runs.resource.creations[0].value.conflict
    store = filled(runs, [{"dag_run_id": "a"}], ("etl",))
    again = runs.begin({"dag_run_id": "a"}, ("etl",), NOW)
    with pytest.raises(ConflictError):
        run(store.add(runs, again, NOW, rule))
    run(store.move(runs, ("etl",), "a", MoveCall("delete_dag_run"), NOW))

    assert run(store.add(runs, again, NOW, rule)).key == "a"


def test_a_move_changes_the_record_and_its_stamps() -> None:
    """Guards a client's move: what it did is told, and kept; a second one finds the new state."""
    jobs = kind(JOBS)
    store = filled(jobs, [job(7)], PROJECT)
    moved = run(store.move(jobs, PROJECT, 7, CANCEL, NOW + 5))
    again = run(store.move(jobs, PROJECT, 7, CANCEL, NOW + 6))

    assert isinstance(moved, Moved)
    assert moved.after == run(store.get(jobs, PROJECT, 7, NOW + 7))
    assert moved.after is not None
    assert moved.after.members() == moved.before.members() | {
        "status": "cancelled",
        "updatedAt": NOW + 5,
    }
    assert Unmoved("cancel", "cancelled", 400) == again


def test_a_move_finds_the_record_settled() -> None:
    """Guards that a client never moves a record that should have moved before."""
    found = kind("openai-batches")
    store = filled(found, [{"id": "a", "expires_at": NOW // 1000 + 60}])
    late = run(store.move(found, (), "a", MoveCall("cancelBatch"), NOW + 60_000))

    assert isinstance(late, Unmoved)
    assert late.state == "expired"


def test_a_call_moves_as_its_body_says_and_writes_the_rest() -> None:
    """Guards ``given``: the body names the move; without one nothing but members change."""
    runs = kind("airflow-dagruns")
    store = filled(runs, [{"dag_run_id": "a", "note": None}], ("etl",))

    def patch(body: dict[str, Any], **members: Any) -> Moved | Unmoved:
        written = {f"/{name}": value for name, value in members.items()}
        call = MoveCall("patch_dag_run", Arguments(body=body), written)
        return run(store.move(runs, ("etl",), "a", call, NOW))

    noted, failed = patch({"note": "seen"}, note="seen"), patch({"state": "failed"}, note="bad")
    assert isinstance(noted, Moved)
    assert isinstance(failed, Moved)
    assert noted.after is not None
    assert failed.after is not None
    assert (None, "queued", "seen") == (
        noted.move,
        noted.after.state,
        noted.after.members()["note"],
    )
    assert ("failed", "bad") == (failed.after.state, failed.after.members()["note"])


def test_a_record_that_is_deleted_is_gone_from_all_lists() -> None:
    """Guards ``to: null`` by a client: not read, not listed, in no order."""
    runs = kind("airflow-dagruns")
    store = filled(runs, [{"dag_run_id": "a"}, {"dag_run_id": "b"}], ("etl",))
    by_state = [("order_by", "state")]
    assert keys(page(store, runs, by_state, ("etl",))[0]) == ["a", "b"]
    gone = run(store.move(runs, ("etl",), "a", MoveCall("delete_dag_run"), NOW))

    assert isinstance(gone, Moved)
    assert gone.after is None
    for query in ([], by_state):
        assert keys(page(store, runs, query, ("etl",))[0]) == ["b"]
    with pytest.raises(RecordNotFoundError):
        run(store.get(runs, ("etl",), "a", NOW))


def test_an_order_follows_what_records_become() -> None:
    """Guards an order by what moves: it is that of now."""
    runs = kind("airflow-dagruns")
    store = filled(runs, [{"dag_run_id": key} for key in "abc"], ("etl",))
    by_state = [("order_by", "state")]
    before = keys(page(store, runs, by_state, ("etl",))[0])
    body = Arguments(body={"state": "failed"})
    run(store.move(runs, ("etl",), "c", MoveCall("patch_dag_run", body), NOW))

    assert ["a", "b", "c"] == before
    assert ["c", "a", "b"] == keys(page(store, runs, by_state, ("etl",))[0])


def test_a_seed_is_in_the_order_in_which_its_records_were_made() -> None:
    """Guards the order of a list that states none: by the stamps, whatever the order of a file."""
    found = kind("openai-batches")
    made = [found.begin({"id": str(n)}, (), NOW + n * 1000) for n in (2, 0, 1)]
    store = MemoryRecords([found], {found.name: made}, {found.name: Pace(None)})

    assert ["2", "1", "0"] == keys(page(store, found)[0])


def test_the_records_of_a_store_make_the_same_store() -> None:
    """Guards snapshots: what one store has, another begins with, and takes the tokens of it."""
    found = kind("circleci-workflows")
    first = filled(found, [{"id": str(number)} for number in range(60)])
    run(first.change(found, None, "3", lambda _: None, NOW))
    _, said = page(first, found)
    second = MemoryRecords([found], {found.name: run(first.all(found, NOW))}, begins=NOW)
    token = [("page-token", said.members["/next_page_token"])]

    assert keys(page(second, found, token)[0]) == keys(page(first, found, token)[0])
    assert run(second.all(found, NOW)) == run(first.all(found, NOW))
    assert add(second, found, {"id": "new"}).serial == 61


def test_what_a_seed_says_holds_when_the_world_begins() -> None:
    """Guards fixtures: a record that should have moved before is there, and moves from then on."""
    found = kind("openai-batches")
    late, soon = (
        found.adopt({"id": key, "status": "in_progress", "in_progress_at": at // 1000}, (), NOW)
        for key, at in (("late", NOW - 7_200_000), ("soon", NOW - 1_800_000))
    )
    store = MemoryRecords([found], {found.name: [late, soon]}, begins=NOW)
    states = [
        [run(store.get(found, (), key, NOW + at)).state for key in ("soon", "late")]
        for at in (0, 1_800_000, 3_600_000)
    ]

    assert states == [
        ["in_progress", "in_progress"],
        ["finalizing", "in_progress"],
        ["completed", "finalizing"],
    ]


def test_changes_are_counted_and_told() -> None:
    """Guards revision and observer: one for each record made, changed or gone, and no others."""
    told: list[tuple[str | None, str | None]] = []
    things = kind("airflow-dagruns")
    store = MemoryRecords(
        [things],
        observe=lambda _, before, after: told.append(
            (before.state if before else None, after.state if after else None)
        ),
    )
    add(store, things, {"dag_run_id": "a", "run_after": "2020-01-01T00:00:00Z"}, ("etl",))
    counted = [store.revision(NOW), store.revision(NOW), store.revision(NOW + 30_000)]
    run(store.settle(NOW + 60_000))
    run(store.change(things, None, "a", lambda _: None, NOW + 60_000))

    assert [
        (None, "queued"),
        ("queued", "running"),
        ("running", "success"),
        ("success", None),
    ] == told
    assert [1, 1, 2, 4] == [*counted, store.revision(NOW + 60_000)]


def test_a_tests_hand_changes_a_record() -> None:
    """Guards `change`: it is kept, and moves on from what it has become."""
    found = kind("openai-batches")
    assert found.lifecycle is not None
    lifecycle = found.lifecycle
    store = filled(found, [{"id": "a", "expires_at": None}])
    run(store.change(found, None, "a", lambda r: force(lifecycle, r, "finalizing", NOW), NOW))
    ended = run(store.get(found, (), "a", NOW + 30_000))

    assert ("completed", NOW + 30_000) == (ended.state, ended.entered)


def test_numbers_only_ever_grow() -> None:
    """Guards the highest key: of one scope or of all, and those that are gone count too."""
    found = kind("woodpecker-pipelines")
    store = filled(found, [{"number": 3}], ("1",))
    add(store, found, {"number": 9}, ("2",))
    run(store.change(found, ("2",), 9, lambda _: None, NOW))

    assert [3, 9, 0, 9] == [
        run(store.highest(found, scope, NOW)) for scope in (("1",), ("2",), ("3",), None)
    ]


def test_a_number_beside_the_key_grows_over_all_scopes() -> None:
    """Guards `highest_at`: of all records so far, those that were made or changed since too."""
    found = kind("woodpecker-pipelines")
    store = filled(found, [{"number": 1, "id": 40}], ("1",))

    def highest() -> int:
        return run(store.highest_at(found, "/id", NOW))

    assert highest() == 40
    add(store, found, {"number": 1, "id": 41}, ("2",))
    assert highest() == 41
    run(store.change(found, ("2",), 1, lambda record: record.with_members({"/id": 50}), NOW))
    assert highest() == 50
    run(store.change(found, ("2",), 1, lambda _: None, NOW))
    assert (50, 0) == (highest(), run(store.highest_at(found, "/message", NOW)))


def test_a_record_of_a_fixture_came_into_its_state_when_its_stamps_say() -> None:
    """Guards `adopt`: the state of its members, and the moment of it in the declared unit."""
    found, runs = kind("openai-batches"), kind("github-runs")
    batch = found.adopt({"id": "a", "status": "in_progress", "in_progress_at": 90}, (), NOW)
    workflow = runs.adopt(
        {"id": 1, "status": "completed", "conclusion": "success",
         "updated_at": "1970-01-01T00:00:09.5Z"}, (), NOW,
    )  # fmt: skip

    assert ("in_progress", 90_000) == (batch.state, batch.entered)
    assert ("success", 9_500) == (workflow.state, workflow.entered)
    assert found.adopt({"id": "a", "status": "failed"}, (), NOW).entered == NOW


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"id": "a", "status": "lost"}, "^/status 'lost' is not one of validating, failed, "),
        ({"id": True, "status": "failed"}, "^/id is not a key"),
        ({"status": "failed"}, "^/id is not a key; write a number or text"),
    ],
)
def test_what_is_no_record_is_refused(members: dict[str, Any], message: str) -> None:
    """Guards `adopt`: a record without a key or a state is told, with what there is to write."""
    with pytest.raises(InvalidRecordError, match=message):
        kind("openai-batches").adopt(members, (), NOW)


def test_changed_members_change_the_state_and_never_the_key() -> None:
    """Guards `changed`: the state follows from the members, entered now if it is another."""
    found = kind("openai-batches")
    record = found.begin({"id": "a"}, (), NOW)
    ended = found.change(record, {**record.members(), "status": "failed"}, NOW + 5_000)

    assert ("failed", NOW + 5_000) == (ended.state, ended.entered)
    assert found.change(record, {**record.members(), "metadata": {}}, NOW + 5).entered == NOW
    with pytest.raises(InvalidRecordError, match="stays what it is, 'a'"):
        found.change(record, {**record.members(), "id": "b"}, NOW)


def test_a_new_record_has_the_stamps_of_its_state() -> None:
    """Guards `begin`: made and entered; the last move only where it may not be null."""
    batch = kind("openai-batches").begin({"id": "a"}, (), NOW).members()
    made = kind(JOBS).begin(job(7), PROJECT, NOW).members()
    workflow = kind("github-runs").begin({"id": 1}, (), NOW, "in_progress").members()

    assert {"id": "a", "created_at": NOW // 1000, "status": "validating"} == batch
    assert (NOW, None, "scheduled") == (made["createdAt"], made["updatedAt"], made["status"])
    assert workflow == {
        "id": 1,
        "created_at": "2026-01-15T12:00:00Z",
        "updated_at": "2026-01-15T12:00:00Z",
        "status": "in_progress",
        "conclusion": None,
        "run_started_at": "2026-01-15T12:00:00Z",
    }
