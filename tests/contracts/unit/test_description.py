"""The judge's reader of any API: roles, overlays, credentials, and wrong documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.cli import main
from contracts.contract.api import Api
from contracts.contract.description.reader import parse_each, read
from contracts.contract.errors import DocumentError
from contracts.engine.credentials import carry

RECORD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "state": {"type": "string", "enum": ["new", "done"], "nullable": True},
        "made": {"type": "string", "format": "date-time"},
    },
    "required": ["id"],
}
LIFE = {
    "field": "state",
    "key": "id",
    "initial": "new",
    "stamps": {"made": "made"},
    "transitions": [{"event": "end", "by": "server", "from": ["new"], "to": "done"}],
}


def describe(**more: Any) -> dict[str, Any]:
    """Return a description of one resource, whose record has more members."""

    def answer(schema: dict[str, Any]) -> dict[str, Any]:
        content = {"application/json": {"schema": schema}}
        return {"responses": {"200": {"description": "OK", "content": content}}}

    one = {"$ref": "#/components/schemas/Thing"}
    key = {"name": "thing_id", "in": "path", "required": True, "schema": {"type": "string"}}
    query = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "paths": {
            "/things": {"get": {**answer({"type": "array", "items": one}), "parameters": [query]}},
            "/things/{thing_id}": {"get": {**answer(one), "parameters": [key]}},
        },
        "components": {"schemas": {"Thing": {**RECORD, **more}}},
    }


@pytest.fixture(name="folder")
def change_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(raw: Any, *overlays: Any, resource: str | None = None) -> Api:
    """Write a description and its overlays into the current folder, and read them."""
    files = []
    for index, one in enumerate([raw, *overlays]):
        files.append(Path(f"{'overlay' if index else 'api'}{index}.yaml"))
        files[-1].write_text(yaml.safe_dump(one, sort_keys=False))
    return read(files[0], files[1:], resource)


def overlay(target: str, **action: Any) -> dict[str, Any]:
    """Return an overlay with one action."""
    return {"overlay": "1.0.0", "info": {}, "actions": [{"target": target, **action}]}


def fail(*given: Any) -> str:
    """Return what is said of a description that cannot be used."""
    with pytest.raises(DocumentError) as caught:
        load(*given)
    return str(caught.value)


@pytest.mark.usefixtures("folder")
def test_what_is_inferred_is_marked_and_what_is_declared_is_not() -> None:
    """Guards the grades: a key that is only found by its name is never judged."""
    bare, declared = load(describe()), load(describe(**{"x-lifecycle": LIFE}))

    assert (bare.resource.key, bare.resource.has_declared_key) == ("/id", False)
    assert bare.resource.pages is None
    assert bare.resource.lifecycle is None
    assert declared.resource.has_declared_key
    assert declared.resource.lifecycle is not None
    assert declared.resource.lifecycle.terminal == ("done",)
    assert declared.resource.lifecycle.stamps is not None
    assert declared.resource.lifecycle.stamps.unit == "rfc3339"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("end", [".json", "/"])
def test_the_end_of_a_path_names_no_resource(end: str) -> None:
    """Guards templates that end in `.json` or a slash: the list and its read are found."""
    raw = describe(**{"x-lifecycle": LIFE})
    raw["paths"] = {f"{path}{end}": one for path, one in raw["paths"].items()}
    resource = load(raw).resource

    assert (resource.name, resource.key_parameter) == ("things", "thing_id")
    assert resource.read is not None
    assert resource.find_key_parameter(resource.read) == "thing_id"


@pytest.mark.usefixtures("folder")
def test_an_overlay_merges_appends_removes_and_copies() -> None:
    """Guards the actions of an overlay, in order, on a document that others own."""
    api = load(
        describe(),
        overlay("$.components.schemas.Thing", update={"x-lifecycle": LIFE, "required": ["made"]}),
        overlay("$.components.schemas.Thing.properties.made.format", remove=True),
        overlay("$.components.schemas.Thing", copy="$.info"),
    )
    schema = api.resolve("#/components/schemas/Thing")

    assert schema["required"] == ["id", "made"]
    assert schema["properties"]["made"] == {"type": "string"}
    assert schema["title"] == "Things"
    assert api.resource.lifecycle is not None


@pytest.mark.usefixtures("folder")
def test_a_target_that_hits_nothing_is_a_warning_with_its_place() -> None:
    """Guards overlays of another version of a document: nothing is dropped in silence."""
    api = load(describe(), overlay("$.paths['/other']", update={}))

    assert len(api.warnings) == 1
    assert api.warnings[0].startswith("overlay1.yaml:")
    assert "the target $.paths['/other'] hits nothing" in api.warnings[0]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        ({"initial": "old"}, "x-lifecycle/initial", "'old' is not a state; write one of new, done"),
        ({"key": "number"}, "x-lifecycle/key", "'number' is not a property of the record"),
        ({"terminal": ["new"]}, "x-lifecycle/terminal", "a transition leaves new"),
        ({"colour": "red"}, "x-lifecycle", "Additional properties are not allowed"),
    ],
)
def test_a_wrong_key_is_told_where_it_is_written(
    change: dict[str, Any], place: str, said: str
) -> None:
    """Guards errors of an overlay: file, line and column are those of the overlay."""
    life = {**LIFE, **change}
    text = fail(describe(), overlay("$.components.schemas.Thing", update={"x-lifecycle": life}))

    assert text.startswith("overlay1.yaml:")
    assert place in text
    assert said in text


@pytest.mark.usefixtures("folder")
def test_an_operation_that_is_not_there_is_told_with_those_that_are() -> None:
    """Guards moves of clients: a name of no operation is refused."""
    row = {"event": "end", "by": "endThing", "from": ["new"], "to": "done"}
    text = fail(describe(**{"x-lifecycle": {**LIFE, "transitions": [row]}}))

    assert "'endThing' is not an operation; write one of GET /things" in text
    assert text.startswith("api0.yaml:")


@pytest.mark.usefixtures("folder")
def test_several_resources_need_a_name() -> None:
    """Guards `--resource`: nothing is guessed where two lists are described alike."""
    raw = describe()
    raw["paths"]["/others"] = raw["paths"]["/things"]
    raw["paths"]["/others/{thing_id}"] = raw["paths"]["/things/{thing_id}"]

    assert "has several resources; give --resource one of others, things" in fail(raw)
    assert load(raw, resource="others").resource.list.path == "/others"


@pytest.mark.usefixtures("folder")
def test_null_is_allowed_where_openapi_3_0_says_so() -> None:
    """Guards `nullable`, which a validator of JSON Schema would pass over."""
    api = load(describe())

    assert list(api.validate("#/components/schemas/Thing", {"id": "a", "state": None})) == []
    assert list(api.validate("#/components/schemas/Thing", {"id": None})) != []


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("scheme", "key", "headers", "query"),
    [
        ({"type": "http", "scheme": "bearer"}, "k", {"Authorization": "Bearer k"}, {}),
        ({"type": "http", "scheme": "basic"}, "u:p", {"Authorization": "Basic dTpw"}, {}),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, "k", {"X-Key": "k"}, {}),
        ({"type": "apiKey", "in": "query", "name": "key"}, "k", {}, {"key": "k"}),
        ({"type": "apiKey", "in": "cookie", "name": "sid"}, "k", {"Cookie": "sid=k"}, {}),
        ({"type": "oauth2", "flows": {}}, "k", {"Authorization": "Bearer k"}, {}),
    ],
)
def test_a_key_is_carried_as_the_security_says(
    scheme: dict[str, Any], key: str, headers: dict[str, str], query: dict[str, str]
) -> None:
    """Guards each kind of `securitySchemes`."""
    raw = describe()
    raw["security"] = [{"main": []}]
    raw["components"]["securitySchemes"] = {"main": scheme}
    api = load(raw)
    carried = carry(api.security, key)

    assert api.security.declared
    assert (dict(carried.headers), dict(carried.query)) == (headers, query)


@pytest.mark.usefixtures("folder")
def test_an_optional_key_is_not_demanded() -> None:
    """Guards `security` with an empty alternative: a call without a key is allowed."""
    raw = describe()
    raw["security"] = [{"main": []}, {}]
    raw["components"]["securitySchemes"] = {"main": {"type": "http", "scheme": "bearer"}}

    assert not load(raw).security.declared


def test_a_document_that_cannot_be_used_is_exit_code_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards the command line: file and line on standard error, and nothing is sent."""
    life = {**LIFE, "initial": "old"}
    (folder / "api.yaml").write_text(yaml.safe_dump(describe(**{"x-lifecycle": life})))
    code = main(["check", "--spec", "api.yaml", "--base-url", "http://127.0.0.1:1"])

    assert code == 2
    assert capsys.readouterr().err.startswith("contracts: api.yaml:")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--path", "thing=1"], "no operation has such a path parameter; there are thing_id"),
        (["--resource", "stones"], "no resource is called stones; give --resource one of things"),
        (["--overlay", "none.yaml"], "cannot be read"),
    ],
)
def test_what_the_document_does_not_have_is_exit_code_2(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """Guards the options that name something of the document."""
    (folder / "api.yaml").write_text(yaml.safe_dump(describe()))
    given = ["check", "--spec", "api.yaml", "--base-url", "http://127.0.0.1:1", *words]

    assert main(given) == 2
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_what_each_alternative_wants_is_said() -> None:
    """Guards keys that take one of several forms: a person is told of each what it wants."""
    life = {**LIFE, "transitions": [{"event": "end", "by": "server", "from": "open", "to": "done"}]}
    said = fail(describe(**{"x-lifecycle": life}))

    assert '/from: "open" is not of type "array"; or "*" was expected' in said


@pytest.mark.parametrize("lacking", [{}, {"x-lifecycle": {"key": "nothing"}}])
def test_json_may_hold_what_yaml_may_not(tmp_path: Path, lacking: dict[str, Any]) -> None:
    """Guards JSON with a control character such as U+009F (RFC 8259, section 7), and its faults."""
    described = describe(description="made by a \u009f printer", **lacking)
    (tmp_path / "api.json").write_text(json.dumps(described, ensure_ascii=False), "utf-8")

    if lacking:
        with pytest.raises(DocumentError, match="'nothing' is not a property of the record"):
            read(tmp_path / "api.json")
    else:
        assert read(tmp_path / "api.json").resource.name == "things"


@pytest.mark.usefixtures("folder")
def test_a_reference_that_leads_nowhere_is_told_and_not_judged() -> None:
    """Guards a document with a hole in a corner: the rest of it can be judged."""
    owner = {"$ref": "#/components/schemas/Owner"}
    whole = {**RECORD["properties"], "owner": owner, "default": {"$ref": "#/none"}}
    api = load(describe(properties=whole, example={"$ref": "only an example"}))

    assert not list(api.validate(api.resource.schema, {"id": "1", "state": "new", "owner": 7}))
    record, told = "#/components/schemas/Thing/properties", "is not in this document, so what"
    first, second = api.warnings[0].splitlines()
    assert f" {record}/owner/$ref: #/components/schemas/Owner {told}" in first
    assert f" {record}/default/$ref: #/none {told}" in second


def test_the_pagination_of_another_vendor_is_not_judged(tmp_path: Path) -> None:
    """Guards an x-pagination with neither style nor items: nothing is declared by it."""
    described = describe()
    described["paths"]["/things"]["get"]["x-pagination"] = {"limitParam": "page"}
    (tmp_path / "api.json").write_text(json.dumps(described))

    assert read(tmp_path / "api.json").resource.pages is None


def test_the_read_is_the_one_that_is_called_like_the_list(tmp_path: Path) -> None:
    """Guards /things beside /thing/{id} and /alloc/{id}, whose record shares more properties."""
    described = describe()
    paths = described["paths"]
    one = paths.pop("/things/{thing_id}")
    paths["/alloc/{thing_id}"] = json.loads(json.dumps(one).replace("Thing", "Alloc"))
    paths["/thing/{thing_id}"] = json.loads(json.dumps(one).replace("Thing", "Whole"))
    schemas = described["components"]["schemas"]
    schemas["Alloc"] = {**RECORD, "x-lifecycle": {"key": "id"}}
    known = {name: RECORD["properties"][name] for name in ("id", "state")}
    schemas["Whole"] = {"type": "object", "properties": known, "x-lifecycle": {"key": "id"}}
    (tmp_path / "api.json").write_text(json.dumps(described))
    found = read(tmp_path / "api.json").resource.read

    assert found is not None
    assert found.path == "/thing/{thing_id}"


def test_what_is_alike_by_chance_is_no_read(tmp_path: Path) -> None:
    """Guards /charges/{id} beside /attempts: records that share members are not the same ones."""
    described = describe()
    paths = described["paths"]
    one = json.dumps(paths.pop("/things/{thing_id}")).replace("Thing", "Charge")
    paths["/charges/{thing_id}"] = json.loads(one)
    described["components"]["schemas"]["Charge"] = RECORD
    (tmp_path / "api.json").write_text(json.dumps(described))

    assert read(tmp_path / "api.json").resource.read is None


def test_what_is_made_on_the_path_of_another_list_is_one_of_that(tmp_path: Path) -> None:
    """Guards two lists of one schema: a POST on one of them makes none of the other."""
    described = describe(**{"x-lifecycle": {"key": "id"}})
    paths = described["paths"]
    paths["/archived/things"] = paths["/things"]
    paths["/things"] = dict(paths["/things"])
    paths["/things"]["post"] = {
        "x-creates": {"record": "#/components/schemas/Thing"},
        "responses": paths["/things/{thing_id}"]["get"]["responses"],
    }
    (tmp_path / "api.json").write_text(json.dumps(described))
    made = {
        path: len(parse_each({**described, "paths": kept}, "api.json")[0].resource.creations)
        for path in ("/things", "/archived/things")
        for kept in [{path: paths[path], **paths}]
    }

    assert made == {"/things": 1, "/archived/things": 0}


def test_laws_are_listed_with_clauses_of_the_document(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards `contracts list --spec` and `explain --spec`: the clauses are of the document."""
    (folder / "api.yaml").write_text(yaml.safe_dump(describe(**{"x-lifecycle": LIFE})))

    assert main(["list", "--spec", "api.yaml"]) == 0
    assert "#/components/schemas/Thing/x-lifecycle/terminal" not in capsys.readouterr().out
    assert main(["explain", "LIFE-02", "--spec", "api.yaml"]) == 0
    assert "#/components/schemas/Thing/x-lifecycle/transitions" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("declared", "status", "success"),
    [
        (["2XX"], 200, True),
        (["2XX", "default"], 206, True),
        (["default"], 200, True),
        (["default"], 404, False),
        (["200", "default"], 204, False),
        (["200", "default"], 200, True),
    ],
)
def test_a_success_is_declared_in_any_way(
    declared: list[str],
    status: int,
    success: bool,  # noqa: FBT001 -- a row
) -> None:
    """Guards OpenAPI 3.1.0, section 4.8.16: ranges and `default` declare responses, too."""
    raw = describe()
    for path in raw["paths"].values():
        path["get"]["responses"] = dict.fromkeys(declared, path["get"]["responses"]["200"])
    api = load(raw)

    assert api.resource.read is not None
    assert api.resource.read.is_success(status) is success
    assert api.resource.key == "/id"
