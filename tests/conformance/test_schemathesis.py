"""The contract as another program reads it: schemathesis generates calls, the mock answers."""

import re
import subprocess
import sys
from pathlib import Path

from mockserver.resources import files
from tests import harness

CONFIG = Path(__file__).with_name("schemathesis.toml")


def test_schemathesis_finds_nothing_in_any_phase(tmp_path: Path) -> None:
    """Guards that the mock keeps openapi.yaml, with generated data."""
    with harness.mock() as running:
        ended = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("st")), "--config-file", str(CONFIG)),
                *("run", str(files.contract()), "--url", f"http://127.0.0.1:{running.port}"),
                *("-H", f"Authorization: Bearer {harness.DEMO}"),
                *("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "40"),
                *("--seed", "1", "--generation-database", "none", "--no-color"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    assert ended.returncode == 0, ended.stdout[-10_000:] + ended.stderr
    assert "Tested: 4" in ended.stdout
    assert [] == re.findall(r"⏭.*", ended.stdout)
    cases = re.search(r"(\d+) generated, (\d+) passed", ended.stdout)
    assert cases is not None
    assert cases[1] == cases[2]
    assert int(cases[1]) > 300
