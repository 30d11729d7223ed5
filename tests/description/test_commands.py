"""The commands `explain` and `infer`, as a person runs them."""

import asyncio
from pathlib import Path

import pytest
import yaml

from mockserver.app.build import build
from mockserver.app.mock import Outside
from mockserver.cli import main
from mockserver.parsing.sources import InvalidSourceError
from mockserver.resources import files, shipped
from mockserver.settings import Settings
from tests.description.conftest import EXPORTS, edited


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Return a description in a file."""
    file = tmp_path / "exports.yaml"
    file.write_text(EXPORTS)
    return file


def test_explain_tells_each_fact_with_its_grade_and_reason(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards the text that a person reads, the states as a diagram included."""
    code = main(["explain", str(spec)])
    lines = capsys.readouterr().out.splitlines()
    told = [" ".join(line.split()) for line in lines]

    assert code == 0
    assert "exports (a record is /components/schemas/Export)" in told
    assert "key /id [inferred: named like the path parameter exportId]" in told
    assert "read GET /teams/{team}/exports/{exportId} -> 200 [inferred: a GET of one record]" in (
        told
    )
    assert "* queued --leave queued--> running; --cancel--> cancelling" in told
    assert "running --leave running--> succeeded, failed; --cancel--> cancelling" in told
    assert "succeeded (end)" in told
    assert [line for line in told if "(default pace)" in line]
    assert told[-2:] == ["operations on no resource:", "GET /health"]


def test_explain_draws_with_mermaid(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Guards --mermaid."""
    code = main(["explain", str(spec), "--mermaid"])
    told = capsys.readouterr().out

    assert code == 0
    assert '```mermaid\nstateDiagram-v2\n    state "queued" as s0\n' in told
    assert "    [*] --> s0\n" in told
    assert "    s0 --> s2: cancel\n" in told


def test_a_description_without_records_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards that nothing found is said, and how it would be found."""
    file = tmp_path / "api.json"
    file.write_text('{"openapi": "3.0.3", "info": {}, "paths": {}}')

    assert main(["explain", str(file)]) == 0
    assert "No records were found: no GET gives a list" in capsys.readouterr().out


@pytest.mark.parametrize(
    "case",
    [
        ("api.yaml", "a: 1", "api.yaml:1:1: /: no member openapi was found; give an OpenAPI 3.x"),
        ("api.yaml", "openapi: 4.0.0", "the version '4.0.0' is not read; give an OpenAPI 3.x or"),
        ("api.yaml", "[1, 2]", "no member openapi was found; give an OpenAPI 3.x or Swagger 2.0"),
        (
            "api.yaml",
            "openapi: 3.1.0\npaths: 1",
            "/paths: is not an object; write one, or take it out",
        ),
        ("api.txt", "", "a description is a .yaml, .yml or .json file"),
        ("api.yaml", "openapi: [", "api.yaml:2:1"),
    ],
)
@pytest.mark.parametrize("command", ["explain", "infer"])
def test_what_is_no_description_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, case: tuple[str, str, str]
) -> None:
    """Guards exit code 2 and one line that says what is wrong, where, and what to give."""
    name, text, told = case
    (tmp_path / name).write_text(text + "\n")
    code = main([command, str(tmp_path / name)])
    lines = capsys.readouterr().err.splitlines()

    assert code == 2
    assert len(lines) == 1
    assert told in lines[0]


def test_parts_of_another_type_are_told_at_once(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards a description whose parts cannot be read: each with its place and what to write."""
    text = spec.read_text().replace("responses: {204: {description: Gone.}}", "responses: [204]")
    spec.write_text(text.replace("security: [{token: []}]", "security: token"))
    code = main(["explain", str(spec)])
    lines = capsys.readouterr().err.splitlines()
    delete = "/paths/~1teams~1{team}~1exports~1{exportId}/delete/responses"

    assert code == 2
    assert [line.partition("exports.yaml")[2] for line in lines] == [
        ":3:11: /security: is not a list; write one, or take it out [openapi]",
        f":44:18: {delete}: is not an object; write one, or take it out [openapi]",
    ]


def test_a_contract_that_comes_along_is_explained_by_its_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Guards the line of the banner that a user copies: it names the contract as it was named."""
    api = shipped.find("openai-batches")
    own = Path("own.yaml")
    told = shipped.describe(api.spec, (*api.overlays, own))

    assert told == "--api openai-batches --overlay own.yaml"
    assert shipped.describe(own, ()) == "own.yaml"
    assert main(["explain", *told.split()[:2]]) == 0
    assert "batches (a record is /components/schemas/Batch)" in capsys.readouterr().out
    assert main(["explain", "openapi.yaml", "--api", "jobs"]) == 2
    assert main(["infer", "--api", "nothing"]) == 2


def test_a_file_that_is_not_there_and_an_unknown_option_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Guards exit code 2 for a wrong call."""
    assert main(["explain", "nowhere.yaml"]) == 2
    assert "nowhere.yaml:1:1: /: cannot be read: No such file" in capsys.readouterr().err
    assert main(["infer", "openapi.yaml", "--fast"]) == 2
    assert "unrecognized arguments: --fast; mockserver infer --help" in capsys.readouterr().err


async def describe(spec: Path) -> list[str]:
    """Return what a mock of the description says when it starts."""
    mock = build(Settings(spec=spec, seed=None, port=0), Outside(float, float, print))
    async with mock.open():
        return [line for line in mock.describe("") if line.startswith("warning: ")]


@pytest.mark.parametrize("wrong", ["x-lifecyle", "x-Lifecycle", "x-life-cycle"])
def test_a_misspelt_key_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    """Guards keys against typing errors: a name that is nearly that of a key was meant as one."""
    spec = tmp_path / "jobs.yaml"
    spec.write_text(edited(files.contract().read_text(), ("      x-lifecycle:", f"      {wrong}:")))

    assert main(["explain", str(spec)]) == 0
    assert f"{wrong} is not known; did you mean x-lifecycle?" in capsys.readouterr().err
    assert any(f"{wrong} is not known" in line for line in asyncio.run(describe(spec)))


def test_keys_of_others_are_not_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Guards against warnings about the extensions of other tools."""
    spec = tmp_path / "jobs.yaml"
    others = "x-internal: true\nx-create-date: 1\nx-pages: 1\nx-tag: 1\n"
    spec.write_text(files.contract().read_text() + others)

    assert main(["explain", str(spec)]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("member", ["jobId", "action"])
def test_a_job_without_a_member_is_told_of_its_description(tmp_path: Path, member: str) -> None:
    """Guards that what the profile of jobs needs is told where its reader can add it."""
    document = yaml.safe_load(files.contract().read_text())
    job = document["components"]["schemas"]["Job"]
    del job["properties"][member]
    job["required"].remove(member)
    spec = tmp_path / "jobs.yaml"
    spec.write_text(yaml.safe_dump(document))

    with pytest.raises(InvalidSourceError) as told:
        build(Settings(spec=spec, seed=None, port=0), Outside(float, float, print))
    (problem,) = told.value.diagnostics
    assert (problem.file, problem.pointer) == (spec, "/components/schemas/Job")
    assert f"'/{member}' is not a property of the record" in problem.message
