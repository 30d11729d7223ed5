"""What becomes of a record unasked: the same for everyone, and stamped with its own moment."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.records.arguments import Arguments
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.forcing import NoRouteError, force
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle, Unmoved, choose, make
from mockserver.records.progress import Pace, Progress
from mockserver.records.record import Pending, Planned, Record
from mockserver.records.rule import Rule
from tests.records.kinds import ALL, action, kind, small

MADE = 1_768_478_400_000
HOUR = 3_600_000
STATES = {"type": "string", "enum": ["new", "busy", "done", "failed"]}


def lifecycle_of(found: Kind) -> Lifecycle:
    """Return the lifecycle of a kind that has one."""
    assert found.lifecycle is not None
    return found.lifecycle


def begun(name: str, **members: Any) -> Record:
    """Return a new record of a contract that comes along."""
    found = kind(name)
    key = found.key
    assert key is not None
    made: dict[str, Any] = dict(members)
    key.write(made, 7 if found.key_of("7") == 7 else "seven")
    return found.begin(made, (), MADE)


@pytest.fixture
def things(tmp_path: Path) -> Kind:
    """Return things that are new, then busy, then done, and can be stopped or dropped."""
    return small(
        tmp_path,
        properties={
            "state": STATES,
            "due": {"type": ["string", "null"], "format": "date-time"},
            "since": {"type": "string", "format": "date-time"},
        },
        lifecycle={
            "field": "state",
            "initial": "new",
            "stamps": {"moved": "since", "unit": "rfc3339"},
            "transitions": [
                {"event": "start", "by": "server", "from": ["new"], "to": "busy", "after": "PT1M"},
                {"event": "end", "by": "server", "from": ["busy"], "to": ["done", "failed"]},
                {"event": "stop", "by": "stop", "from": ["new", "busy"], "to": "failed",
                 "after": "PT30S"},
                {"event": "drop", "by": "drop", "from": ["done", "failed"], "to": None,
                 "otherwise": {"busy": 202, "*": 423}},
                {"event": "vanish", "by": "server", "from": ["failed"], "to": None, "after": "P1D"},
            ],
        },
        operations={**action("stop", "409"), **action("drop", "422", "400")},
    )  # fmt: skip


@pytest.mark.parametrize("name", ALL)
@given(steps=st.lists(st.integers(0, 20 * HOUR), max_size=8), seed=st.text(max_size=3))
def test_looking_often_changes_nothing(name: str, steps: list[int], seed: str) -> None:
    """Guards that a record is at a moment what it is, however often somebody looked before."""
    progress = Progress(lifecycle_of(kind(name)), Pace(seed=seed))
    record = begun(name)
    looked: Record | None = record
    for moment in sorted(steps):
        looked = looked and progress.settle(looked, MADE + moment)
    now = MADE + max(steps, default=0)

    assert progress.settle(record, now) == (looked and progress.settle(looked, now))


def test_each_stamp_is_the_moment_of_its_move() -> None:
    """Guards that a record that nobody looked at has the stamps of one that was polled."""
    found = kind("openai-batches")
    record = begun("openai-batches", expires_at=MADE // 1000 + 86_400)
    ended = Progress(lifecycle_of(found), Pace()).settle(record, MADE + 48 * HOUR)
    assert ended is not None
    members = ended.members()
    stamps = [members[f"{state}_at"] for state in ("in_progress", "finalizing", "completed")]

    assert ended.state == "completed"
    assert [5, 3605, 3635] == [stamp - members["created_at"] for stamp in stamps]


def test_a_cancel_passes_through_a_state_of_its_own() -> None:
    """Guards intermediate states: a client leads into one, and the server out of it."""
    lifecycle = lifecycle_of(kind("openai-batches"))
    record = begun("openai-batches", expires_at=MADE // 1000 + 86_400)
    move = choose(lifecycle, record.state, "cancelBatch", Arguments())
    assert move is not None
    assert not isinstance(move, Unmoved)
    asked = make(lifecycle, record, move, MADE + 2_000)
    assert asked is not None
    ended = Progress(lifecycle, Pace()).settle(asked, MADE + 62_000)

    assert ("cancelling", None) == (asked.state, asked.pending)
    assert ended is not None
    assert ("cancelled", MADE + 62_000) == (ended.state, ended.entered)
    stamps = [ended.members()[name] for name in ("cancelling_at", "cancelled_at")]
    assert [2, 62] == [stamp - MADE // 1000 for stamp in stamps]


def test_the_earliest_move_wins() -> None:
    """Guards that of two moves of the server the one happens whose moment comes first."""
    progress = Progress(lifecycle_of(kind("openai-batches")), Pace())
    ended = progress.settle(begun("openai-batches", expires_at=MADE // 1000 + 60), MADE + HOUR)

    assert ended is not None
    assert ("expired", MADE + 60_000) == (ended.state, ended.entered)


def test_what_expires_at_no_moment_does_not_expire() -> None:
    """Guards that ``notBefore`` of a moment that is not set does not move it."""
    progress = Progress(lifecycle_of(kind("openai-batches")), Pace())
    ended = progress.settle(begun("openai-batches", expires_at=None), MADE + HOUR * 99)

    assert ended is not None
    assert ended.state == "completed"


def test_a_move_waits_for_its_moment() -> None:
    """Guards ``notBefore``, in the unit of its property."""
    progress = Progress(lifecycle_of(kind("airflow-dagruns")), Pace())
    record = begun("airflow-dagruns", run_after="2026-01-16T12:00:00+00:00")
    due = progress.next_due(record)

    assert due is not None
    assert ("start", MADE + 24 * HOUR) == (due.event, due.at)


@pytest.mark.parametrize("moment", ["2026-01-15T12:00:00Z", "2026-01-15T11:00:00Z"])
def test_a_moment_that_has_passed_leaves_it_to_the_pace(moment: str) -> None:
    """Guards ``notBefore`` of no later moment than the state: it is left by the pace, or never."""
    record = begun("airflow-dagruns", run_after=moment)
    lifecycle = lifecycle_of(kind("airflow-dagruns"))
    due = [Progress(lifecycle, pace).next_due(record) for pace in (Pace(7_000), Pace(None))]

    assert [MADE + 7_000, None] == [found and found.at for found in due]


@pytest.mark.parametrize(("pace", "state"), [(Pace(60_000), "busy"), (Pace(None), "busy")])
def test_what_is_unsaid_takes_the_pace_of_the_world(things: Kind, pace: Pace, state: str) -> None:
    """Guards the default pace: a state of which nothing is said lasts as long, or forever."""
    progress = Progress(lifecycle_of(things), pace)
    record = things.begin({"id": "a"}, (), MADE)
    before = progress.settle(record, MADE + 60_000 + 59_999)
    after = progress.settle(record, MADE + 60_000 + 60_000)

    assert before is not None
    assert before.state == state
    assert after is not None
    assert after.state == ("done" if pace.default else "busy")


def test_what_is_drawn_lies_between_least_and_most_and_stays(tmp_path: Path) -> None:
    """Guards ``after`` as two durations: a seed draws for each record, always the same."""
    found = small(
        tmp_path,
        properties={"state": STATES},
        lifecycle={
            "field": "state",
            "initial": "new",
            "transitions": [
                {"event": "start", "by": "server", "from": ["new"], "to": "busy",
                 "after": ["PT1S", "PT9S"]}
            ],
        },
    )  # fmt: skip

    def drawn(seed: str) -> list[int]:
        progress = Progress(lifecycle_of(found), Pace(seed=seed))
        records = [found.begin({"id": str(number)}, (), MADE) for number in range(50)]
        return [due.at - MADE for record in records if (due := progress.next_due(record))]

    assert drawn("a") == drawn("a")
    assert drawn("a") != drawn("b")
    assert len(drawn("a")) == 50
    assert 1_000 <= min(drawn("a")) < max(drawn("a")) <= 9_000


def test_a_plan_decides_where_the_contract_leaves_it_open(things: Kind) -> None:
    """Guards a plan: the way there keeps its own times, the last step takes that of the plan."""
    record = things.begin({"id": "a"}, (), MADE)
    planned = Planned("failed", after=5_000, members={"/why": "disk full"})
    ended = Progress(lifecycle_of(things), Pace(None)).settle(_with(record, planned), MADE + HOUR)

    assert ended is not None
    assert ("failed", MADE + 65_000, ()) == (ended.state, ended.entered, ended.plan)
    assert ended.members()["why"] == "disk full"


def test_a_plan_keeps_other_moves_away() -> None:
    """Guards that what is planned happens, though another move would have come first."""
    record = begun("openai-batches", expires_at=MADE // 1000 + 86_400)
    planned = Planned("expired", at=MADE + 24 * HOUR)
    progress = Progress(lifecycle_of(kind("openai-batches")), Pace())
    late = progress.settle(_with(record, planned), MADE + 24 * HOUR)

    assert late is not None
    assert ("expired", MADE + 24 * HOUR) == (late.state, late.entered)


def test_a_plan_that_leads_nowhere_is_passed_over(things: Kind) -> None:
    """Guards that a record whose plan the server cannot make moves as others do."""
    record = _with(things.begin({"id": "a"}, (), MADE), Planned("new"))
    ended = Progress(lifecycle_of(things), Pace()).settle(record, MADE + HOUR)

    assert ended is not None
    assert ended.state == "done"


def test_a_rule_decides_for_the_records_that_it_means(things: Kind) -> None:
    """Guards the rules of a world: each record that holds what is named, and no other."""
    rules = (Rule("busy", "failed", {"/sort": "bad"}, after=1_000),)
    progress = Progress(lifecycle_of(things), Pace(rules=rules))
    ended = {
        sort: progress.settle(things.begin({"id": "a", "sort": sort}, (), MADE), MADE + HOUR)
        for sort in ("good", "bad")
    }

    assert {"good": "done", "bad": "failed"} == {k: v and v.state for k, v in ended.items()}
    assert ended["bad"] is not None
    assert ended["bad"].entered == MADE + 61_000


@pytest.mark.parametrize(
    ("said", "value", "applies"),
    [
        ({"glob": "a*"}, "ab", True),
        ({"glob": "a*"}, "Ab", False),
        ({"glob": "[ab]?"}, "bx", True),
        ({"glob": "*"}, None, False),
        ({"glob": "1*"}, 12, False),
        ({"glob": "a", "beside": 1}, {"glob": "a", "beside": 1}, True),
        (None, None, True),
    ],
)
def test_a_rule_compares_values_and_matches_texts(*, said: Any, value: Any, applies: bool) -> None:
    """Guards conditions: a value is that value, and a glob any text of its form."""
    assert Rule("busy", "failed", {"/sort": said}).applies({"sort": value}) is applies


def test_a_rule_counts_from_a_moment_and_writes_members(things: Kind) -> None:
    """Guards ``since``, which holds only where the record has such a moment, and ``members``."""
    rule = Rule("busy", "failed", after=600_000, members={"/why": "full"}, since="/due")
    progress = Progress(lifecycle_of(things), Pace(rules=(rule,)))
    ended = [
        progress.settle(things.begin({"id": "a", "due": due}, (), MADE), MADE + HOUR)
        for due in ("2026-01-15T12:05:00Z", "2026-01-15T11:00:00Z", None)
    ]

    assert [MADE + 900_000, MADE + 60_000, MADE + 660_000] == [e and e.entered for e in ended]
    assert ["full"] * 3 == [e and e.members()["why"] for e in ended]


def test_fixtures_say_how_fast_records_move() -> None:
    """Guards the pace of a world: that of its fixtures, with the rules of the resource."""
    rule = Rule("busy", "failed")
    seed = Fixtures(rules={"things": (rule,)}, default_pace=None)

    assert seed.pace_of("things") == Pace(None, rules=(rule,))
    assert Fixtures().pace_of("things") == Pace()


def test_a_record_that_the_server_drops_is_gone(things: Kind) -> None:
    """Guards ``to: null`` by the server."""
    progress = Progress(lifecycle_of(things), Pace())
    failed = force(lifecycle_of(things), things.begin({"id": "a"}, (), MADE), "failed", MADE)
    assert failed is not None

    assert progress.settle(failed, MADE + 24 * HOUR - 1) == failed
    assert progress.settle(failed, MADE + 24 * HOUR) is None


def test_a_move_that_takes_effect_later_is_answered_at_once(things: Kind) -> None:
    """Guards ``after`` on a client's move: the state stays, and changes when it is due."""
    lifecycle = lifecycle_of(things)
    progress = Progress(lifecycle, Pace())
    asked = _asked(lifecycle, things.begin({"id": "a"}, (), MADE), MADE + 1_000)
    stopped = progress.settle(asked, MADE + 31_000)

    assert asked.state == "new"
    assert asked.pending == Pending("stop", "failed", MADE + 31_000, ("new", "busy"))
    assert progress.settle(asked, MADE + 30_999) == asked
    assert stopped is not None
    assert ("failed", MADE + 31_000, None) == (stopped.state, stopped.entered, stopped.pending)
    assert stopped.members()["since"] == "2026-01-15T12:00:31Z"


def test_a_pending_move_is_lost_if_the_server_ends_the_record_before(things: Kind) -> None:
    """Guards that a client's move takes effect only where it may still be made by then."""
    lifecycle = lifecycle_of(things)
    progress = Progress(lifecycle, Pace(30_000))
    busy = progress.settle(things.begin({"id": "a"}, (), MADE), MADE + 85_000)
    assert busy is not None
    asked = _asked(lifecycle, busy, MADE + 85_000)
    ended = progress.settle(asked, MADE + HOUR)

    assert asked.state == "busy"
    assert ended is not None
    assert ("done", None) == (ended.state, ended.pending)


def test_a_pending_move_outlives_a_move_that_allows_it(things: Kind) -> None:
    """Guards that what is stopped while it is new is stopped though it has become busy."""
    lifecycle = lifecycle_of(things)
    asked = _asked(lifecycle, things.begin({"id": "a"}, (), MADE), MADE + 50_000)
    ended = Progress(lifecycle, Pace()).settle(asked, MADE + 80_000)

    assert ended is not None
    assert ("failed", MADE + 80_000) == (ended.state, ended.entered)


def test_asking_again_does_not_put_a_pending_move_off(things: Kind) -> None:
    """Guards that of two calls the one counts that takes effect first."""
    lifecycle = lifecycle_of(things)
    asked = _asked(lifecycle, things.begin({"id": "a"}, (), MADE), MADE)

    assert _asked(lifecycle, asked, MADE + 10_000) == asked


@pytest.mark.parametrize(("state", "status"), [("new", 423), ("busy", 202)])
def test_otherwise_is_a_status_by_state(things: Kind, state: str, status: int) -> None:
    """Guards ``otherwise`` as a map: refused, or accepted though nothing changes."""
    refused = choose(lifecycle_of(things), state, "drop", Arguments())

    assert isinstance(refused, Unmoved)
    assert (status, status >= 400) == (refused.status, refused.is_refused)


def test_a_circle_without_time_does_not_hang(tmp_path: Path) -> None:
    """Guards that a server that goes round at once is still at one place at a moment."""
    moves = [("new", "busy"), ("busy", "new")]
    found = small(
        tmp_path,
        properties={"state": STATES},
        lifecycle={
            "field": "state",
            "initial": "new",
            "transitions": [
                {"event": to, "by": "server", "from": [at], "to": to, "after": "PT0S"}
                for at, to in moves
            ],
        },
    )
    progress = Progress(lifecycle_of(found), Pace())
    record = found.begin({"id": "a"}, (), MADE)
    states = [progress.settle(record, MADE + second * 1000) for second in range(4)]

    assert ["new", "busy", "new", "busy"] == [state and state.state for state in states]


def test_force_takes_the_shortest_way_and_moves_what_it_has_to_wait_for() -> None:
    """Guards a test's hand: what the contract rules out stays ruled out."""
    lifecycle = lifecycle_of(kind("airflow-dagruns"))
    record = begun("airflow-dagruns", run_after="2026-01-16T12:00:00Z")
    forced = force(lifecycle, record, "running", MADE + HOUR)

    assert forced is not None
    assert forced.state == "running"
    assert forced.members()["run_after"] == "2026-01-15T13:00:00Z"
    with pytest.raises(NoRouteError, match="no moves lead from completed to validating"):
        force(
            lifecycle_of(kind("openai-batches")),
            Record("a", (), b"{}", "completed"),
            "validating",
            MADE,
        )


def _with(record: Record, planned: Planned) -> Record:
    return Record(
        record.key, record.scope, record.text, record.state, record.entered, plan=(planned,)
    )


def _asked(lifecycle: Lifecycle, record: Record, now: int) -> Record:
    move = choose(lifecycle, record.state, "stop", Arguments())
    assert move is not None
    assert not isinstance(move, Unmoved)
    after = make(lifecycle, record, move, now)
    assert after is not None
    return after
