"""Files of fixtures as tests write and read them."""

from pathlib import Path
from typing import Any

import yaml

from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.fixtures.reader import Basis, read_fixtures
from mockserver.records.kind import Kind
from tests.records.kinds import contract

NOW = 1_768_478_400_000
AIRFLOW = "airflow-dagruns"


def read(*files: Path, name: str = AIRFLOW) -> Fixtures:
    """Return what files state of a world of a contract that comes along."""
    found = contract(name)
    kinds = tuple(Kind(resource, found.operations) for resource in found.resources)
    return read_fixtures(files, Basis(found, kinds, NOW))


def write_fixtures(folder: Path, **content: Any) -> Path:
    """Return a file in *folder* that states *content*."""
    file = folder / "fixtures.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    return file
