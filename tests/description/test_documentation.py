"""docs/guides/any_api.md: what it shows is what happens."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.cli import main
from mockserver.contract.checks import KEYS
from mockserver.resources import files
from tests.program.process import ROOT

TEXT = (ROOT / "docs" / "guides" / "any_api.md").read_text()


def test_the_commands_tell_what_the_documentation_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards the example, and that its draft put on it leaves nothing to inference."""
    (description,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "exports.yaml").write_text(description)
    monkeypatch.chdir(tmp_path)
    shown = re.findall(r"```console\n\$ mockserver (.*?)\n(.*?)```", TEXT, re.DOTALL)
    for command, expected in shown:
        assert main(shlex.split(command)) == 0
        assert expected == capsys.readouterr().out, command
    (tmp_path / "overlay.yaml").write_text(shown[1][1])

    assert main(["explain", "exports.yaml", "--overlay", "overlay.yaml", "--strict"]) == 0
    told = capsys.readouterr().out
    assert not [grade for grade in ("[inferred", "[assumed") if grade in told]


def test_every_key_and_each_of_its_members_is_documented() -> None:
    """Guards the list of keys against their schema."""
    definitions = json.loads(files.schema("keys").read_text())["$defs"]
    names = {*definitions["x-lifecycle"]["properties"], *definitions["transition"]["properties"]}
    for key in ("x-pagination", "x-conflict", "x-tenancy", "cursor", "bounded"):
        names |= set(definitions[key]["properties"])

    assert [key for key in KEYS if f"| `{key}` |" not in TEXT] == []
    assert [name for name in sorted(names) if not re.search(rf"[`{{ ]{name}\b", TEXT)] == []
    assert set(KEYS) == {name for name in definitions if name.startswith("x-")}


def test_the_tests_of_the_batch_poller_pass(tmp_path: Path) -> None:
    """Guards the ten minutes: what is shown of a poller and its tests runs as it stands."""
    parts = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "test_poller.py").write_text("\n\n".join(parts))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    run = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)

    assert "3 passed" in run.stdout, run.stdout
