"""Fixtures of any contract: what they state, and what is told of those that are wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.contract.reader import load
from mockserver.http.credentials import Caller
from mockserver.parsing.sources import InvalidSourceError
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.fixtures.reader import Basis, read_fixtures
from mockserver.records.record import Planned
from mockserver.records.rule import Rule
from tests.apis.overlaid import APIS
from tests.records.fixtures import AIRFLOW, NOW, read, write_fixtures
from tests.records.kinds import OTHERS, kind, small

RUN = {
    "dag_run_id": "one",
    "run_type": "manual",
    "queued_at": "2026-01-15T11:00:00Z",
    "run_after": "2026-01-15T11:00:00Z",
    "state": "queued",
}
NULLS = (
    *("logical_date", "data_interval_start", "data_interval_end", "duration", "start_date"),
    *("end_date", "last_scheduling_decision", "triggering_user_name", "conf", "note"),
    *("bundle_version", "partition_key"),
)
MEMBERS: dict[str, Any] = {
    "dag_display_name": "ETL",
    "dag_versions": [],
    "triggered_by": "rest_api",
    **dict.fromkeys(NULLS),
}
SCOPES = {"etl": {"path": {"dag_id": "etl"}, "members": MEMBERS}}


def runs(*changes: dict[str, Any], **beside: Any) -> dict[str, Any]:
    """Return the records of a file: runs of one scope that differ from `RUN` by *changes*."""
    return {
        "dagRuns": [
            {"scope": "etl", "members": {**RUN, **changed}, **beside} for changed in changes
        ]
    }


def told(file: Path, name: str = AIRFLOW) -> list[str]:
    """Return what is told of a file, without the file."""
    with pytest.raises(InvalidSourceError) as caught:
        read(file, name=name)
    return [f"{p.line}:{p.column} {p.pointer}: {p.message}" for p in caught.value.diagnostics]


@pytest.mark.parametrize("name", OTHERS)
def test_the_fixtures_that_come_along_are_read(name: str) -> None:
    """Guards the shipped fixtures: valid, of every state, each scope open to somebody."""
    fixtures = read(APIS / name / "fixtures.yaml", name=name)
    found = kind(name)
    records = fixtures.records[found.name]
    assert found.lifecycle is not None

    assert fixtures.now == NOW
    assert {record.state for record in records} == set(found.states)
    assert fixtures.secrets is not None
    assert {n for names in fixtures.secrets.values() for n in names} == set(fixtures.scopes)


def test_members_come_from_the_scope_and_the_row(tmp_path: Path) -> None:
    """Guards members: those of the scope, over them those of the row, and the path in its own."""
    file = write_fixtures(tmp_path, scopes=SCOPES, records=runs({"note": "mine"}))
    (record,) = read(file).records["dagRuns"]
    members = record.members()

    assert (record.key, record.scope, record.state) == ("one", ("etl",), "queued")
    assert (members["note"], members["dag_id"], members["triggered_by"]) == (
        "mine",
        "etl",
        "rest_api",
    )
    assert record.entered == NOW - 3_600_000


def test_a_state_stands_for_the_members_that_make_it() -> None:
    """Guards states of several members, each written by its name."""
    fixtures = read(APIS / "github-runs" / "fixtures.yaml", name="github-runs")
    failed = next(r for r in fixtures.records["runs"] if r.state == "failure")

    assert (failed.members()["status"], failed.members()["conclusion"]) == ("completed", "failure")


def test_texts_may_speak_of_their_record_and_of_the_moment(tmp_path: Path) -> None:
    """Guards expressions: moments in the unit of their place, and other members within texts."""
    change = {"queued_at": "$now-PT5M", "note": "run {$record#/dag_run_id}"}
    (record,) = read(write_fixtures(tmp_path, scopes=SCOPES, records=runs(change))).records[
        "dagRuns"
    ]

    assert record.members()["queued_at"] == "2026-01-15T11:55:00Z"
    assert record.members()["note"] == "run one"


@pytest.mark.parametrize(
    ("step", "planned"),
    [
        ({"to": "failed"}, Planned("failed")),
        ({"to": "failed", "at": "run_after"}, Planned("failed", at=NOW - 3_600_000)),
        ({"to": "failed", "at": "2026-01-15T12:00:01Z"}, Planned("failed", at=NOW + 1000)),
        ({"to": "failed", "after": "PT5S"}, Planned("failed", after=5000)),
        ({"to": "failed", "members": {"note": "x"}}, Planned("failed", members={"/note": "x"})),
    ],
)
def test_a_plan_says_what_becomes_of_a_record(
    tmp_path: Path, step: dict[str, Any], planned: Planned
) -> None:
    """Guards plans: a moment, the place of one, a time in the state, or what the contract says."""
    file = write_fixtures(tmp_path, scopes=SCOPES, records=runs({}, plan=[step]))

    assert read(file).records["dagRuns"][0].plan == (planned,)


def test_rules_are_kept_by_resource(tmp_path: Path) -> None:
    """Guards rules: places as pointers, durations in milliseconds."""
    rule = {"from": "running", "to": "failed", "where": {"note": {"glob": "x*"}}, "after": "PT1M"}
    written = {"members": {"note": "y"}, "since": "run_after"}
    fixtures = read(write_fixtures(tmp_path, rules={"dagRuns": [rule, {**rule, **written}]}))
    where = {"/note": {"glob": "x*"}}

    assert fixtures.rules["dagRuns"] == (
        Rule("running", "failed", where, 60_000),
        Rule("running", "failed", where, 60_000, {"/note": "y"}, "/run_after"),
    )


def test_lines_are_records_of_what_the_file_is_called_after(tmp_path: Path) -> None:
    """Guards JSONL: a record a line, in the scopes of another file."""
    lines = tmp_path / "dagRuns.jsonl"
    rows = [json.dumps({"scope": "etl", "members": {**RUN, "dag_run_id": k}}) for k in ("a", "b")]
    lines.write_text("\n".join(rows) + "\n\n")
    found = read(write_fixtures(tmp_path, scopes=SCOPES), lines).records["dagRuns"]

    assert [record.key for record in found] == ["a", "b"]


def test_files_of_a_folder_are_one_world(tmp_path: Path) -> None:
    """Guards folders: scopes of one file, credentials of another, records of a third, faults."""
    fault = {"effect": {"kind": "delay", "duration": "2s"}}
    write_fixtures(
        tmp_path, scopes=SCOPES, pace="PT7S", scenarios=[{"name": "s", "faults": [fault]}]
    )
    credential = {"name": "Acme", "secret": "s3cret", "scopes": ["etl"]}
    (tmp_path / "more.json").write_text(json.dumps({"credentials": [credential]}))
    (tmp_path / "dagRuns.jsonl").write_text(json.dumps({"scope": "etl", "members": RUN}))
    (tmp_path / "notes.txt").write_text("not read")
    fixtures = read(tmp_path)

    assert [record.key for record in fixtures.records["dagRuns"]] == ["one"]
    assert (fixtures.secrets, fixtures.holders) == ({"s3cret": ("etl",)}, {"s3cret": "Acme"})
    assert [len(scenario.faults) for scenario in fixtures.scenarios] == [1]
    assert fixtures.default_pace == 7_000


def test_callers_see_what_their_secret_opens() -> None:
    """Guards tenancy by path: own scopes are seen, others are not, and those of nobody are."""
    fixtures = read(APIS / AIRFLOW / "fixtures.yaml")
    caller = Caller(frozenset(["report"]))

    assert caller.choose(fixtures.find_scopes({"dag_id": "report"}))
    assert not caller.choose(fixtures.find_scopes({"dag_id": "etl"}))
    assert Caller().choose(fixtures.find_scopes({"dag_id": "etl"}))
    assert fixtures.find_scopes({"dag_id": "etl"})
    assert not fixtures.find_scopes({"dag_id": "none"})
    assert fixtures.find_scopes({}) == tuple(fixtures.scopes)


def test_records_belong_to_credentials_where_nothing_else_says_so() -> None:
    """Guards tenancy by credential: the scope of a record ends with the name of its own."""
    fixtures = read(APIS / "openai-batches" / "fixtures.yaml", name="openai-batches")
    assert fixtures.secrets is not None
    caller = Caller(frozenset(fixtures.secrets["sk-other"]))

    assert {r.scope for r in fixtures.records["batches"]} == {("acme",), ("other",)}
    assert caller.tenant == "other"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"api": "other"}, "1:6 /api: is for other, while airflow-dagruns is served"),
        ({"now": "2026-01-15"}, "1:6 /now: is a day without a time"),
        ({"record": {}}, "1:9 /record: there is no key 'record' (did you mean records?)"),
        ({"records": {"runs": [{"members": {}}]}}, "/records/runs: 'runs' is not a resource"),
        ({"rules": {"runs": []}}, "/rules/runs: 'runs' is not a resource; write one of dagRuns"),
        ({"rules": {"dagRuns": [{"from": "x", "to": "failed"}]}}, "'x' is not a state"),
        (
            {"rules": {"dagRuns": [{"from": "queued", "to": "failed", "where": {"x": 1}}]}},
            "/rules/dagRuns/0/where/x: 'x' is not a property of the record",
        ),
        (
            {"rules": {"dagRuns": [{"from": "queued", "to": "failed", "since": "x"}]}},
            "/rules/dagRuns/0/since: 'x' is not a property of the record",
        ),
        ({"scopes": {"a": {"path": {"b": 1}}}}, "/scopes/a/path/b: 'b' is not a path parameter"),
        (
            {"credentials": [{"secret": "s3cret", "scopes": ["a"]}]},
            "/credentials/0/scopes/0: 'a' is not a scope; there is none",
        ),
        (
            {"credentials": [{"secret": "s3cret", "scopes": []}] * 2},
            "/credentials/1/secret: is the secret of another credential too",
        ),
        ({"credentials": [{"secret": 12345, "scopes": []}]}, "/credentials/0/secret: is not text"),
        ({"scopes": SCOPES, "records": {"dagRuns": [{"members": {}}]}}, "scope is missing"),
        (
            {"scopes": {"a": {}}, "records": {"dagRuns": [{"scope": "a", "members": {}}]}},
            "/records/dagRuns/0/scope: the scope 'a' has no dag_id; write path: {dag_id: ..} there",
        ),
        ({"scopes": SCOPES, "records": runs({"state": "gone"})}, "/members/state: there is no"),
        ({"scopes": SCOPES, "records": runs({}, state="gone")}, "/state: 'gone' is not a state"),
        ({"scopes": SCOPES, "records": runs({"dag_run_id": 5})}, "/dag_run_id: is not text"),
        (
            {"scopes": SCOPES, "records": runs({}, {})},
            "'one' is the key of another record; write another, or another scope (fixtures.yaml:",
        ),
        (
            {"scopes": SCOPES, "records": runs({"queued_at": "2027-01-01T00:00:00Z"})},
            "/members/queued_at: is 2027-01-01T00:00:00Z, later than the world begins",
        ),
        (
            {"scopes": SCOPES, "records": runs({"note": "$record#/x"})},
            "/members/note: $record#/x names nothing that is there",
        ),
        ({"scopes": SCOPES, "records": runs({}, plan=[{"to": "x"}])}, "/to: 'x' is not a state"),
        (
            {"scopes": SCOPES, "records": runs({}, plan=[{"to": None}])},
            "/plan/0/to: the server does not move a record that is queued out of the world",
        ),
        (
            {"rules": {"dagRuns": [{"from": "success", "to": "failed"}]}},
            "/rules/dagRuns/0/to: the server does not move a record that is success to 'failed'",
        ),
        (
            {"scopes": SCOPES, "records": runs({}, plan=[{"to": "failed", "at": "end_date"}])},
            "/plan/0/at: the record has no timestamp at end_date",
        ),
        (
            {"scopes": SCOPES, "records": runs({}, plan=[{"to": "failed", "at": "soon"}])},
            "/plan/0/at: is not a timestamp",
        ),
        (
            {
                "scopes": SCOPES,
                "records": runs({}, plan=[{"to": "failed", "at": "run_after", "after": "PT1S"}]),
            },
            "/plan/0: at and after are both there",
        ),
        (
            {"scopes": SCOPES, "records": runs({}, plan=[{"to": "failed", "members": {"x": 1}}])},
            "'x' is not a place of the record",
        ),
        (
            {"records": {"dagRuns": [{"members": 5}]}},
            "/records/dagRuns/0/members: is not an object",
        ),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, content: dict[str, Any], message: str) -> None:
    """Guards messages: each has line, column and pointer, and says what to write."""
    (first, *_) = told(write_fixtures(tmp_path, **content))

    assert message in first


def test_a_member_of_the_scope_is_told_where_it_is_used(tmp_path: Path) -> None:
    """Guards messages about members that a row has from its scope."""
    scopes = {"etl": {"path": {"dag_id": "etl"}, "members": {**MEMBERS, "dag_versions": 5}}}
    found = told(write_fixtures(tmp_path, scopes=scopes, records=runs({})))

    assert found[0].endswith("/members: /dag_versions of its scope 'etl' is not a list")


def test_tenants_by_credential_need_one_scope(tmp_path: Path) -> None:
    """Guards credentials that open two scopes where nothing says which one is meant."""
    file = write_fixtures(
        tmp_path,
        scopes={"a": {}, "b": {}},
        credentials=[{"secret": "s3cret", "scopes": ["a", "b"]}],
    )

    assert "write exactly one scope" in told(file, "openai-batches")[0]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (AIRFLOW, "/credentials/0: scopes is missing; write which of etl it opens, or [] for none"),
        ("openai-batches", "/credentials/0: the API tells tenants apart by credential"),
    ],
)
def test_a_credential_says_what_it_opens_where_there_are_scopes(
    tmp_path: Path, name: str, message: str
) -> None:
    """Guards credentials without scopes, of an API that has scopes: what to write is told."""
    scopes = SCOPES if name == AIRFLOW else {"a": {}}
    file = write_fixtures(tmp_path, scopes=scopes, credentials=[{"secret": "s3cret"}])

    assert message in told(file, name)[0]


def test_a_credential_opens_an_api_without_scopes(tmp_path: Path) -> None:
    """Guards credentials of an API whose paths name no scope: there is nothing to say of them."""
    things = small(tmp_path)
    made_for = load(tmp_path / "things.yaml")
    file = write_fixtures(tmp_path, credentials=[{"secret": "s3cret"}])

    assert read_fixtures([file], Basis(made_for, (things,), NOW)).secrets == {"s3cret": ()}


def test_all_problems_are_told_at_once_and_no_secret(tmp_path: Path) -> None:
    """Guards the whole: a file is mended once; secrets are not pasted into tickets."""
    file = write_fixtures(
        tmp_path,
        credentials=[{"secret": "s3cret", "scopes": ["nobody"]}],
        scopes=SCOPES,
        records=runs({"dag_run_id": 5}, {"run_type": "x"}, {"state": "gone"}),
    )
    with pytest.raises(InvalidSourceError) as caught:
        read(file)

    assert len(caught.value.diagnostics) == 4
    assert [p.line for p in caught.value.diagnostics] == sorted(
        p.line for p in caught.value.diagnostics
    )
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "2:1 : is not JSON"),
        ('{"members": 5}', "2:13 /members: is not an object"),
        ('{"members": {"state": "gone"}}', "scope is missing"),
        ('{"scope": "etl", "members": {"state": 5}}', "2:"),
    ],
)
def test_what_is_wrong_with_a_line_is_told(tmp_path: Path, line: str, message: str) -> None:
    """Guards JSONL: the number of the line, and the column within it."""
    lines = tmp_path / "dagRuns.jsonl"
    lines.write_text(f"\n{line}\n")
    with pytest.raises(InvalidSourceError) as caught:
        read(write_fixtures(tmp_path, scopes=SCOPES), lines)
    (first, *_) = caught.value.diagnostics

    assert message in f"{first.line}:{first.column} {first.pointer}: {first.message}"
    assert first.line == 2


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Guards suffixes: the message lists those that are read."""
    with pytest.raises(InvalidSourceError, match=r"fixtures are files of \.yaml"):
        read(tmp_path / "fixtures.csv")


def test_an_empty_file_states_nothing(tmp_path: Path) -> None:
    """Guards the beginning of a file that is still being written."""
    file = tmp_path / "fixtures.yaml"
    file.write_text("")

    assert read(file) == Fixtures()
