"""Documentation that is executed: its examples do what they show."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
import yaml

from contracts.contract.document import load
from contracts.laws import catalogue
from mockserver.app.build import load_catalogue
from mockserver.resources import files
from tests.jobs import read, read_ids
from tests.program.process import ROOT, started

CATALOGUE = load_catalogue(files.contract(), ()).by_name
README = (ROOT / "README.md").read_text()
CHINESE = (ROOT / "README.zh.md").read_text()
FIRST_LOOK = (ROOT / "docs" / "guides" / "first_look.md").read_text()


def test_the_calls_of_the_first_look_answer_what_it_shows() -> None:
    """Guards every curl of the first look, in order, against a server of the default world."""
    blocks = re.findall(r"```console\n(.*?)```", FIRST_LOOK, re.DOTALL)
    shown = [
        (command, "\n".join(expected))
        for block in blocks
        for command, *expected in (part.splitlines() for part in block.split("$ ")[1:])
    ]
    assert len(shown) >= 8
    # What make serve does, but for the port: the page shows no other way to start it.
    assert "-m mockserver --seed fixtures $(ARGS)" in (ROOT / "Makefile").read_text()
    with started("--seed", "fixtures", "--port", "0") as (_, origin):
        for command, expected in shown:
            words = shlex.split(command.replace("http://127.0.0.1:8080", origin))
            ended = subprocess.run(words, capture_output=True, text=True, check=True)
            assert expected == ended.stdout.strip().replace("\\n", ""), command


def test_the_judge_of_the_first_look_finds_nothing_broken() -> None:
    """Guards the first look's call of the judge, against a server of the default world."""
    (block,) = re.findall(
        r"```sh\n.venv/bin/pip.*?\n(export CONTRACTS.*?)```", FIRST_LOOK, re.DOTALL
    )
    with started("--seed", "fixtures", "--port", "0") as (_, origin):
        script = block.replace("http://127.0.0.1:8080", origin)
        script = script.replace(".venv/bin/contracts", f"{sys.executable} -m contracts")
        ended = subprocess.run(
            ["bash", "-ec", script], cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    section = FIRST_LOOK.partition("## Judge a deployment")[2]
    quoted = [" ".join(text.split()) for text in re.findall(r"`(\d[^`]*)`", section)]
    assert quoted
    assert [text for text in quoted if text not in ended.stdout.splitlines()[-1]] == []


def test_a_breach_is_told_as_its_documentation_shows() -> None:
    """Guards docs/guides/reports.md: the judge prints a breach as shown there, but for the time."""
    text = (ROOT / "docs" / "guides" / "reports.md").read_text()
    (serving,) = re.findall(r"`mockserver (--seed.*?)`", text)
    ((command, shown),) = re.findall(r"```console\n\$ python (.*?)\n(.*?)```", text, re.DOTALL)
    with started(*shlex.split(serving), "--port", "0") as (_, origin):
        ended = subprocess.run(
            [sys.executable, *shlex.split(command.replace("http://127.0.0.1:8080", origin))],
            env={**os.environ, "CONTRACTS_API_KEY": "demo-organization-key"},
            capture_output=True,
            text=True,
            check=False,
        )
    told = ended.stdout.replace(origin, "http://127.0.0.1:8080")

    assert re.sub(r"in [\d.]+ s", "", told) == re.sub(r"in [\d.]+ s", "", shown)


def test_the_readme_counts_what_there_is() -> None:
    """Guards the numbers of deviations, laws and faults in both READMEs and the changelog."""
    listing = [sys.executable, "-m", "mockserver", "deviations"]
    listed = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.splitlines()
    table = (ROOT / "docs" / "reference" / "selftest.md").read_text()
    ((faults, conforming),) = re.findall(r"of (\d+) faults die, 0 of (\d+) conforming", table)
    changes = (ROOT / "CHANGELOG.md").read_text()

    assert f"`mockserver deviations` lists {len(listed)} ways" in README
    laws = len(catalogue.create_registry(load()))
    assert f"{laws} laws, which find all of {faults} known\n  faults" in README
    assert {str(len(listed)), str(laws), faults} <= set(re.findall(r"\d+", CHINESE))
    assert f"{faults} faults and {conforming} conforming deployments" in changes


@pytest.mark.parametrize("text", [README, FIRST_LOOK], ids=["README", "first look"])
def test_the_example_of_pytest_passes(tmp_path: Path, text: str) -> None:
    """Guards the examples of the pytest plugin, run as their reader would run them."""
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "test_example.py").write_text(example)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example.py"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr


def test_the_commands_for_an_own_api_serve_and_judge_it(tmp_path: Path) -> None:
    """Guards the README's commands for another API, run on the document of the tutorial."""
    tutorial = (ROOT / "docs" / "tutorial" / "your_api.md").read_text()
    for name, file in (("exports", "openapi.yaml"), ("fixtures", "fixtures.yaml")):
        (text,) = re.findall(
            rf"{name}.yaml <<'EOF'\n(.*?)^EOF$", tutorial, re.DOTALL | re.MULTILINE
        )
        (tmp_path / file).write_text(text)
    infer, serve, check = re.findall(r"^(?:mockserver|contracts) .*$", README, re.MULTILINE)
    run = partial(subprocess.run, cwd=tmp_path, check=True)

    run(f"{shlex.quote(sys.executable)} -m {infer}", shell=True)  # noqa: S604 -- the line is meant for a shell
    options = ["--seed", "fixtures.yaml", "--port", "0"]
    command = [sys.executable, "-m", *shlex.split(serve), *options]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        origin = process.stdout.readline().split()[-1]
        called = check.replace("https://staging.example.com", origin).replace("KEY", "acme-token")
        run([sys.executable, "-m", *shlex.split(called)])
        process.terminate()


def test_a_kept_state_is_told_as_its_documentation_shows(tmp_path: Path) -> None:
    """Guards docs/guides/stores.md: what a mock says of a store that it fills, or finds filled."""
    text = (ROOT / "docs" / "guides" / "stores.md").read_text()
    blocks = re.findall(r"```console\n\$ mockserver (.*?)\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 2
    for arguments, shown in blocks:
        command = [sys.executable, "-m", "mockserver", *shlex.split(arguments), "--port", "0"]
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            told = [line for _, line in zip(range(6), process.stdout, strict=False)]
            process.terminate()

        assert shown.splitlines()[-1] == told[-1].rstrip("\n")


def test_the_documented_fixtures_are_valid(tmp_path: Path) -> None:
    """Guards the example of docs/reference/fixtures.md in the words of the jobs API."""
    text = (ROOT / "docs" / "reference" / "fixtures.md").read_text()
    (_, example) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "world.yaml").write_text(example)

    assert [2, 1] == sorted(read_ids(tmp_path), reverse=True)


def test_the_first_look_counts_the_jobs_of_the_default_world() -> None:
    """Guards the numbers that the first look names for each project."""
    jobs = read(files.fixtures()).records["jobs"]
    counted = Counter(job.scope[0] for job in jobs)
    named = re.findall(r"`(\w{20})` \((\d+)", FIRST_LOOK)

    assert {(key, counted[key]) for key, _ in named} == {(key, int(n)) for key, n in named}
    assert len(named) == 3


def test_the_deviations_of_the_real_server_are_documented() -> None:
    """Guards docs/explanation/real_server.md: each part of the bundle, and what was recorded."""
    text = (ROOT / "docs" / "explanation" / "real_server.md").read_text()
    rows = re.findall(r"\| `([a-z0-9-]+)` \| (must|conforming) \|$", text, re.MULTILINE)
    recorded = json.loads((ROOT / "tests" / "recorded" / "real_server.json").read_text())

    parts = CATALOGUE["real-server"].parts
    assert sorted(rows) == sorted((name, CATALOGUE[name].level) for name in parts)
    assert f"{len(recorded['exchanges'])} requests with their answers" in text
    assert recorded["source"]["server"].split()[1].rstrip(",") in text


def test_both_readmes_have_the_same_commands_and_links() -> None:
    """Guards the Chinese README: commands, examples and links are those of the English one."""
    english, chinese = (
        re.findall(r"^```.*?^```", t, re.MULTILINE | re.DOTALL) for t in (README, CHINESE)
    )
    links = [
        [link.replace(".zh.md", ".md") for link in re.findall(r"\]\(([^)]*)\)", text)]
        for text in (README, CHINESE)
    ]

    assert english == chinese
    assert links[0] == links[1]
    assert len(english) == 4


def test_links_between_documents_lead_somewhere() -> None:
    """Guards relative links in all Markdown files: the file exists, and the heading in it."""
    dead = [
        f"{file.relative_to(ROOT)}: {target}#{heading}"
        for file in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*.md")]
        for target, heading in re.findall(r"\]\(([^)#:]*)#?([^):]*)\)", file.read_text())
        if not (file.parent / target).exists()
        or (heading and heading not in headings(file.parent / target if target else file))
    ]

    assert dead == []


def headings(file: Path) -> list[str]:
    """Return what links to the headings of a Markdown file end in."""
    found = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found]


def test_files_that_documents_name_exist() -> None:
    """Guards the paths within the two packages that any document names."""
    named = [
        (file.name, path)
        for file in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*.md")]
        for path in re.findall(r"`((?:mockserver|contracts)/[\w./]+)`", file.read_text())
    ]

    assert len(named) > 20
    assert [(file, path) for file, path in named if not (ROOT / path).exists()] == []


def test_documents_are_named_by_where_they_are() -> None:
    """Guards each `docs/...` that code, tests, settings or a document names: it exists."""
    kinds = ("*.py", "*.md", "*.yaml", "*.yml", "*.toml", "*.json")
    folders = ("mockserver", "contracts", "tests", "tools", "benches", "docs", "fixtures")
    files = [f for kind in kinds for folder in folders for f in (ROOT / folder).rglob(kind)]
    files += [file for kind in kinds for file in ROOT.glob(kind)]
    named = {
        (str(file.relative_to(ROOT)), path)
        for file in files
        for path in re.findall(r"(?<![\w/.])docs/[\w/]+\.(?:md|json|yml|sql)", file.read_text())
    }

    assert len(named) > 50
    assert sorted((file, path) for file, path in named if not (ROOT / path).exists()) == []


def test_the_contract_holds_the_vendors_example_to_the_letter() -> None:
    """Guards the examples of openapi.yaml that integrators copy."""
    document = yaml.safe_load((ROOT / "openapi.yaml").read_text())
    two = document["components"]["examples"]["TwoJobs"]["value"]["data"]

    assert [
        (j["jobId"], j["status"], j["createdAt"], j["updatedAt"], j["startAt"]) for j in two
    ] == [
        (3451, "scheduled", 1623912955277, None, 1623954600000),
        (3452, "cancelled", 1623912962910, 1623913015276, 1623954600000),
    ]
    assert [j["referenceId"] for j in two] == ["shekar@example.com", "mehdi@example.com"]
