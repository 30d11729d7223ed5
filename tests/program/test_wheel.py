"""The wheel: what a user installs, in an empty folder, without this checkout."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
import requests

from tests.harness import BUSY, DEMO
from tests.program.process import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with what is installed, so that no registry is asked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_what_the_package_reads(wheel: Path) -> None:
    """Guards the contract, the schemas, the fixtures and the marker of types."""
    carried = set(zipfile.ZipFile(wheel).namelist())

    assert {
        "mockserver/py.typed",
        "mockserver/shipped/openapi.yaml",
        "mockserver/shipped/schemas/fixtures.schema.json",
        "mockserver/shipped/schemas/extensions.schema.json",
        "mockserver/shipped/fixtures/world.yaml",
        "mockserver/shipped/fixtures/jobs.yaml",
        "mockserver/shipped/fixtures/history.jsonl",
        "mockserver/control/openapi.yaml",
        "contracts/py.typed",
        "contracts/shipped/openapi.yaml",
        "contracts/shipped/extensions.schema.json",
    } <= carried
    assert not [name for name in carried if name.startswith(("tests", "benches"))]


def test_the_wheel_works_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Guards that an installed mock finds all of its files, and the console script."""
    home, empty = tmp_path / "venv", tmp_path / "empty"
    empty.mkdir()
    # The dependencies are those of the tests; only the package itself comes from the wheel.
    venv.create(home, with_pip=False)
    site = next(home.glob("lib/python*/site-packages"))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, wheel],
        check=True,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    here = [p for p in sys.path if p.endswith("site-packages")]
    (site / "dependencies.pth").write_text("\n".join(here) + "\n")
    where = subprocess.run(
        [home / "bin" / "python", "-c", "import mockserver; print(mockserver.__file__)"],
        cwd=empty,
        check=True,
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(home))
    with subprocess.Popen(
        [home / "bin" / "python", site / "bin" / "mockserver", "--port", "0"],
        cwd=empty,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            origin = process.stdout.readline().removeprefix("Listening on ").strip()
            answer = requests.get(
                f"{origin}/public/{BUSY}/jobs/3452",
                headers={"Authorization": f"Bearer {DEMO}"},
                timeout=5,
            )
        finally:
            process.kill()

    assert answer.json()["data"]["status"] == "cancelled"
