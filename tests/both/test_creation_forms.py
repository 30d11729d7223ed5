"""Creations by the body of a form, and responses that say where the new record is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.contract.description.reader import read
from contracts.engine.events import LawFinished
from contracts.engine.runner import Settings as Judging
from contracts.engine.runner import create_runner
from contracts.engine.verdict import Verdict
from contracts.roles.catalogue import create_registry
from contracts.target import ANY_API, Effects, Target
from mockserver.settings import Settings
from mockserver.testing.server import run_mock
from tests.both.relay import Answer, Breakage, Call, Forward, relay

EXPORT = "{$ref: '#/components/schemas/Export'}"
SPEC = f"""
openapi: 3.0.3
info: {{title: Exports, version: '1'}}
paths:
  /exports:
    get:
      x-pagination: {{style: none, items: ''}}
      responses:
        '200':
          description: All.
          content: {{application/json: {{schema: {{type: array, items: {EXPORT}}}}}}}
    post:
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {{type: object, required: [note], properties: {{note: {{type: string}}}}}}
      x-creates: {{}}
      responses:
        '201':
          description: Made.
          headers: {{Location: {{required: true, schema: {{type: string}}}}}}
          content: {{application/json: {{schema: {EXPORT}}}}}
  /exports/{{id}}:
    get:
      parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
      responses:
        '200': {{description: One., content: {{application/json: {{schema: {EXPORT}}}}}}}
        '404': {{description: None.}}
components:
  schemas:
    Export:
      type: object
      required: [id, note]
      properties: {{id: {{type: string}}, note: {{type: string}}}}
      x-lifecycle: {{key: id}}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Write the document."""
    file = tmp_path / "exports.yaml"
    file.write_text(SPEC)
    return file


@pytest.fixture
def url(spec: Path) -> Iterator[str]:
    """Serve the document."""
    with run_mock(Settings(spec=spec, port=0, access_log=False, seed=None)) as mock:
        yield mock.url


def judge(spec: Path, url: str, law: str) -> LawFinished:
    """Judge one law."""
    api = read(spec)
    target = Target(url, ANY_API, "", effects=Effects.OWN)
    run = create_runner(target, api, create_registry(api).select([law]), Judging(rng=1))
    found = [one for one in run.stream_events() if isinstance(one, LawFinished)]
    return next(one for one in found if one.law.id == law)


def test_a_record_is_made_by_a_form(spec: Path, url: str) -> None:
    """Guards bodies of forms: the record is made, listed, and has what the form said."""
    assert judge(spec, url, "MAKE-02").verdict is Verdict.KEPT
    assert judge(spec, url, "MAKE-07").verdict is Verdict.KEPT


def test_a_record_is_made_by_a_form_of_parts(spec: Path) -> None:
    """Guards bodies of multipart/form-data, a file among them: text and file arrive as such."""
    file = "required: [note, file], properties: {file: {type: string, format: binary}, note:"
    written = SPEC.replace("required: [note], properties: {note:", file, 1)
    spec.write_text(written.replace("application/x-www-form-urlencoded", "multipart/form-data"))

    with run_mock(Settings(spec=spec, port=0, access_log=False, seed=None)) as mock:
        assert judge(spec, mock.url, "MAKE-02").verdict is Verdict.KEPT
        assert judge(spec, mock.url, "MAKE-07").verdict is Verdict.KEPT
        with relay(mock.url, forget_the_note) as broken:
            found = judge(spec, broken, "MAKE-07")

    curl = found.findings[0].exchanges[0].curl
    assert found.verdict is Verdict.SLACK
    assert "--form-string note=" in curl
    assert "-F 'file=contracts;filename=file.txt;type=application/octet-stream'" in curl


def lose_the_location(call: Call, forward: Forward) -> Answer:
    """A new record is not said to be anywhere."""
    answer = forward(call)
    kept = {name: value for name, value in answer.headers.items() if name != "Location"}
    return replace(answer, headers=kept)


def lead_elsewhere(call: Call, forward: Forward) -> Answer:
    """A new record is said to be where there is none."""
    answer = forward(call)
    moved = {**answer.headers, "Location": "/exports/none"} if answer.status == 201 else {}
    return replace(answer, headers=moved or answer.headers)


def forget_the_note(call: Call, forward: Forward) -> Answer:
    """A new record has another note than the one that was given."""
    answer = forward(call)
    return answer.show({**answer.json, "note": "-"}) if answer.status == 201 else answer


@pytest.mark.parametrize(
    ("breakage", "law", "verdict"),
    [
        (lose_the_location, "MAKE-06", Verdict.BROKEN),
        (lead_elsewhere, "MAKE-06", Verdict.BROKEN),
        (forget_the_note, "MAKE-07", Verdict.SLACK),
    ],
)
def test_a_wrong_response_to_a_creation_is_found(
    spec: Path, url: str, breakage: Breakage, law: str, verdict: Verdict
) -> None:
    """Guards where a new record is said to be, and what it is said to have."""
    with relay(url, breakage) as broken:
        found = judge(spec, broken, law)

    assert found.verdict is verdict
    assert "--data-raw note=" in found.findings[0].exchanges[0].curl


def test_a_right_location_is_kept(spec: Path, url: str) -> None:
    """Guards against a false alarm: the mock says where the record is, and it is there."""
    assert judge(spec, url, "MAKE-06").verdict is Verdict.KEPT
