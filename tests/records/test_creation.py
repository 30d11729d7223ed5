"""Records that clients make: what they give, what the contract sets, what the schema needs."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from mockserver.contract.contract import Creation
from mockserver.records.arguments import Arguments
from mockserver.records.creation import Maker
from mockserver.records.expressions import Circumstances, evaluate
from mockserver.records.fixtures.generate import Generator
from mockserver.records.places import Place
from mockserver.records.record import Record
from mockserver.records.schemas.samples import Sampler
from mockserver.records.schemas.schema import Schema
from mockserver.records.writable import Writable
from tests.records.kinds import ALL, kind, small

NOW = 1_768_478_400_000
CREATIONS = [
    pytest.param(name, at, id=f"{name} {fact.value.operation.name}")
    for name in ALL
    for at, fact in enumerate(kind(name).resource.creations)
]


def creation(name: str, at: int = 0) -> Creation:
    """Return a creation of a contract that comes along."""
    return kind(name).resource.creations[at].value


def make(name: str, body: Any = None, at: int = 0, **asked: Any) -> tuple[Record, dict[str, Any]]:
    """Return the record that a call makes, and its members."""
    found = kind(name)
    path = dict(zip(found.scope, ("1", "2"), strict=False))
    arguments = Arguments(path=path, body=body)
    made = Maker(found, creation(name, at)).make(arguments, NOW, Random(1), **asked)
    return made, made.members()


@pytest.mark.parametrize(("name", "at"), CREATIONS)
def test_what_is_made_fits_the_schema_and_is_in_its_first_state(name: str, at: int) -> None:
    """Guards each creation of the contracts that come along, of the least body that is valid."""
    found, made_by = kind(name), creation(name, at)
    body = made_by.operation.body
    sent = None if body is None else Sampler(Schema(body, sent=True), Random(1), NOW).value()
    source = Generator(found, NOW).records(1)[0]
    assert found.lifecycle is not None
    made, members = make(name, sent, at, source=source)

    assert Schema(found.resource.record).misfits(members) == []
    assert made.state == found.lifecycle.initial[0]
    assert made.entered == NOW
    assert found.adopt(members, made.scope, NOW).key == made.key


def test_members_of_the_body_are_taken_over_and_others_set() -> None:
    """Guards a creation: the body, the constants and moments of the contract, the stamp."""
    _, members = make(
        "openai-batches",
        {
            "input_file_id": "file-1",
            "endpoint": "/v1/embeddings",
            "completion_window": "24h",
            "metadata": {"a": "b"},
            "output_expires_after": {"anchor": "created_at", "seconds": 3600},
        },
    )

    assert members["input_file_id"] == "file-1"
    assert members["metadata"] == {"a": "b"}
    assert members["object"] == "batch"
    assert members["created_at"] == NOW // 1000
    assert members["expires_at"] == NOW // 1000 + 86_400
    assert members["request_counts"] == {"total": 0, "completed": 0, "failed": 0}
    assert "output_expires_after" not in members
    assert members["id"].startswith("batch_")


def test_a_key_that_the_client_chooses_is_kept_and_null_is_given() -> None:
    """Guards keys and nulls of the body: neither is replaced by what the contract sets."""
    made, members = make("airflow-dagruns", {"dag_run_id": "mine", "logical_date": None})

    assert made.key == "mine"
    assert members["logical_date"] is None
    assert (members["dag_id"], made.scope) == ("1", ("1",))
    assert members["run_after"] == "2026-01-15T12:00:00Z"


def test_what_a_body_gives_comes_before_what_is_set() -> None:
    """Guards the order: the contract sets what the client has left out, and nothing else."""
    _, members = make("airflow-dagruns", {"run_after": "2027-01-01T00:00:00Z"})

    assert members["run_after"] == "2027-01-01T00:00:00Z"


def test_what_a_conflict_is_told_by_is_what_the_request_says() -> None:
    """Guards creations that name the new record's member in the path or the query."""
    found = kind("jobs")
    made_by = creation("jobs")
    assert made_by.conflict is not None
    path = dict.fromkeys(made_by.operation.path_parameters, "7")
    made = Maker(found, made_by).make(Arguments(path=path), NOW, Random(1))

    assert Place(made_by.conflict.key).read(made.members()) == "7"


def test_a_key_is_made_where_the_client_gives_none() -> None:
    """Guards keys: those of the server differ from each other."""
    maker = Maker(kind("airflow-dagruns"), creation("airflow-dagruns"))
    arguments = Arguments(path={"dag_id": "etl"}, body={"dag_run_id": None})
    chance = Random(1)
    keys = {maker.make(arguments, NOW, chance).key for _ in range(20)}

    assert len(keys) == 20


def test_numbers_count_up() -> None:
    """Guards counters: the key within its scope, and the other number over all records."""
    maker = Maker(kind("woodpecker-pipelines"), creation("woodpecker-pipelines"))
    made, members = make("woodpecker-pipelines", {}, numbers={"/number": 15, "/id": 901})

    assert maker.counted == ("/number", "/id")
    assert (made.key, members["id"]) == (15, 901)
    assert members["started"] == 0
    assert members["created"] == members["timestamp"] == members["updated"] == NOW // 1000


def test_a_rerun_is_made_of_its_source() -> None:
    """Guards records of records: members of the source, and its scope, in a record of its own."""
    found = kind("circleci-workflows")
    source = Generator(found, NOW).records(3)[2]
    before = source.members()
    made, members = make("circleci-workflows", {"from_failed": True}, source=source)

    assert Maker(found, creation("circleci-workflows")).needs_source
    for name in ("pipeline_id", "pipeline_number", "project_slug", "name", "started_by"):
        assert members[name] == before[name]
    assert made.key != source.key
    assert members["stopped_at"] is None
    assert (made.state, "from_failed" in members) == ("running", False)


@pytest.mark.parametrize(
    ("value", "unit", "made"),
    [
        ("$now", "s", 1_768_478_400),
        ("$now+PT1H", "ms", NOW + 3_600_000),
        ("$now-PT1H", "rfc3339", "2026-01-15T11:00:00Z"),
        ("$nextMidnight", "rfc3339", "2026-01-16T00:00:00Z"),
        ("$request.path.a", "ms", "1"),
        ("$request.query.b", "ms", "2"),
        ("$request.header.C", "ms", "3"),
        ("$request.body#/d/0", "ms", 4),
        ("$source#/e", "ms", None),
        ("/runs/{$request.path.a}/{$record#/f}", "ms", "/runs/1/6"),
        ({"x": ["$now"]}, "s", {"x": [1_768_478_400]}),
        ("costs $5", "ms", "costs $5"),
        (False, "ms", False),
    ],
)
def test_an_expression_stands_for_what_it_names(value: Any, unit: str, made: Any) -> None:
    """Guards runtime expressions, whole and within texts, and moments in the unit of the place."""
    arguments = Arguments({"a": "1"}, [("b", "2"), ("b", "x")], {"c": "3"}, {"d": [4]})
    known = Circumstances(NOW, arguments, {"e": None}, {"f": 6})

    assert evaluate(value, known, unit) == made
    assert type(evaluate(value, known, unit)) is type(made)


@pytest.mark.parametrize("value", ["$request.query.z", "$source#/z", "$request.body#/d/7"])
def test_an_expression_of_what_is_not_there_sets_nothing(value: str) -> None:
    """Guards optional parameters: a member is left to the schema rather than set to null."""
    assert str(evaluate(value, Circumstances(NOW, Arguments(body={"d": []}), {}))) == "UNSET"


def test_a_body_changes_what_is_not_kept() -> None:
    """Guards changes: members of the record, but not its key, its state and what it keeps."""
    body = {"note": "x", "state": "failed", "dag_run_id": "b", "run_type": "manual", "more": 1}

    assert Writable(kind("airflow-dagruns")).changes(body) == {"/note": "x"}
    assert Writable(kind("airflow-dagruns")).changes({"note": None}) == {"/note": None}
    assert Writable(kind("airflow-dagruns")).changes({"note": 5}) == {}
    assert Writable(kind("airflow-dagruns")).changes(None) == {}


def test_what_clients_may_only_read_is_not_taken_from_a_body(tmp_path: Path) -> None:
    """Guards readOnly members: a client that sends one changes nothing by it."""
    cost = {"type": "integer", "readOnly": True}
    writable = Writable(small(tmp_path, properties={"cost": cost, "name": {"type": "string"}}))

    assert dict(writable.list_given({"cost": 1, "name": "a", "other": 2})) == {"name": "a"}
