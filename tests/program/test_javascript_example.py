"""The JavaScript example: vitest and fetch against the server over HTTP."""

import os
import subprocess
import sys
from pathlib import Path

from tests.program.process import ROOT, started

EXAMPLE = ROOT / "examples" / "javascript"


def test_the_javascript_example_passes() -> None:
    """Guards the control API with a client in another language; make installs vitest."""
    vitest = EXAMPLE / "node_modules" / ".bin" / "vitest"
    assert vitest.exists(), "make test installs it; or npm install in examples/javascript"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with started("--seed", "fixtures", "--port", "0") as (_, origin):
        ended = subprocess.run(
            [vitest, "run", "--testTimeout=60000", "--hookTimeout=60000"],
            cwd=EXAMPLE,
            env={**os.environ, "PATH": path, "JOBS_MOCK": origin, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "4 passed" in ended.stdout
