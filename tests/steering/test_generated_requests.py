"""The control API under generated requests."""

import subprocess
import sys
from pathlib import Path

from mockserver.control import pages
from mockserver.testing.server import run_mock
from tests.steering.conftest import list_operations

#: Its response does not end.
ENDLESS = "streamEvents"


def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    """Guards that the control API keeps its description, with generated requests."""
    with run_mock() as server:
        command = ["run", str(pages.DESCRIPTION), "--url", server.url]
        options = ["--exclude-operation-id", ENDLESS, "--max-examples", "10", "--no-color"]
        options += ["--seed", "1", "--generation-database", "none"]
        ended = subprocess.run(
            [str(Path(sys.executable).with_name("schemathesis")), *command, *options],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    assert ended.returncode == 0, ended.stdout[-6000:]
    assert f"Tested: {len(list_operations()) - 1}" in ended.stdout
