"""pytest on a deployment, in a process and a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.contract.document import load
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import KEY, PROJECT, create_miniature

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def deployment() -> Iterator[str]:
    """Return the URL of a deployment."""
    with serve_miniature(create_miniature(load(), jobs=7), Transmission()) as url:
        yield url


@pytest.fixture
def run_pytest(tmp_path: Path) -> Run:
    """Return what runs pytest with the fake laws, far from this project's settings."""

    def run(*arguments: str, key: str | None = KEY) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "CONTR"))}
        environment |= {"PYTHONPATH": f"{Path(__file__).parent}", "COLUMNS": "200", "NO_COLOR": "1"}
        # Other plugins of this environment take seconds to load, and each test starts a pytest.
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        plugins = ["contracts.pytest_plugin", *(["xdist.plugin"] if "-n" in arguments else [])]
        if key is not None:
            environment["CONTRACTS_API_KEY"] = key
        return subprocess.run(
            [
                *(sys.executable, "-m", "pytest"),
                *(word for plugin in plugins for word in ("-p", plugin)),
                *arguments,
            ],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def judge(run_pytest: Run, deployment: str) -> Run:
    """Return what judges the deployment by the fake laws."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run_pytest(
            *("-p", "fake_laws", "--pyargs", "contracts"),
            *("--contract-url", deployment, "--contract-project-key", PROJECT),
            *arguments,
        )

    return run
