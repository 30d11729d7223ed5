"""The JSON report and its published schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.engine.events import Event
from contracts.engine.verdict import Verdict
from contracts.reports import json_report

SCHEMA = Path(__file__).parents[3] / "docs/schemas/report.schema.json"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """Return the published schema, itself checked."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def written(events: list[Event], folder: Path) -> dict[str, Any]:
    """Return the report of *events* as a program reads it."""
    json_report.write(events, folder / "report.json")
    found: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("run", ["every_verdict", "all_kept", "broken_off", "hostile"])
def test_each_report_is_as_the_schema_says(
    run: str, request: pytest.FixtureRequest, tmp_path: Path, validator: Draft202012Validator
) -> None:
    """Programs read the report by its published schema, also when a run broke off."""
    validator.validate(written(request.getfixturevalue(run), tmp_path))


def test_a_run_without_any_event_is_as_the_schema_says(
    tmp_path: Path, validator: Draft202012Validator
) -> None:
    """A judge that died at once leaves a report that can still be read, and says so."""
    report = written([], tmp_path)

    validator.validate(report)
    assert report["complete"] is False


def test_the_schema_refuses_a_success_that_is_incomplete(
    broken_off: list[Event], tmp_path: Path, validator: Draft202012Validator
) -> None:
    """An exit code in an incomplete report would make readers believe in a result."""
    report = written(broken_off, tmp_path)
    report["run"]["exit_code"] = 0

    assert not validator.is_valid(report)


def test_the_schema_refuses_what_it_does_not_name(
    all_kept: list[Event], tmp_path: Path, validator: Draft202012Validator
) -> None:
    """A member that is added to the report without the schema has to be noticed."""
    report = written(all_kept, tmp_path)
    report["laws"][0]["more"] = 1

    assert not validator.is_valid(report)


def test_the_schema_names_each_verdict() -> None:
    """A verdict that is added to the judge has to be published too."""
    schema = json.loads(SCHEMA.read_text("utf-8"))

    assert set(schema["$defs"]["verdict"]["enum"]) == {str(verdict) for verdict in Verdict}


def test_a_law_is_told_with_its_evidence(
    make_run: Callable[..., Any], make_law: Callable[..., Any], tmp_path: Path
) -> None:
    """Everything that the terminal shows of a violation has to be there for programs too."""
    run = make_run(make_law(Verdict.BROKEN, "LAW-01"), exit_code=1)

    law = written(run, tmp_path)["laws"][0]

    assert law["verdict"] == "broken"
    assert law["clause"]["ref"].startswith("#/paths/")
    assert law["exercised"] == {"pages": 3}
    exchange = law["findings"][0]["exchanges"][0]
    assert exchange["answer"] == {
        "status": 200,
        "headers": {"content-type": "application/json"},
        "body": '{"data": []}',
        "listed": None,
        "excerpts": [],
    }
    assert "${CONTRACTS_API_KEY}" in exchange["curl"]
