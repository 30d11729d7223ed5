"""The wheel: what a user installs, in an empty folder, without this checkout."""

import email
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import requests
from packaging.requirements import Requirement

from contracts.startup import packages
from contracts.startup.packages import MODULES
from mockserver.resources import extras
from tests.harness import BUSY, DEMO
from tests.program.installed import install
from tests.program.process import ROOT


def test_the_wheel_carries_what_the_package_reads(wheel: Path) -> None:
    """Guards the contract, the schemas, the fixtures and the marker of types."""
    carried = set(zipfile.ZipFile(wheel).namelist())

    assert {
        "mockserver/py.typed",
        "mockserver/resources/openapi.yaml",
        "mockserver/resources/schemas/fixtures.schema.json",
        "mockserver/resources/schemas/extensions.schema.json",
        "mockserver/resources/fixtures/world.yaml",
        "mockserver/resources/fixtures/jobs.yaml",
        "mockserver/resources/fixtures/history.jsonl",
        "mockserver/control/openapi.yaml",
        "contracts/py.typed",
        "contracts/contract/resources/openapi.yaml",
        "contracts/contract/resources/extensions.schema.json",
    } <= carried
    assert not [name for name in carried if name.startswith(("tests", "benches"))]


@pytest.fixture(scope="module")
def mock_only(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the mock without extras, and pytest; return the folder of the programs."""
    return install(wheel, tmp_path_factory.mktemp("mock") / "venv", also=["pytest"])


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run an installed program."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "CONTRACTS"))}
    return subprocess.run(
        command, cwd=cwd, env=environ, capture_output=True, text=True, check=False
    )


def test_the_wheel_works_from_an_empty_folder(mock_only: Path, tmp_path: Path) -> None:
    """Guards that an installed mock finds all of its files, and the console script."""
    code = "import mockserver; print(mockserver.__file__)"
    where = run(mock_only / "python", "-c", code, cwd=tmp_path)
    assert where.stdout.startswith(str(mock_only.parent))
    with subprocess.Popen(
        [mock_only / "mockserver", "--port", "0"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            origin = process.stdout.readline().removeprefix("Listening on ").strip()
            answer = requests.get(
                f"{origin}/public/{BUSY}/jobs/3452",
                headers={"Authorization": f"Bearer {DEMO}"},
                timeout=60,
            )
        finally:
            process.kill()

    assert answer.json()["data"]["status"] == "cancelled"


@pytest.mark.parametrize(
    "command",
    [
        ["contracts", "--help"],
        ["contracts"],
        ["python", "-m", "contracts", "check", "--base-url", "http://127.0.0.1:1"],
        ["python", "-m", "pytest", "--pyargs", "contracts"],
        ["python", "-m", "pytest", "--contract-url", "http://127.0.0.1:1"],
    ],
    ids=" ".join,
)
def test_the_judge_says_what_to_install(
    mock_only: Path, tmp_path: Path, command: list[str]
) -> None:
    """Guards users without the judge's extra: one line with a working command, exit code 2."""
    ended = run(mock_only / command[0], *command[1:], cwd=tmp_path)
    python = mock_only / "python"

    assert (2, "") == (ended.returncode, ended.stdout)
    assert ended.stderr.count("\n") == 1
    assert (
        "contracts: the judge needs packages that are not installed (hypothesis, " in ended.stderr
    )
    assert ended.stderr.endswith(f": {python} -m pip install 'jobs-mockserver[contracts]'\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("generate --jobs 1", "generate needs names: {install} 'jobs-mockserver[generate]'"),
        (
            "--store sqlite:///jobs.db",
            "--store: sqlalchemy is not installed: {install} 'jobs-mockserver[sqlite]'",
        ),
        (
            "--store postgresql://h/x",
            "--store: asyncpg is not installed: {install} 'jobs-mockserver[postgres]'",
        ),
    ],
)
def test_the_mock_says_what_to_install(
    mock_only: Path, tmp_path: Path, arguments: str, told: str
) -> None:
    """Guards each extra of the mock in the same way."""
    ended = run(mock_only / "mockserver", *arguments.split(), cwd=tmp_path)
    told = told.format(install=f"{mock_only / 'python'} -m pip install")

    assert (2, f"mockserver: {told}\n") == (ended.returncode, ended.stderr)


def test_a_run_of_pytest_is_left_alone_without_the_judge(mock_only: Path, tmp_path: Path) -> None:
    """Guards users of the mock alone: no warning in their tests, and ``jobs_mock`` works."""
    (tmp_path / "test_it.py").write_text(
        "import sys\n\n"
        "def test_without():\n    assert 'contracts.cli' not in sys.modules\n\n"
        "def test_with(jobs_mock):\n    assert jobs_mock.jobs.create('ann').job_id\n"
    )
    ended = run(mock_only / "python", "-m", "pytest", "-q", "-W", "error", cwd=tmp_path)

    assert "2 passed" in ended.stdout, ended.stdout + ended.stderr
    assert ended.stderr == ""


def test_the_extra_is_all_that_the_judge_needs(wheel: Path, tmp_path: Path) -> None:
    """Guards that the judge checks at its start for just the packages that the extra names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {Requirement(t).name for t in project["optional-dependencies"]["contracts"]}
    programs = install(wheel, tmp_path / "venv", extras=["contracts"])
    listed = run(programs / "contracts", "list", cwd=tmp_path)
    asked = run(programs / "python", "-m", "pytest", "--pyargs", "contracts", cwd=tmp_path)

    imported = {"python-jsonpath": "jsonpath"}
    # PyYAML is the mock's as well, so that only a checkout can lack it.
    assert {imported.get(n, n.replace("-", "_")) for n in named} | {"yaml"} == set(MODULES)
    assert "AUTH-01" in listed.stdout, listed.stderr
    assert (4, 1) == (asked.returncode, asked.stderr.count("no deployment to judge"))


def test_a_command_to_install_fits_any_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards a Python in a folder with a space, whose path a shell would split."""
    monkeypatch.setattr(sys, "executable", "/my tools/python")
    monkeypatch.setattr(packages, "MODULES", ("a_module_that_nobody_has",))
    told = "'/my tools/python' -m pip install 'jobs-mockserver[contracts]'"

    assert told == extras.command("contracts")
    assert (packages.explain_missing() or "").endswith(told)


@pytest.mark.parametrize(
    ("module", "wanted"), [("mockserver", "{clone}"), ("contracts", "'{clone}[contracts]'")]
)
def test_a_fresh_clone_says_what_to_install(tmp_path: Path, module: str, wanted: str) -> None:
    """Guards ``python -m`` in a clone without an environment: pip gets the clone's path."""
    for name in ("mockserver", "contracts"):
        (tmp_path / name).symlink_to(ROOT / name)
    # An isolated Python has no site-packages, and so none of the dependencies.
    code = (
        f"import runpy, sys; sys.path.insert(0, {str(tmp_path)!r}); "
        f"runpy.run_module({module!r}, run_name='__main__')"
    )
    ended = run(sys.executable, "-I", "-S", "-c", code, cwd=tmp_path)

    assert (2, 1) == (ended.returncode, ended.stderr.count("\n"))
    assert ended.stderr.endswith(f" -m pip install {wanted.format(clone=tmp_path)}\n")


def test_the_metadata_tells_where_the_project_is_and_what_it_supports(wheel: Path) -> None:
    """Guards the metadata that pip shows, and that the README has the same address."""
    archive = zipfile.ZipFile(wheel)
    (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
    told = email.message_from_bytes(archive.read(name))
    urls = dict(line.split(", ", 1) for line in told.get_all("Project-URL", []))
    versions = re.findall(r"Python :: (3\.\d+)", "\n".join(told.get_all("Classifier", [])))

    assert {"Repository", "Documentation", "Changelog", "API documentation"} == set(urls)
    assert f"git+{urls['Repository']}'" in (ROOT / "README.md").read_text()
    assert told["Requires-Python"] == f">={versions[0]}"
    assert len(versions) >= 3
