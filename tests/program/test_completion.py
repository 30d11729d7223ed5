"""What helps to type a command: the scripts by which shells complete it, and examples in help."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contracts import cli
from contracts.startup import examples as judging
from mockserver.cli import examples as mocking
from mockserver.cli import main
from mockserver.cli.parsers import PARSERS
from tests.program.process import ROOT
from tools import write_completions
from tools.generated import write_files

PROGRAMS = {"mockserver": main, "contracts": cli.main}
#: Bash offers what stands in COMPREPLY once its function was called for the words of a line.
OFFER = """
source /dev/stdin
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
"_shtab_$1"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def complete_in_bash(script: str, line: str) -> list[str]:
    """Return what bash offers at the end of *line*; a space at its end begins a new word."""
    words = [*shlex.split(line), *([""] if line.endswith(" ") else [])]
    ended = subprocess.run(
        ["bash", "--norc", "-c", OFFER, "bash", *words],
        input=script,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("mockserver --admin", ["--admin", "--admin-port", "--admin-token"]),
        ("mockserver expl", ["explain"]),
        ("mockserver explain --m", ["--mermaid"]),
        ("mockserver explain openapi.y", ["openapi.yaml"]),
        ("mockserver --seed fixt", ["fixtures"]),
        ("mockserver explain --api open", ["openai-batches"]),
        ("contracts check --effects ", ["none", "own", "any"]),
        ("contracts watch --f", ["--follow", "--format", "--fail-on"]),
        ("contracts completion ", ["bash", "zsh", "fish"]),
    ],
)
def test_bash_completes_a_line(
    capsys: pytest.CaptureFixture[str], line: str, offered: list[str]
) -> None:
    """Guards the printed script: bash offers the commands, options, choices and files."""
    program = line.split(maxsplit=1)[0]
    assert PROGRAMS[program](["completion", "bash"]) == 0

    assert set(complete_in_bash(capsys.readouterr().out, line)) == set(offered)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_can_read_their_script(
    capsys: pytest.CaptureFixture[str], program: str, shell: str
) -> None:
    """Guards the scripts of shells that a machine may lack: they parse, and name an option."""
    assert PROGRAMS[program](["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "strict" in script
    if (installed := shutil.which(shell)) is None:
        pytest.skip(f"{shell} is not installed")
    ended = subprocess.run([installed, "-n", "/dev/stdin"], input=script, text=True, check=False)

    assert ended.returncode == 0


def test_the_scripts_are_those_of_the_parsers(capsys: pytest.CaptureFixture[str]) -> None:
    """Guards that a new option is completed: a stale script is named, and the command told."""
    assert (write_completions.main(["--check"]), capsys.readouterr().err) == (0, "")


def test_a_stale_script_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Guards the check: it fails where a script is missing or differs, and writes nothing."""
    stale = [(Path("a.bash"), "new"), (Path("b.bash"), "new"), (Path("same.bash"), "same")]
    (tmp_path / "b.bash").write_text("old")
    (tmp_path / "same.bash").write_text("same")

    assert write_files("python -m tool", stale, ["--check"], tmp_path) == 1
    told = "a.bash is out of date\nb.bash is out of date\nRun `python -m tool`"
    assert capsys.readouterr().err.startswith(told)
    assert (tmp_path / "b.bash").read_text() == "old"
    assert not (tmp_path / "a.bash").exists()


@pytest.mark.parametrize(
    "line",
    [
        *(f"mockserver {one.arguments}" for group in mocking.EXAMPLES.values() for one in group),
        *(f"contracts {line}" for group in judging.EXAMPLES.values() for line, _ in group),
    ],
)
def test_an_example_of_the_help_can_be_parsed(line: str) -> None:
    """Guards the examples: each is a line that the program's parser takes."""
    program, *words = shlex.split(re.sub(r" >.*", "", line))
    if program == "contracts":
        assert cli.create_parser().parse_args(words).command
        return
    command = words.pop(0) if words and words[0] in PARSERS else "serve"
    assert vars(PARSERS[command]().parse_args(words)) is not None


@pytest.mark.parametrize(
    "command",
    [
        *(f"mockserver {name}" for name in PARSERS),
        *(f"contracts {name}" for name in judging.EXAMPLES),
    ],
)
def test_help_ends_with_examples(command: str) -> None:
    """Guards the help of each command: it shows at least one line to copy."""
    module, *words = command.split()
    ended = subprocess.run(
        [sys.executable, "-m", module, *words, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )

    shown = ended.stdout.partition("\nexamples:\n")[2]
    assert re.search(rf"^  {module}.*  # \w", shown, re.MULTILINE), ended.stdout
