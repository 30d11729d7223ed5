"""The tutorials: what they show is run from top to bottom, in an empty folder."""

import os
import re
import socket
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests.program.installed import install
from tests.program.process import ROOT

TUTORIAL = ROOT / "docs" / "tutorial"
PAGES = ("jobs_api", "your_api")
#: What a reader types, and what is shown of its output.
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "-- the output of block {} --"


class Step(NamedTuple):
    """A block of commands, and the lines that are shown of its output."""

    commands: str
    shown: tuple[str, ...]


def read_steps(page: Path) -> list[Step]:
    """Return what a page has its readers type, in order.

    Raises:
        AssertionError: an output is shown of no commands.
    """
    steps: list[Step] = []
    for language, text in BLOCK.findall(page.read_text("utf-8")):
        if language == "sh":
            steps.append(Step(text, ()))
            continue
        assert steps, f"{page.name} shows an output before any command"
        assert not steps[-1].shown, f"{page.name} shows two outputs of one block"
        steps[-1] = Step(steps[-1].commands, tuple(text.splitlines()))
    return steps


def is_shown(line: str, output: str) -> bool:
    """Tell whether *output* has a line that is *line*; three dots stand for anything."""
    pattern = ".*".join(re.escape(part) for part in re.split(r"\s?\.\.\.\s?", line))
    return re.search(f"^{pattern}$", output, re.MULTILINE) is not None


@pytest.fixture
def home(wheel: Path, tmp_path: Path) -> Path:
    """Return a folder that is empty, but for the environment that a tutorial makes first."""
    home = tmp_path / "home"
    home.mkdir()
    programs = install(wheel, home / ".venv", extras=["contracts"], also=["pytest", "httpx"])
    (programs / "activate").write_text('export PATH="$PWD/.venv/bin:$PATH"\n')
    runner = f"#!{programs / 'python'}\nimport pytest\nraise SystemExit(pytest.console_main())\n"
    (programs / "pytest").write_text(runner)
    (programs / "pytest").chmod(0o755)
    return home


def pick_ports() -> tuple[int, int]:
    """Return two ports that were free a moment ago."""
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


def run_page(page: Path, home: Path) -> list[str]:
    """Run the commands of a page in *home*, and return the output of each block.

    Other ports are used, and nothing is installed from elsewhere: the environment is there.
    """
    first, second = pick_ports()
    script = "set -e\n"
    for number, step in enumerate(read_steps(page)):
        script += f"echo '{MARK.format(number)}'\n{step.commands}"
    script = script.replace("8080", str(first)).replace("8081", str(second))
    script = re.sub(r"^(python3 -m venv|pip install) .*$", "true", script, flags=re.MULTILINE)
    script = "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + script
    if ". .venv/bin/activate" not in script:
        script = f". .venv/bin/activate\n{script}"
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "CONTRACTS"))}
    ended = subprocess.run(
        ["bash", "-c", script],
        cwd=home,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    _, *outputs = re.split(MARK.format(r"\d+"), ended.stdout)
    return outputs


@pytest.mark.parametrize("page", PAGES)
def test_a_tutorial_runs_from_top_to_bottom(page: str, home: Path) -> None:
    """Guards each command of a tutorial, and each line that it shows of what they print."""
    file = TUTORIAL / f"{page}.md"
    steps, outputs = read_steps(file), run_page(file, home)

    assert len(outputs) == len(steps)
    missing = [
        (line, output)
        for step, output in zip(steps, outputs, strict=True)
        for line in step.shown
        if not is_shown(line, output)
    ]
    assert missing == []
    assert sum(len(step.shown) for step in steps) >= 7


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_commands(page: str) -> None:
    """Guards the Chinese tutorials: commands, files and outputs are those of the English ones."""
    english, chinese = (read_steps(TUTORIAL / f"{page}{end}.md") for end in ("", ".zh"))

    assert english == chinese
    assert len(english) >= 8


def test_the_workflow_runs_the_script_that_the_tutorial_runs() -> None:
    """Guards the workflow that a reader copies: it installs the same, and runs the script."""
    (text,) = [
        s.commands for s in read_steps(TUTORIAL / "jobs_api.md") if "workflows" in s.commands
    ]
    workflow = yaml.safe_load(re.findall(r"<<'EOF'\n(.*?)EOF", text, re.DOTALL)[0])
    (job,) = workflow["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]

    assert runs[-1] == "sh check.sh"
    assert f"{runs[0]}\n" in read_steps(TUTORIAL / "jobs_api.md")[0].commands
    assert {"BASE_URL", "PROJECT_KEY", "CONTRACTS_API_KEY"} == set(job["env"])


@pytest.mark.parametrize(
    ("line", "output", "found"),
    [
        ("2 passed in ...", "..\n2 passed in 0.1 s\n", True),
        ("... exit 0: fine", "1 kept | exit 0: fine\n", True),
        ("exit 0: fine", "1 kept | exit 0: fine\n", False),
        ("a ... b", "a\nb\n", False),
    ],
)
def test_three_dots_stand_for_the_rest_of_a_line(line: str, output: str, *, found: bool) -> None:
    """Guards the comparison: three dots pass what varies, and nothing but that."""
    assert is_shown(line, output) is found
