"""The contracts that come along: each is a folder with a description, an overlay and fixtures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from mockserver.resources import files

#: The jobs API, whose files stand elsewhere.
JOBS = "jobs"
_FOLDER = Path(__file__).parent / "apis"
_TITLES = {
    JOBS: "OpenReplay's jobs, the default",
    "airflow-dagruns": "Apache Airflow's DAG runs",
    "circleci-workflows": "CircleCI's workflows",
    "github-runs": "GitHub Actions' workflow runs",
    "openai-batches": "OpenAI's batches",
    "woodpecker-pipelines": "Woodpecker's pipelines",
}


class ShippedApi(Struct, frozen=True):
    """A contract that comes along."""

    name: str
    title: str
    spec: Path
    overlays: tuple[Path, ...] = ()
    fixtures: Path | None = None

    def settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members of settings that serve it, beside those that are *given*.

        Its fixtures are taken unless others are given, or records are to be generated.
        """
        members = {**given, "spec": self.spec}
        members["overlays"] = (*self.overlays, *given.get("overlays", ()))
        if given.get("seed") is None and "records" not in given:
            members["seed"] = self.fixtures
        return members


def list_all() -> tuple[ShippedApi, ...]:
    """Return the contracts that come along, the default first."""
    return tuple(find(name) for name in _TITLES)


def find(name: str) -> ShippedApi:
    """Return the contract of that *name*.

    Raises:
        ValueError: there is none.
    """
    if name not in _TITLES:
        raise ValueError(f"give one of {', '.join(_TITLES)}")
    if name == JOBS:
        return ShippedApi(name, _TITLES[name], files.contract())
    folder = _FOLDER / name
    fixtures = folder / "fixtures.yaml"
    return ShippedApi(
        name,
        _TITLES[name],
        folder / "openapi.yaml",
        (folder / "overlay.yaml",),
        fixtures if fixtures.exists() else None,
    )


def find_name(spec: Path) -> str | None:
    """Return the name of the contract that comes along as *spec*; None: it is another one."""
    if spec == files.contract():
        return JOBS
    return spec.parent.name if spec.parent.parent == _FOLDER else None


def describe(spec: Path, overlays: Sequence[Path]) -> str:
    """Return the arguments of a command that name *spec* with its *overlays*, the shorter way."""
    for api in list_all():
        own = len(api.overlays)
        if api.spec == spec and tuple(overlays[:own]) == api.overlays:
            return " ".join(
                [f"--api {api.name}", *(f"--overlay {file}" for file in overlays[own:])]
            )
    return " ".join([str(spec), *(f"--overlay {file}" for file in overlays)])
