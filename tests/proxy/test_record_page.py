"""The page on recording, executed from its top to its bottom in an empty folder."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from mockserver.cli.proxy_command import proxy_settings
from tests.program.process import ROOT
from tests.programs import free_port

PAGE = (ROOT / "docs" / "guides" / "record.md").read_text()


def _list_steps() -> Iterator[tuple[str, str]]:
    """Yield each command of the page and what it shows; empty where it shows nothing."""
    for kind, block in re.findall(r"```(sh|console)\n(.*?)```", PAGE, re.DOTALL):
        if kind == "sh":
            yield block, ""
            continue
        for part in block.split("$ ")[1:]:
            command, _, shown = part.partition("\n")
            yield f"{command}\n", shown


def test_the_page_does_what_it_shows(tmp_path: Path) -> None:
    """Guards every command of the page, and what those show that show something."""
    script, expected = "set -m\n", ""
    for command, shown in _list_steps():
        script += f"{command}echo '--'\n" if shown else command
        expected += f"{shown}--\n" if shown else ""
    for port in ("8080", "8081", "8082"):
        script = re.sub(rf"\b{port}\b", str(free_port()), script)
    script += 'for job in $(jobs -p); do kill -TERM -- "-$job"; done 2>/dev/null; wait\n'
    (tmp_path / "openapi.yaml").write_text((ROOT / "openapi.yaml").read_text())
    (tmp_path / "run.sh").write_text(
        f'mockserver() {{ {sys.executable} -m mockserver "$@"; }}\n'
        f'contracts() {{ {sys.executable} -m contracts "$@" >watch.txt; }}\n' + script
    )
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        ["bash", "run.sh"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    shown = "".join(
        f"{line}\n" for line in ended.stdout.splitlines() if line in expected.splitlines()
    )

    assert shown == expected, ended.stdout + ended.stderr
    assert "Nothing is broken" in (tmp_path / "watch.txt").read_text()
    assert (tmp_path / "overlay.yaml").read_text().startswith("# What openapi.yaml")
    assert "demo-organization-key" not in (tmp_path / "traffic.har").read_text()


def test_the_page_names_all_options() -> None:
    """Guards that no option of the command is missing in the table of the page."""
    _, settings = proxy_settings(["--upstream", "http://127.0.0.1:1"])
    asked = subprocess.run(
        [sys.executable, "-m", "mockserver", "proxy", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    options = set(re.findall(r"(?m)^  (--[a-z-]+)", asked.stdout))

    assert settings.host == "127.0.0.1"
    assert {option for option in options if f"`{option}" not in PAGE} == set()
