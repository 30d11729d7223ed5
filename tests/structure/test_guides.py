"""Guides and reference: the commands that they show exist, and what can be run as it stands is."""

import ast
import json
import re
import shlex
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from contracts import cli
from mockserver.cli.options import UsageError
from mockserver.cli.parsers import PARSERS
from tests.program.process import ROOT, started

GUIDES = ROOT / "docs" / "guides"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
UNREADABLE = (SyntaxError, ValueError, yaml.YAMLError, subprocess.CalledProcessError)
PROGRAM = re.compile(r"(?:\.venv/bin/)?(?:python3? -m )?(mockserver|contracts) ")


def list_commands(page: Path) -> Iterator[str]:
    """Yield each call of one of the programs that a page shows, as one line."""
    for language, text in BLOCK.findall(page.read_text("utf-8")):
        if language not in ("sh", "console"):
            continue
        for line in text.replace("\\\n", " ").splitlines():
            command = re.sub(r"^\$ |^([A-Z_]+=\S+ )+|  +#.*$", "", line)
            if PROGRAM.match(command):
                yield PROGRAM.sub(r"\1 ", command)


def is_parsed(command: str) -> bool:
    """Tell whether a call can be parsed by its program, up to where a shell takes over."""
    program, *words = shlex.split(re.split(r"\s(?:[>|&<]|\|\||2>)", f"{command} ")[0])
    if program == "contracts":
        parser: ArgumentParser = cli.create_parser()
    else:
        parser = PARSERS[words.pop(0) if words and words[0] in PARSERS else "serve"]()
    try:
        parser.parse_args(words)
    except (SystemExit, UsageError):
        return False
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_can_be_parsed(page: Path) -> None:
    """Guards each shown call of a program: its command and options exist."""
    assert [command for command in list_commands(page) if not is_parsed(command)] == []


def test_a_command_that_does_not_exist_is_noticed(tmp_path: Path) -> None:
    """Guards the test above: it reads what follows a prompt or a variable, over several lines."""
    page = tmp_path / "page.md"
    page.write_text(
        "```sh\nexport A=1\nB=2 mockserver --port 1 &\n"
        ".venv/bin/contracts check \\\n  --nothing\n```\n"
    )
    good, bad = list_commands(page)

    assert is_parsed(good)
    assert not is_parsed(bad)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_code_of_a_page_can_be_read(page: Path) -> None:
    """Guards each block of Python, YAML, JSON or shell: it has no error to be copied."""
    wrong = []
    for language, text in BLOCK.findall(page.read_text("utf-8")):
        try:
            READERS.get(language, str)(text)
        except UNREADABLE as error:
            wrong.append((language, text[:40], error))

    assert wrong == []


def read_shell(text: str) -> None:
    """Let bash read commands without running them.

    Raises:
        subprocess.CalledProcessError: they cannot be read.
    """
    subprocess.run(["bash", "-n"], input=text, text=True, check=True, capture_output=True)


READERS: dict[str, Callable[[str], object]] = {
    "python": ast.parse,
    "yaml": yaml.safe_load,
    "json": json.loads,
    "sh": read_shell,
}


def test_code_that_cannot_be_read_is_noticed() -> None:
    """Guards the test above: each of its readers refuses a text that is not of its language."""
    broken = {"python": "def", "yaml": "a: [", "json": "{", "sh": "if"}
    for language, text in broken.items():
        with pytest.raises(UNREADABLE):
            READERS[language](text)


def test_the_tests_of_a_client_pass(tmp_path: Path) -> None:
    """Guards the guide to testing a client: its tests are run as they stand."""
    (example,) = (
        text
        for language, text in BLOCK.findall((GUIDES / "test_a_client.md").read_text())
        if language == "python"
    )
    (tmp_path / "test_client.py").write_text(example)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_client.py"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "5 passed" in ended.stdout, ended.stdout + ended.stderr


def test_a_container_is_used_as_the_recipe_says() -> None:
    """Guards the recipe for containers: its calls work on a server that wants a token."""
    text = (GUIDES / "containers.md").read_text()
    *_, calls = (block for language, block in BLOCK.findall(text) if language == "sh")
    serve, _, script = calls.partition("\n")
    token, *arguments = shlex.split(serve.removesuffix(" &"))
    assert arguments[:3] == ["mockserver", "--host", "0.0.0.0"]  # noqa: S104 -- it is not served
    name, _, value = token.partition("=")
    with started("--port", "0", environ={name: value}) as (_, origin):
        ended = subprocess.run(
            ["bash", "-ec", script.replace("http://127.0.0.1:8080", origin)],
            capture_output=True,
            text=True,
            check=False,
        )

    assert ended.returncode == 0, ended.stderr
    assert '"name":"of-one-test"' in ended.stdout


def test_a_mock_is_steered_as_its_guide_shows() -> None:
    """Guards the calls of the guide to steering, in order, and what is shown of their answers."""
    text = (GUIDES / "steering.md").read_text()
    blocks = [block for language, block in BLOCK.findall(text) if language == "console"]
    calls = [part for block in blocks for part in block.split("$ ")[1:] if part.startswith("curl")]
    assert len(calls) >= 4
    with started("--seed", "fixtures", "--port", "0", "--speed", "0") as (_, origin):
        for call in calls:
            command, shown = split_call(call)
            ended = subprocess.run(
                ["bash", "-c", f"{command} --fail".replace("localhost:8080", origin)],
                capture_output=True,
                text=True,
                check=False,
            )
            assert ended.returncode == 0, (command, ended.stdout, ended.stderr)
            pattern = ".*".join(map(re.escape, shown.split("...")))
            assert re.match(pattern, ended.stdout), (command, ended.stdout)


def split_call(call: str) -> tuple[str, str]:
    """Return a call that may go over several lines, and the answer that is shown of it."""
    lines = call.splitlines()
    end = next(i for i, line in enumerate(lines) if not line.endswith("\\"))
    return "\n".join(lines[: end + 1]), "\n".join(lines[end + 1 :])
