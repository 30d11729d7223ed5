"""Ways in which vendors describe an API: the mock serves them, and the judge accuses nobody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.cli import main
from contracts.contract.description.reader import parse_each
from mockserver.contract.reader import load
from mockserver.settings import Settings
from mockserver.testing.server import run_mock

TEXT = {"type": "string"}
KEY = "teams-token"


def describe(record: dict[str, Any], path: str, part: str, **listed: Any) -> dict[str, Any]:
    """Return the paths of records that are listed at *path* and read by the parameter *part*."""

    def answer(schema: dict[str, Any]) -> dict[str, Any]:
        found = {"description": "Found.", "content": {"application/json": {"schema": schema}}}
        return {"responses": {"200": found, "404": {"description": "Not there."}}}

    parts = [word.strip("{}") for word in path.split("/") if word.startswith("{")]
    owners = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in parts]
    own = {"name": part, "in": "path", "required": True, "schema": TEXT}
    listed["parameters"] = [*owners, *listed.get("parameters", ())]
    return {
        path: {"get": {**answer({"type": "array", "items": record}), **listed}},
        f"{path}/{{{part}}}": {"get": {**answer(record), "parameters": [*owners, own]}},
    }


def write(folder: Path, *described: dict[str, Any], **members: Any) -> Path:
    """Write a description of the paths that are *described*, and return its file."""
    paths = {path: item for one in described for path, item in one.items()}
    whole = {
        "openapi": "3.0.3",
        "info": {"title": "Teams", "version": "1"},
        "paths": paths,
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        **members,
    }
    file = folder / "api.json"
    file.write_text(json.dumps(whole))
    return file


def check(
    folder: Path, spec: Path, fixtures: dict[str, Any] | None, *words: str
) -> dict[str, set[str]]:
    """Judge a mock of *spec*, and return the laws by their verdicts.

    Its records are those of *fixtures*, or are made by the description if it is None.
    """
    report = folder / "report.json"
    seed = None if fixtures is None else folder / "fixtures.json"
    if seed is not None:
        seed.write_text(json.dumps(fixtures))
    with run_mock(Settings(spec=spec, seed=seed, port=0, access_log=False)) as mock:
        given = ("--spec", str(spec), "--base-url", mock.url, "--api-key", KEY)
        main(["check", *given, "--report-json", str(report), "--quiet", *words])
    found: dict[str, set[str]] = {}
    for law in json.loads(report.read_text())["laws"]:
        found.setdefault(law["verdict"], set()).add(f"{law['resource'] or ''} {law['id']}".strip())
    return found


LAWS = "EXCH-*,MAKE-*,READ-*"
"""What is judged where any key is accepted."""

TEAM = {"type": "object", "properties": {"id": TEXT, "name": TEXT}, "x-lifecycle": {"key": "id"}}
RUN = {"type": "object", "properties": {"id": TEXT, "title": TEXT}, "x-lifecycle": {"key": "id"}}


def test_what_divides_other_records_may_be_the_key_of_a_record(tmp_path: Path) -> None:
    """Guards /teams/{team} beside /teams/{team}/runs: who may see runs of two teams reads all."""
    teams = describe(TEAM, "/teams", "team")
    spec = write(tmp_path, teams, describe(RUN, "/teams/{team}/runs", "run"))
    found = check(
        tmp_path,
        spec,
        {
            "credentials": [{"secret": KEY, "scopes": ["a"]}],
            "scopes": {"a": {"path": {"team": "a"}}, "b": {"path": {"team": "b"}}},
            "records": {
                "teams": [{"members": {"id": name, "name": name}} for name in "ac"],
                "runs": [{"scope": "a", "members": {"id": "run", "title": "Run"}}],
            },
        },
        *("--path", "team=a"),
    )

    assert "broken" not in found
    assert {"teams READ-01", "runs READ-01"} <= found["kept"]


@pytest.mark.parametrize("listed", ["/teams/{id}/runs", "/runs/{id}/children"])
def test_what_divides_a_list_may_be_called_as_the_key_is(tmp_path: Path, listed: str) -> None:
    """Guards /teams/{id}/runs beside /runs/{id}: one is the id of a team, the other of a run."""
    run = {"$ref": "#/components/schemas/Run"}
    paths = {**describe(run, listed, "run"), **describe(run, "/runs", "id")}
    schemes = {"token": {"type": "http", "scheme": "bearer"}}
    components = {"securitySchemes": schemes, "schemas": {"Run": RUN}}
    known = {path: paths[path] for path in (listed, "/runs/{id}")}
    spec = write(tmp_path, known, components=components)
    rows = [
        {"scope": scope, "members": {"id": f"{scope}-{at}", "title": "Run"}}
        for scope in "ab"
        for at in range(3)
    ]
    fixtures = {
        "credentials": [{"secret": KEY, "scopes": ["a"]}],
        "scopes": {scope: {"path": {"id": scope}} for scope in "ab"},
        "records": {listed.rpartition("/")[2]: rows},
    }
    found = check(tmp_path, spec, fixtures, "--path", "id=a")

    assert "broken" not in found
    assert "READ-01" in found["kept"]


@pytest.mark.parametrize("style", ["none", "cursor"])
@pytest.mark.parametrize("limit", [{}, {"default": 4}])
def test_a_list_that_is_cut_and_leads_on_to_nothing_hides_nothing(
    tmp_path: Path, limit: dict[str, int], style: str
) -> None:
    """Guards lists with a limit and no next page: what lies behind the limit is not missing."""
    bound = {"name": "limit", "in": "query", "schema": {"type": "integer", **limit}}
    filtered = {"name": "name", "in": "query", "schema": TEXT}
    token = {"name": "token", "in": "query", "schema": TEXT}
    pages = {
        "style": style,
        "cursor": {"parameter": "token"},
        "items": "",
        "limit": {"parameter": "limit", **limit},
    }
    keys = {"x-pagination": pages, "x-filters": {"name": "name"}}
    listed = describe(TEAM, "/teams", "team", parameters=[bound, filtered, token], **keys)
    rows = [{"members": {"id": f"team-{at}", "name": "abc"[at % 3]}} for at in range(30)]
    spec = write(tmp_path, listed)
    found = check(
        tmp_path,
        spec,
        {"credentials": [{"secret": KEY, "scopes": []}], "records": {"teams": rows}},
    )

    assert "broken" not in found
    assert {"WALK-03", "READ-01", "PAGE-04"} <= found["kept"]


def test_a_record_has_what_any_response_that_shows_it_requires(tmp_path: Path) -> None:
    """Guards records that a list, a creation and a deletion describe with more than the read."""

    def show(*names: str) -> dict[str, Any]:
        known = dict.fromkeys(("id", "title", *names), TEXT)
        return {"type": "object", "properties": known, "required": ["id", *names]}

    described = describe(RUN, "/runs", "run")
    listed = described["/runs"]["get"]["responses"]["200"]["content"]["application/json"]
    listed["schema"] = {"type": "array", "items": show("owner", "queue")}
    made = {"content": {"application/json": {"schema": show("token")}}}
    described["/runs"]["post"] = {
        "x-creates": {},
        "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {"201": {"description": "Made.", **made}},
    }
    gone = {"content": {"application/json": {"schema": show("deleted")}}}
    described["/runs/{run}"]["delete"] = {
        "parameters": described["/runs/{run}"]["get"]["parameters"],
        "responses": {"200": {"description": "Gone.", **gone}},
    }
    found = check(tmp_path, write(tmp_path, described), None, "--effects", "own", "--laws", LAWS)

    assert "broken" not in found
    assert {"EXCH-13", "READ-01"} <= found["kept"]


def test_a_record_is_what_both_its_list_and_its_read_allow(tmp_path: Path) -> None:
    """Guards members that may be null where a record is read, and not where it is listed."""
    owner = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}

    def show(**known: Any) -> dict[str, Any]:
        properties = {"id": TEXT, "title": TEXT, **known}
        return {**RUN, "properties": properties, "required": list(known)}

    described = describe(show(owner={**owner, "nullable": True}), "/runs", "run")
    listed = described["/runs"]["get"]["responses"]["200"]["content"]["application/json"]
    listed["schema"] = {"type": "array", "items": show(owner=owner)}
    found = check(tmp_path, write(tmp_path, described), None, "--laws", LAWS)

    assert "broken" not in found
    assert {"EXCH-13", "READ-02"} <= found["kept"]


@pytest.mark.parametrize("declared", ["at the whole", "at the base"])
def test_a_record_may_be_described_in_parts(tmp_path: Path, declared: str) -> None:
    """Guards `allOf`: what is declared of the whole, or of its base, is judged of the whole."""
    states = {"type": "string", "enum": ["open", "closed"]}
    lifecycle = {"key": "id", "field": "state", "initial": "open", "terminal": ["closed"]}
    moves = [{"event": "close", "by": "PUT /runs/{run}/close", "from": ["open"], "to": "closed"}]
    keys = {"x-lifecycle": {**lifecycle, "transitions": [{**moves[0], "otherwise": 409}]}}
    base = {
        "type": "object",
        "required": ["id", "state"],
        "properties": {"id": TEXT, "state": states},
    }
    rest = {"properties": {"title": TEXT, "owner": TEXT}, "required": ["title"]}
    at_base = declared == "at the base"
    whole = {"allOf": [{**base, **(keys if at_base else {})}, rest], **({} if at_base else keys)}
    run = {"$ref": "#/components/schemas/Run"}
    described = describe(run, "/runs", "run", **{"x-filters": {"owner": "owner"}})
    described["/runs"]["get"]["parameters"] = [{"name": "owner", "in": "query", "schema": TEXT}]
    shown = described["/runs/{run}"]["get"]
    described["/runs/{run}/close"] = {
        "put": {**shown, "responses": {**shown["responses"], "409": {"description": "Closed."}}}
    }
    components = {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {"Run": whole},
    }
    rows = [
        {"state": "open", "members": {"id": f"run-{at}", "title": "Run", "owner": "ab"[at % 2]}}
        for at in range(8)
    ]
    found = check(
        tmp_path,
        write(tmp_path, described, components=components),
        {"credentials": [{"secret": KEY, "scopes": []}], "records": {"runs": rows}},
        *("--effects", "any"),
    )

    assert "broken" not in found
    assert {"CANC-01", "CANC-07", "FILT-01", "LIFE-02", "READ-02"} <= found["kept"]


def test_what_a_record_has_within_is_no_list_of_such(tmp_path: Path) -> None:
    """Guards a folder with the folders that it lies in: reading it lists nothing."""
    known = {"id": TEXT, "name": TEXT, "kind": TEXT}
    above = {"type": "array", "items": {"type": "object", "properties": known}}
    whole = {
        "type": "object",
        "properties": {**known, "above": above},
        "x-lifecycle": {"key": "id"},
    }
    described = describe(whole, "/folders", "folder")
    read = described["/folders/{folder}"]
    spec = write(tmp_path, {"/folders/{folder}": read}, describe(TEAM, "/teams", "team"))

    lists = {kind.name: kind.list is not None for kind in load(spec).resources}
    assert lists == {"teams": True, "folders": False}
    assert [api.resource.name for api in parse_each(json.loads(spec.read_text()), "")] == ["teams"]


def test_a_path_may_take_a_name_or_a_number(tmp_path: Path) -> None:
    """Guards records with numbers on a path that takes texts: a Location leads to the new one."""
    numbered = {"id": {"type": "integer"}, "title": TEXT}
    record = {"type": "object", "properties": numbered, "x-lifecycle": {"key": "id"}}
    described = describe(record, "/projects", "name_or_id")
    located = {"Location": {"schema": TEXT}}
    described["/projects"]["post"] = {
        "x-creates": {},
        "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {"201": {"description": "Made.", "headers": located}},
    }
    spec = write(tmp_path, described)
    found = check(tmp_path, spec, None, "--effects", "own", "--laws", LAWS)

    assert "broken" not in found
    assert {"MAKE-02", "MAKE-06"} <= found["kept"]


def write_making(folder: Path, *refusals: str) -> Path:
    """Write a description of runs that clients make and that end; *refusals* are declared."""
    moment = {"type": "string", "format": "date-time"}
    ended = {**moment, "nullable": True, "example": "2022-09-14T16:35:31Z"}
    status = {"type": "string", "enum": ["pending", "done"]}
    record = {
        "type": "object",
        "required": ["id", "status", "made", "ended"],
        "properties": {"id": TEXT, "status": status, "made": moment, "ended": ended},
        "x-lifecycle": {
            "key": "id",
            "field": "status",
            "initial": "pending",
            "terminal": ["done"],
            "stamps": {"made": "made", "entered": {"done": "ended"}, "unit": "rfc3339"},
            "transitions": [{"event": "end", "by": "server", "from": ["pending"], "to": "done"}],
        },
    }
    given = {"type": "object", "properties": {"id": TEXT}}
    run = {"$ref": "#/components/schemas/Run"}
    described = describe(run, "/runs", "run")
    described["/runs"]["post"] = {
        "x-creates": {},
        "requestBody": {"content": {"application/json": {"schema": given}}},
        "responses": {
            "201": {"description": "Made.", "content": {"application/json": {"schema": run}}},
            **{code: {"description": "No."} for code in refusals},
        },
    }
    schemes = {"token": {"type": "http", "scheme": "bearer"}}
    components = {"securitySchemes": schemes, "schemas": {"Run": record}}
    return write(folder, described, components=components)


def test_a_new_record_has_no_moment_of_a_later_state(tmp_path: Path) -> None:
    """Guards stamps that a record has to have, and that are null until it comes to the state."""
    spec = write_making(tmp_path, "400")
    found = check(tmp_path, spec, None, "--effects", "own", "--laws", LAWS)

    assert "broken" not in found
    assert {"EXCH-15", "MAKE-05"} <= found["kept"]


@pytest.mark.parametrize(
    ("declared", "status"), [(["400"], 400), (["400", "409"], 409), (["422"], 422), ([], 409)]
)
def test_a_key_that_is_taken_is_refused_as_is_declared(
    tmp_path: Path, declared: list[str], status: int
) -> None:
    """Guards creations by a key that clients choose: the second is a status that they expect."""
    spec = write_making(tmp_path, *declared)
    allowed = {"Authorization": f"Bearer {KEY}"}
    with run_mock(Settings(spec=spec, seed=None, port=0, access_log=False)) as mock:
        codes = [
            requests.post(
                f"{mock.url}/runs", json={"id": "one"}, headers=allowed, timeout=30
            ).status_code
            for _ in range(2)
        ]

    assert codes == [201, status]
