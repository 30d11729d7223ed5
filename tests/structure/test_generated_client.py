"""The synchronous client, which is generated from the asynchronous one."""

import shutil
from pathlib import Path

import pytest

from mockserver.client import answers, models
from tests.program.process import ROOT
from tools.generate_sync import COMMAND, LeftoverError, convert, main

AIO = Path("mockserver", "client", "aio")
SYNC = Path("mockserver", "client", "sync")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a copy of the two trees, to be changed."""
    for folder in (AIO, SYNC):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def replace(file: Path, old: str, new: str) -> None:
    """Change the text of a file."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_the_synchronous_client_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """Guards that both clients can do the same: nobody has changed one without the other."""
    status = main(["--check"])

    assert (status, capsys.readouterr().err) == (0, "")


@pytest.mark.parametrize(
    ("folder", "old", "new"),
    [
        (AIO, "async def advance(self, by: str)", "async def advance(self, by: str | int)"),
        (SYNC, '"""The clock of a world."""', '"""The clock."""'),
        (SYNC, "# Generated from", "# From"),
    ],
)
def test_a_change_of_one_tree_is_noticed(
    root: Path, capsys: pytest.CaptureFixture[str], folder: Path, old: str, new: str
) -> None:
    """Guards that a drift fails, names the file and the command to run, and changes nothing."""
    replace(root / folder / "resources.py", old, new)
    before = (root / SYNC / "resources.py").read_text()
    status = main(["--check"], root)
    told = capsys.readouterr().err

    assert status == 1
    assert "mockserver/client/sync/resources.py differs from its source" in told
    assert f"Run `{COMMAND}`" in told
    assert before == (root / SYNC / "resources.py").read_text()


def test_a_file_too_few_or_too_many_is_noticed_and_mended(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards modules that were added, renamed or deleted in one tree only."""
    (root / SYNC / "world.py").rename(root / SYNC / "worlds.py")
    assert main(["--check"], root) == 1
    told = capsys.readouterr().err
    assert "mockserver/client/sync/world.py is missing" in told
    assert "mockserver/client/sync/worlds.py has no source" in told

    assert main([], root) == 0
    assert main(["--check"], root) == 0
    assert not (root / SYNC / "worlds.py").exists()


def test_every_generated_file_says_so_on_top() -> None:
    """Guards against edits of generated files: the first line names the source and the command."""
    for file in (ROOT / SYNC).glob("*.py"):
        first = file.read_text().splitlines()[0]
        assert f"Generated from mockserver/client/aio/{file.name} by `{COMMAND}`" in first


@pytest.mark.parametrize("line", ["async for entry in entries:", "import aiohttp", "# is awaited"])
def test_a_word_without_a_rule_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """Guards code and prose of the synchronous client: it never speaks of awaiting."""
    with pytest.raises(LeftoverError, match=r"some\.py:2: .*" + line):
        convert(f"\n{line}\n", Path("some.py"))

    replace(root / AIO / "world.py", "\n\nclass AsyncWorld", f"\n{line}\n\nclass AsyncWorld")
    assert main(["--check"], root) == 1
    assert "mockserver/client/aio/world.py" in capsys.readouterr().err


def test_the_former_name_of_the_models_is_kept() -> None:
    """Guards tests of users that import from `mockserver.client.answers`."""
    former = {"ForceList": "ActiveFaultList", "Force": "ActiveFault", "Complaint": "Violation"}
    former |= {"SentAnswer": "RecordedResponse", "SentRequest": "RecordedRequest"}
    for name in answers.__all__:
        assert getattr(answers, name) is getattr(models, former.get(name, name))
