"""Folders of fixtures: what is read, and that every problem is reported with its location."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.parsing import sources
from mockserver.parsing.sources import InvalidSourceError
from mockserver.profiles.jobs.fixture_schema import JobsFile, json_schema
from mockserver.records.record import Planned
from mockserver.records.rule import Rule
from mockserver.resources import files
from tests.jobs import read

WORLD = """\
now: 2021-06-17T07:00:00Z
organizations:
  - name: Demo
    apiKey: demo-organization-key
    projects: [{projectKey: Shop, projectId: 1}, {projectKey: Blog, projectId: 2}]
rules:
  - {referenceId: fail+*, runs: 1h30m, ends: failed, errors: why}
"""
JOB = {
    "jobId": 7,
    "project": "Shop",
    "referenceId": "ann",
    "status": "scheduled",
    "createdAt": 1623900000000,
    "startAt": "2021-06-18T00:00:00Z",
}
MIDNIGHT = "2021-06-17T00:00:00Z"

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a function that writes files into one folder and returns it."""

    def write(**files: str | list[dict[str, Any]]) -> Path:
        shutil.rmtree(tmp_path / "world", ignore_errors=True)
        (tmp_path / "world").mkdir()
        for name, content in {"world_yaml": WORLD, **files}.items():
            stem, _, suffix = name.rpartition("_")
            text = (
                content
                if isinstance(content, str)
                else "".join(json.dumps(row) + "\n" for row in content)
            )
            (tmp_path / "world" / f"{stem}.{suffix}").write_text(text)
        return tmp_path / "world"

    return write


def diagnostics(folder: Path) -> list[str]:
    """Return the problems of a folder that cannot be used, without the folder's own path."""
    with pytest.raises(InvalidSourceError) as caught:
        read(folder)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_yaml_json_and_jsonl_make_one_world(folder: Folder) -> None:
    """Guards the three formats, and that all files of a folder belong together."""
    seed = read(
        folder(
            a_json=json.dumps({"jobs": [JOB]}),
            b_jsonl=[{**JOB, "jobId": 9, "referenceId": "fail+bob"}],
            c_yaml="jobs:\n  - {jobId: 8, project: Blog, referenceId: ann, status: running,\n"
            f"     createdAt: {MIDNIGHT}, startAt: {MIDNIGHT}, updatedAt: {MIDNIGHT},\n"
            "     plan: {runs: 2d, ends: completed}}\n",
        )
    )

    assert seed.now == 1623913200000
    assert {record.key: record.plan for record in seed.records["jobs"]} == {
        7: (),
        8: (Planned("completed", after=172_800_000, members={"/errors": None}),),
        9: (),
    }
    where, why = {"/referenceId": {"glob": "fail+*"}}, {"/errors": "why"}
    assert seed.rules == {"jobs": (Rule("running", "failed", where, 5_400_000, why),)}
    assert seed.secrets == {"demo-organization-key": ("Shop", "Blog")}
    assert seed.holders == {"demo-organization-key": "Demo"}


def test_both_words_make_one_world(folder: Folder) -> None:
    """Guards the words of any API beside those of the jobs API, in files and in one file."""
    members = {
        "jobId": 8,
        "description": "Delete user sessions of userId = bob",
        "status": "scheduled",
        "projectId": 2,
        "errors": None,
        "action": "delete_user_data",
        "referenceId": "bob",
        "createdAt": 1623900000000,
        "updatedAt": None,
        "startAt": 1623974400000,
    }
    rows = {"jobs": [JOB], "records": {"jobs": [{"scope": "Blog", "members": members}]}}
    rule = {"from": "running", "to": "failed", "after": "PT1H"}
    world = WORLD.partition("rules:")[0] + json.dumps({"jobs": [rule]}).join(["rules: ", "\n"])
    seed = read(folder(world_yaml=world, jobs_json=json.dumps(rows)))

    assert {record.key: record.scope for record in seed.records["jobs"]} == {
        7: ("Shop",),
        8: ("Blog",),
    }
    assert seed.rules == {"jobs": (Rule("running", "failed", after=3_600_000),)}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"jobId": "7"}, '/jobId: is not an integer [type] (value: "7")'),
        (
            {"extra": 1},
            "/extra: there is no key 'extra'; there are jobId, project, referenceId, status, ",
        ),
        ({"project": "Shoe"}, "/project: unknown project; known are Shop, Blog [project]"),
        ({"status": "done"}, "/status: 'done' is not a status; it can be scheduled, running"),
        ({"startAt": "2021-02-30T00:00:00Z"}, "/startAt: day is out of range for month [moment]"),
        (
            {"startAt": "tomorrow"},
            "/startAt: is not a timestamp; write it like 2021-06-17T07:00:00Z or ",
        ),
        (
            {"startAt": 1},
            "/startAt: is 1970-01-01T00:00:00.001Z, before the record was made (2021-06-17T03:20",
        ),
        (
            {"createdAt": 1623914000000},
            "/createdAt: is 2021-06-17T07:13:20Z, later than the world begins (2021-06",
        ),
        (
            {"updatedAt": 1},
            "/updatedAt: is 1970-01-01T00:00:00.001Z, before the record was made (2021-06-17T03:20",
        ),
        (
            {"updatedAt": 1623999999999},
            "/updatedAt: is 2021-06-18T07:06:39.999Z, later than the world begins",
        ),
        ({"status": "cancelled"}, "/updatedAt: a record that is cancelled has moved; write when"),
        (
            {"status": "completed", "updatedAt": 1623900000001},
            "/updatedAt: a record is not completed before startAt (2021-06-18T00:00:00Z)",
        ),
        ({"startAt": 1623900000000}, "/status: is running since 2021-06-17T03:20:00Z, before the"),
        (
            {"status": "running", "startAt": 1623900000000, "updatedAt": 1623900000000}
            | {"plan": {"runs": "1h", "ends": "failed"}},
            "/status: is failed since 2021-06-17T04:20:00Z, before the world begins",
        ),
        ({"plan": {"runs": "1h", "ends": "cancelled"}}, "/plan/ends: no job ends 'cancelled' by"),
        (
            {"plan": {"runs": "999999999999999d", "ends": "failed"}},
            "/plan/runs: lasts beyond the year 9999; a job that never ends has no plan",
        ),
        (
            {"plan": {"runs": "soon", "ends": "failed"}},
            "/plan/runs: is not a duration; write it like 30s, ",
        ),
    ],
)
def test_a_fault_is_told_with_its_place_and_rule(
    folder: Folder, change: dict[str, Any], told: str
) -> None:
    """Guards each rule, in a JSON file and in a line of JSONL, with pointer, rule and value."""
    row = {**JOB, **change}
    listed = diagnostics(folder(jobs_json=json.dumps({"jobs": [row]})))
    in_line = diagnostics(folder(jobs_jsonl=[{**JOB, "jobId": 1, "referenceId": "x"}, row]))

    assert len(listed) == len(in_line) == 1
    assert told.replace("/", "/jobs/0/", 1).replace("/jobs/0/: ", "/jobs/0: ") in listed[0]
    assert in_line[0].startswith("jobs.jsonl:2:")
    assert told in in_line[0]


def test_all_problems_of_all_files_are_told_at_once(folder: Folder) -> None:
    """Guards that all problems of a folder are reported at once, with line and column."""
    told = diagnostics(
        folder(
            jobs_yaml="jobs:\n"
            "  - jobId: 7\n    project: Shoe\n    referenceId: a\n    status: scheduled\n"
            "    createdAt: 1\n    startAt: 1\n"
            "  - jobId: 8\n    project: Shop\n    referenceId: a\n    status: done\n"
            "    createdAt: 1\n    startAt: 1\n",
            more_jsonl=[JOB, {**JOB, "referenceId": "b"}, {**JOB, "jobId": 9}],
        )
    )

    assert [line.split(": ")[0] for line in told] == [
        "jobs.yaml:3:14",
        "jobs.yaml:11:13",
        "more.jsonl:2:11",
        "more.jsonl:3:48",
    ]
    assert "(more.jsonl:1 has it first) [twice]" in told[2]
    assert "[conflict]" in told[3]


@pytest.mark.parametrize(
    ("world", "told"),
    [
        ("rules: []\n", "one file states the world's now; here: none does"),
        ("now: 2021-06-31T00:00:00Z\n", "/now: day is out of range"),
        ("now: 2021-06-17\n", "is a day without a time; write it like 2021-06-17T07:00:00Z"),
        (
            WORLD + "nowhere: 1\n",
            "there is no key 'nowhere' (did you mean now?); there are api, now",
        ),
        (WORLD + "now: 1\n", "the key 'now' occurs twice"),
        (WORLD.replace("projectId: 2", "projectId: 1"), "this projectId occurs twice"),
        (WORLD.replace("Blog", "Shop"), "this projectKey occurs twice"),
        (WORLD.replace("ends: failed", "ends: running"), "no job ends 'running' by itself"),
        (WORLD.replace("runs: 1h30m", "runs: 1.5h"), "has a fraction; take a smaller unit"),
        (
            WORLD.replace("demo-organization-key", "a b"),
            "does not match the pattern ^[A-Za-z0-9._~+/-]{8,256}=*$",
        ),
        ("a: [", "did not find expected node content"),
        ("a: !!python/object:os.system x", "could not determine a constructor"),
        ("a: &a [*a]", "an alias contains itself"),
        ("- 1\n- 2\n", "/: is not an object [type]"),
        ("7: 1\n", "a key must be text"),
        ("\x00", "control characters are not allowed"),
    ],
)
def test_a_world_file_that_cannot_be_used_is_refused(folder: Folder, world: str, told: str) -> None:
    """Guards the world's own rules, and YAML that is wrong, unsafe or hostile."""
    told_lines = diagnostics(folder(world_yaml=world))

    assert told in told_lines[0]
    assert "demo-organization-key" not in "".join(told_lines)


@pytest.mark.parametrize(
    "change",
    [("projects: [{", "projects: [7, {"), ("apiKey: demo", "apiKey: a demo"), ("rules:", "extra:")],
)
def test_no_api_key_is_shown_in_a_complaint(folder: Folder, change: tuple[str, str]) -> None:
    """Guards against API keys in problems, which people paste into tickets."""
    world = WORLD.replace("projects", "projets", 1).replace(*change)
    told = "".join(diagnostics(folder(world_yaml=world)))

    assert "demo-organization-key" not in told
    assert "[API key]" in told


def test_a_file_of_another_kind_is_given_up(folder: Folder) -> None:
    """Guards against too many problems, for a user who names the wrong file."""
    told = diagnostics(folder(log_jsonl=[{"level": "info"}] * 5_000))

    assert told[-1].startswith("log.jsonl:")
    assert "stopped after 100 problems; the rest was not looked at" in told[-1]
    assert len(told) < 10_000


def test_an_alias_bomb_is_refused_before_it_goes_off(folder: Folder) -> None:
    """Guards against a few lines of YAML that expand to a billion values."""
    read_lines = ["a0: &a0 [" + ",".join("x" * 10) + "]"]
    read_lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]

    assert (
        "its aliases expand to more than"
        in diagnostics(folder(world_yaml="\n".join(read_lines)))[0]
    )


def test_harmless_aliases_are_fine(folder: Folder) -> None:
    """Guards that ordinary aliases are accepted."""
    world = WORLD.replace("- {referenceId: fail+*", "- &rule {referenceId: fail+*") + "  - *rule\n"
    seed = read(folder(world_yaml=world))

    assert seed.rules["jobs"][0] == seed.rules["jobs"][1]


def test_files_over_a_stated_size_are_refused(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards the stated limits of each format."""
    monkeypatch.setitem(sources.LARGEST, ".yaml", 1000)
    monkeypatch.setitem(sources.LARGEST, ".jsonl", 1000)
    for suffix in ("yaml", "jsonl"):
        told = diagnostics(folder(**{f"big_{suffix}": " " * 1001}))
        assert "1,001 bytes; a" in told[0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "jobs.jsonl:1:1: /: is not JSON"),
        ("[]", "/: is not an object [type]"),
        ("\udcff", "is not UTF-8"),
        ("x" * 70_000, "a line may have 65,536 bytes"),
        ("[" * 10_000, "is not JSON"),
    ],
    ids=["cut", "list", "utf-8", "long", "deep"],
)
def test_a_line_that_is_no_job_is_told(folder: Folder, line: str, told: str) -> None:
    """Guards lines that are malformed, of another kind, or hostile."""
    path = folder()
    (path / "jobs.jsonl").write_bytes(line.encode("utf-8", "surrogateescape"))

    assert told in diagnostics(path)[0]


def test_a_folder_without_fixtures_is_told(tmp_path: Path) -> None:
    """Guards the errors for a folder that does not exist, or has no fixtures."""
    assert "is not a folder" in diagnostics(tmp_path / "nothing")[0]
    assert "has no file that ends in .yaml" in diagnostics(tmp_path)[0]


def test_the_published_schema_is_the_one_that_is_used() -> None:
    """Guards the published schema; python -m mockserver.profiles.jobs.fixture_schema writes it."""
    assert json.loads(files.schema("fixtures").read_text()) == json_schema()


SCALARS = st.sampled_from([None, True, 0, 7, -1, 2**63, "", "ann", "1h", "2021-06-17T07:00:00Z"])
MEMBERS = st.sampled_from([*JOB, "updatedAt", "errors", "plan", "extra"])


@given(st.dictionaries(MEMBERS, SCALARS, max_size=4), st.sets(MEMBERS, max_size=2))
def test_the_fast_check_accepts_what_the_published_schema_does(
    change: dict[str, Any], gone: set[str]
) -> None:
    """Guards that the types, which decide, and the schema, which explains, always agree."""
    row = {name: value for name, value in {**JOB, **change}.items() if name not in gone}
    value = {"jobs": [row]}
    try:
        msgspec.convert(value, JobsFile)
        accepted = True
    except msgspec.ValidationError:
        accepted = False

    assert accepted == jsonschema.Draft202012Validator(json_schema()).is_valid(value)
