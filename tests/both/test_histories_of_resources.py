"""Several resources in one history, and in one recording: each is told from the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.cli import main
from contracts.engine.past_runs.file import read as read_file
from contracts.http.exchange import Exchange
from mockserver.settings import Settings
from mockserver.testing.server import run_mock
from tests.contracts.traffic.recording import make_line, write_lines

HEAD = "openapi: 3.1.0\ninfo: {title: Zoo, version: '1'}\npaths:"
SHOWN = "#/paths/~1{}/get/responses/200/content/application~1json/schema"
LIFE = """
                  x-lifecycle:
                    {key: id, field: state, initial: awake, stamps: {made: created, unit: s},
                     transitions: [{event: sleep, by: server, from: [awake], to: asleep}]}"""


def describe(name: str, life: str = LIFE) -> str:
    """Return the paths of a resource whose records move once."""
    return f"""
  /{name}:
    get:
      operationId: list-{name}
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema:
                type: array
                items:
                  type: object
                  required: [id, state, created]
                  properties:
                    {{id: {{type: string}}, created: {{type: integer}},
                     state: {{type: string, enum: [awake, asleep]}}}}{life}
  /{name}/{{id}}:
    get:
      operationId: read-{name}
      parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
      responses:
        '200':
          description: One.
          content:
            application/json:
              schema:
                {{$ref: '{SHOWN.format(name)}/items'}}
        '404': {{description: Not there.}}
"""


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """Return a document with two resources that move and one that does not."""
    spec = tmp_path / "zoo.yaml"
    spec.write_text(HEAD + describe("lions") + describe("tigers") + describe("cages", ""))
    return spec


@pytest.fixture
def url(zoo: Path) -> Iterator[str]:
    """Serve the zoo; nothing moves by itself."""
    with run_mock(Settings(spec=zoo, port=0, access_log=False, seed=None, speed=0)) as mock:
        yield mock.url


def judge(zoo: Path, url: str, *words: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Judge the zoo with a history; return each law by its resource and its id."""
    report, history = zoo.parent / "report.json", zoo.parent / "history.json"
    given = ["--spec", str(zoo), "--base-url", url, "--history", str(history)]
    main(["check", *given, "--quiet", "--report-json", str(report), *words])
    return {(one["resource"], one["id"]): one for one in json.loads(report.read_text())["laws"]}


def test_one_history_has_all_resources(zoo: Path, url: str) -> None:
    """A record that an earlier run saw is compared with that of its own resource only."""
    assert judge(zoo, url)["lions", "HIST-03"]["reason"] == "the history begins with this run"
    file = zoo.parent / "history.json"
    kept = json.loads(file.read_text())
    assert kept["version"] == 2
    assert {one["resource"] for one in kept["records"]} == {"lions", "tigers"}
    tigers = [one for one in kept["records"] if one["resource"] == "tigers"]
    oldest = min(
        (one for one in tigers if one["state"] == "awake"), key=lambda one: one["stamps"]["created"]
    )
    oldest["state"] = "asleep"
    file.write_text(json.dumps(kept))

    laws = judge(zoo, url)

    assert laws["tigers", "HIST-01"]["verdict"] == "broken"
    assert oldest["key"] in laws["tigers", "HIST-01"]["findings"][0]["actual"]
    assert laws["lions", "HIST-01"]["verdict"] == "kept"
    assert laws["cages", "HIST-01"]["verdict"] == "untested"


def test_a_run_of_one_resource_leaves_the_others_in_the_file(zoo: Path, url: str) -> None:
    """Whichever resource is chosen, what is known of the others is not lost."""
    file = zoo.parent / "history.json"
    judge(zoo, url)
    before = read_file(file)
    judge(zoo, url, "--resource", "lions")
    after = read_file(file)

    assert before is not None
    assert after is not None
    assert [one for one in before.records if one.resource == "tigers"] == [
        one for one in after.records if one.resource == "tigers"
    ]


def test_a_document_of_which_nothing_moves_has_no_history(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A history of a document without any lifecycle is refused before anything is sent."""
    zoo.write_text(HEAD + describe("cages", "") + describe("keepers", ""))
    history = zoo.parent / "history.json"
    given = ["--spec", str(zoo), "--base-url", "http://127.0.0.1:9", "--history", str(history)]

    assert main(["check", *given]) == 2
    assert "does not say how a record moves" in capsys.readouterr().err
    assert not history.exists()


def test_one_recording_is_judged_for_all_resources(zoo: Path) -> None:
    """Records of two resources may have one key: a move of one is not one of the other."""
    awake = {"id": "a", "state": "awake", "created": 1_790_000_000}
    asleep = {**awake, "state": "asleep"}
    shown = [("/lions/a", asleep), ("/tigers/a", awake), ("/lions/a", awake), ("/tigers/a", asleep)]
    exchanges = [
        Exchange(
            "GET",
            f"http://zoo.example.com{path}",
            {},
            200,
            {"content-type": "application/json"},
            json.dumps(body).encode(),
            sent=at,
            received=at,
        )
        for at, (path, body) in enumerate(shown)
    ]
    traffic, report = zoo.parent / "traffic.jsonl", zoo.parent / "report.json"
    write_lines(traffic, map(make_line, exchanges))

    given = ["--spec", str(zoo), "--report-json", str(report), "--quiet"]
    assert main(["watch", str(traffic), *given]) == 1

    told = json.loads(report.read_text())
    laws = {(one["resource"], one["id"]): one["verdict"] for one in told["laws"]}
    assert laws["lions", "LIFE-01"] == "broken"
    assert laws["tigers", "LIFE-02"] == "kept"
    assert laws["cages", "LIFE-01"] == "untested"
    assert told["run"]["surveyed"].startswith("4 recorded exchanges of traffic.jsonl")
