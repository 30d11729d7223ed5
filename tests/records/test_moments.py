"""Moments in the units of records, and states of several spellings."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.records.arguments import Arguments
from mockserver.records.lifecycle import choose, make
from mockserver.records.moments import moment_of, stamp_of
from mockserver.records.progress import Pace, Progress
from tests.records.kinds import action, small

NOW = 1_768_478_400_250
LATEST = 253_402_300_799_999


@pytest.mark.parametrize(
    ("unit", "stamp"),
    [
        ("ms", NOW),
        ("s", 1_768_478_400),
        ("rfc3339", "2026-01-15T12:00:00.250Z"),
        ("rfc2822", "Thu, 15 Jan 2026 12:00:00 +0000"),
    ],
)
def test_a_stamp_has_the_unit_of_its_property(unit: str, stamp: int | str) -> None:
    """Guards the four units of stamps."""
    assert stamp_of(NOW, unit) == stamp


@given(moment=st.integers(0, LATEST), unit=st.sampled_from(["ms", "s", "rfc3339", "rfc2822"]))
def test_a_stamp_states_its_moment(moment: int, unit: str) -> None:
    """Guards that what is written is read again, but for what a unit leaves out."""
    whole = moment if unit in ("ms", "rfc3339") else moment // 1000 * 1000

    assert moment_of(stamp_of(moment, unit), unit) == whole


@pytest.mark.parametrize(
    ("stamp", "unit", "moment"),
    [
        ("2026-01-15T13:00:00.250123456+01:00", "rfc3339", NOW),
        ("2026-01-15t12:00:00.25z", "rfc3339", NOW),
        ("2026-01-15T13:00:00.250000+0100", "rfc3339", NOW),
        (1_768_478_400.25, "s", NOW),
        ("1768478400", "s", NOW - 250),
        ("Thu, 15 Jan 2026 12:00:00 GMT", "rfc2822", NOW - 250),
        ("15 January", "rfc2822", None),
        ("2026-01-15", "rfc3339", None),
        (None, "ms", None),
        (True, "ms", None),
        ([], "s", None),
    ],
)
def test_a_stamp_of_others_is_read_or_states_nothing(
    stamp: Any, unit: str, moment: int | None
) -> None:
    """Guards the spellings that fixtures and bodies of requests have."""
    assert moment_of(stamp, unit) == moment


def test_integers_are_states(tmp_path: Path) -> None:
    """Guards codes in place of words: they are written as numbers, and are not yes and no."""
    things = small(
        tmp_path,
        properties={"code": {"type": "integer"}, "at": {"type": "integer"}},
        lifecycle={
            "field": "code",
            "states": {"open": 0, "closed": 1},
            "initial": "open",
            "stamps": {"entered": {"closed": "at"}, "unit": "s"},
            "transitions": [
                {
                    "event": "close",
                    "by": "close",
                    "from": ["open"],
                    "to": "closed",
                    "otherwise": 400,
                }
            ],
        },
        operations=action("close", "400"),
    )
    assert things.lifecycle is not None
    record = things.begin({"id": "a"}, (), NOW)
    move = choose(things.lifecycle, "open", "close", Arguments())
    closed = make(things.lifecycle, record, things.lifecycle.moves[0], NOW)

    assert move == things.lifecycle.moves[0]
    assert record.members() == {"id": "a", "code": 0}
    assert closed is not None
    assert closed.members() == {"id": "a", "code": 1, "at": NOW // 1000}
    assert things.lifecycle.state_of({"code": True}) is None


def test_query_parameters_name_a_move(tmp_path: Path) -> None:
    """Guards ``given`` of the query, spelled as the query spells it, before rows without one."""
    path = action("end", "400")
    operation = path["/things/{id}/end"]["post"]
    operation["parameters"].append({"name": "force", "in": "query", "schema": {"type": "boolean"}})
    rows = [
        {"event": "stop", "by": "end", "from": ["new"], "to": "done"},
        {"event": "kill", "by": "end", "given": {"?force": True}, "from": "*", "to": "failed"},
    ]
    things = small(
        tmp_path,
        properties={"state": {"type": "string", "enum": ["new", "done", "failed"]}},
        lifecycle={"field": "state", "initial": "new", "transitions": rows},
        operations=path,
    )
    assert things.lifecycle is not None
    chosen = [
        choose(things.lifecycle, "new", "end", Arguments(query=query))
        for query in ([("force", "true")], [("force", "false")], [])
    ]

    assert ["kill", "stop", "stop"] == [getattr(found, "event", None) for found in chosen]


def test_nested_properties_make_a_state(tmp_path: Path) -> None:
    """Guards states of places deep in a record: what is missing on the way is made."""
    phase = {"type": "string", "enum": ["a", "b"]}
    things = small(
        tmp_path,
        properties={"status": {"type": "object", "properties": {"phase": phase}}},
        lifecycle={
            "field": "/status/phase",
            "initial": "a",
            "transitions": [
                {"event": "go", "by": "server", "from": ["a"], "to": "b", "after": "PT1S"}
            ],
        },
    )
    assert things.lifecycle is not None
    record = things.begin({"id": "x"}, (), NOW)
    moved = Progress(things.lifecycle, Pace()).settle(record, NOW + 1000)

    assert record.members() == {"id": "x", "status": {"phase": "a"}}
    assert moved is not None
    assert moved.members() == {"id": "x", "status": {"phase": "b"}}


def test_what_a_creation_writes_into_a_stamp_has_the_unit_of_stamps(tmp_path: Path) -> None:
    """Guards stamps that are texts without a format: the unit that is declared of them holds."""
    things = small(
        tmp_path,
        properties={"state": {"enum": ["a"]}, "made": {"type": "string"}},
        lifecycle={
            "key": "id",
            "field": "state",
            "initial": "a",
            "transitions": [],
            "stamps": {"made": "made", "unit": "rfc2822"},
        },
    )

    assert things.lifecycle is not None
    assert things.lifecycle.unit_of("/made") == "rfc2822"
