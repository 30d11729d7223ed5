"""What is released: the same to the byte on any machine, and nothing that is not meant."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from mockserver import __version__
from tests.program.process import ROOT

#: Two machines: hash seeds, time zones and masks differ, the moment of the release does not.
MACHINES = (
    ({"PYTHONHASHSEED": "1", "TZ": "UTC"}, 0o022),
    ({"PYTHONHASHSEED": "2", "TZ": "Asia/Shanghai"}, 0o027),
)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Build sdist and wheel on two machines, with installed packages; return the folders."""
    folders = []
    for machine, mask in MACHINES:
        folder = tmp_path_factory.mktemp("dist")
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-d", folder],
            cwd=ROOT,
            env={**os.environ, **machine, "SOURCE_DATE_EPOCH": "1700000000"},
            umask=mask,
            check=True,
            capture_output=True,
        )
        folders.append(folder)
    return folders


def test_a_build_can_be_repeated_to_the_byte(builds: list[Path]) -> None:
    """Guards that anybody can build what was released, and compare."""
    one, two = ({file.name: file.read_bytes() for file in folder.iterdir()} for folder in builds)

    assert sorted(name.split("-")[-1] for name in one) == [f"{__version__}.tar.gz", "any.whl"]
    assert one == two


def test_nothing_is_released_that_is_not_meant(builds: list[Path]) -> None:
    """Guards against what only a checkout has: environments, installed packages, built pages."""
    (sdist,), (wheel,) = builds[0].glob("*.tar.gz"), builds[0].glob("*.whl")
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    packed = set(zipfile.ZipFile(wheel).namelist())

    unwanted = (".venv/", ".tools/", "build/", "dist/", ".git/", "examples/javascript/node_modules")
    assert [name for name in inside if name.startswith(unwanted)] == []
    assert {"openapi.yaml", "docs/index.md", "README.zh.md", "constraints.txt"} <= inside
    assert {name.partition("/")[0] for name in packed if ".dist-info" not in name} == {
        "mockserver", "contracts"
    }  # fmt: skip
    scripts = {f"mockserver/resources/completion/mockserver.{s}" for s in ("bash", "zsh", "fish")}
    assert scripts <= packed
