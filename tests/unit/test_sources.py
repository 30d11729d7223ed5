"""Bounds of files: how many problems, how deep, how many values; and locations."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mockserver.parsing import positions
from mockserver.parsing.diagnostics import explain
from mockserver.parsing.positions import locate
from mockserver.parsing.sources import MOST_DEEP, MOST_DIAGNOSTICS, InvalidSourceError, parse
from mockserver.profiles.jobs.fixture_rows import JobRows
from mockserver.profiles.jobs.fixture_schema import JobRow
from mockserver.records.fixtures.reader import read_upload
from tests.jobs import basis, otherwise

JOB = {"project": "p", "status": "scheduled", "createdAt": 0, "startAt": 0}
MANY = 5 * MOST_DIAGNOSTICS


def told(value: Any) -> list[str]:
    """Return the problems of a wrong fixture."""
    with pytest.raises(InvalidSourceError) as refused:
        read_upload(Path("fixture.json"), json.dumps(value), basis(), otherwise())
    return [problem.message for problem in refused.value.diagnostics]


@pytest.mark.parametrize(
    "fixture",
    [
        {"jobs": [{}] * MANY},
        {"jobs": [{**JOB, "jobId": n, "referenceId": "u", "status": "x"} for n in range(1, MANY)]},
        {"jobs": [{**JOB, "jobId": 1, "referenceId": str(n)} for n in range(MANY)]},
        {"rules": [{"referenceId": "a", "runs": "1s", "ends": "x"}] * MANY},
        {"scenarios": [{"name": "a", "faults": []}] * MANY},
        {
            "scenarios": [
                {
                    "name": "a",
                    "faults": [{"operation": "x", "effect": {"kind": "malformed"}}] * MANY,
                }
            ]
        },
        {"organizations": [{"name": "a", "apiKey": "demo-key", "projects": []}] * MANY},
    ],
    ids=["schema", "status", "id", "rule", "scenario", "fault", "organization"],
)
def test_so_many_problems_are_told_and_no_more(fixture: Any) -> None:
    """Guards against a million problems for a file of another kind."""
    messages = told(fixture)

    assert len(messages) == MOST_DIAGNOSTICS + 1
    assert messages[-1] == "stopped after 100 problems; the rest was not looked at"


def test_what_follows_the_last_problem_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards that the cost of refusing does not grow with the number of problems."""
    looked: list[JobRow] = []
    job = JobRows.read

    def looking(self: JobRows, row: JobRow) -> Any:
        looked.append(row)
        return job(self, row)

    monkeypatch.setattr(JobRows, "read", looking)
    told({"jobs": [{**JOB, "jobId": 1, "referenceId": str(n)} for n in range(MANY)]})

    assert len(looked) <= MOST_DIAGNOSTICS + 1


def test_a_schemas_complaints_are_drawn_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards that a large file is not checked further after the last reported problem."""
    drawn: list[Any] = []
    iter_errors = Draft202012Validator.iter_errors

    def drawing(self: Draft202012Validator, value: Any) -> Iterator[Any]:
        for error in iter_errors(self, value):
            drawn.append(error)
            yield error

    monkeypatch.setattr(Draft202012Validator, "iter_errors", drawing)
    diagnostics = explain(Path("f.json"), "[]", [0] * MANY, {"items": {"type": "string"}})

    assert (MOST_DIAGNOSTICS, MOST_DIAGNOSTICS) == (len(diagnostics), len(drawn))


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? ", "[a: ", "&a ["])
def test_what_nests_too_deep_is_refused_and_ends_nothing(opening: str) -> None:
    """Guards the process, which PyYAML's recursion in C would end without an exception."""
    with pytest.raises(InvalidSourceError) as refused:
        parse(Path("f.yaml"), opening * 100_000)

    assert f"values may nest {MOST_DEEP} deep" in str(refused.value)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_json_that_nests_too_deep_is_refused(opening: str) -> None:
    """Guards the same for JSON, whose reader reports it."""
    with pytest.raises(InvalidSourceError, match="nest too deep"):
        parse(Path("f.json"), opening * 100_000)


def test_what_nests_just_so_deep_is_read() -> None:
    """Guards the bound itself."""
    value = parse(Path("f.yaml"), "[" * MOST_DEEP + "]" * MOST_DEEP)

    assert str(value) == "[" * MOST_DEEP + "]" * MOST_DEEP


def test_a_place_in_json_is_that_of_its_value() -> None:
    """Guards line and column in JSON, which are found without parsing it into nodes."""
    value = {"a/b": [1, {"c~d": [[], {"é": None}], "e": {}}], "": "x,}]", "f": [True, -1.5e3]}
    text = json.dumps(value, indent=3, ensure_ascii=False)
    pointers = ["", "/a~1b", "/a~1b/0", "/a~1b/1", "/a~1b/1/c~0d", "/a~1b/1/c~0d/1/é", "/a~1b/1/e"]
    pointers += ["/", "/f", "/f/1", "/f/2", "/f/1/x", "/nothing/at/all", "/a~1b/1/e/x"]
    composed = positions._compose(text)  # noqa: SLF001 -- how YAML is looked through
    assert composed is not None
    for pointer in pointers:
        node = composed
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            node = positions._member(node, name) or node  # noqa: SLF001 -- as above

        expected = node.start_mark.line + 1, node.start_mark.column + 1
        assert (pointer, locate(text, pointer)) == (pointer, expected)


def test_yaml_that_begins_like_json_has_its_places_too() -> None:
    """Guards the flow style of YAML."""
    assert locate("{a: 1,\n b: [x, y]}", "/b/1") == (2, 9)


def test_only_the_jobs_that_are_refused_are_explained() -> None:
    """Guards the locations of a few bad jobs among many good ones, and their order."""
    good = [{**JOB, "jobId": n, "referenceId": str(n)} for n in range(1, 50)]
    text = json.dumps({"colour": 1, "jobs": [*good, {}, *good, 7]}, indent=0)
    with pytest.raises(InvalidSourceError) as refused:
        read_upload(Path("fixture.json"), text, basis(), otherwise())
    found = refused.value.diagnostics

    assert [p.pointer for p in found] == ["/colour", *["/jobs/49"] * 6, "/jobs/99"]
    assert [p.line for p in found] == sorted(p.line for p in found)
    assert text.splitlines()[found[-1].line - 1] == "7"
