"""The judge of any API on the contracts that come along with the mock, and on others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from contracts.contract.api import Api
from contracts.contract.description.reader import read
from contracts.engine.events import Event, LawFinished, RunFinished
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Verdict
from contracts.roles.catalogue import create_registry
from contracts.startup.options import USUAL_CONCURRENCY
from contracts.target import ANY_API, Effects, Target
from mockserver.settings import Settings as MockSettings
from mockserver.testing.server import run_mock
from tests import harness
from tests.apis.served import Served, serve

APIS = Path(__file__).parents[2] / "mockserver" / "resources" / "apis"
KINDS = Path(__file__).parent / "kinds"
UNSOUND = (Verdict.PROBE_FAILED, Verdict.SETUP_FAILED)


@dataclass(frozen=True)
class Given:
    """What the command line would say of a mock of one contract."""

    key: str
    other_key: str
    path: Mapping[str, str] = field(default_factory=dict)
    other_path: Mapping[str, str] = field(default_factory=dict)


SHIPPED = {
    "airflow-dagruns": Given(
        "airflow-token", "report-token", {"dag_id": "etl"}, {"dag_id": "report"}
    ),
    "circleci-workflows": Given(
        "circle-token", "other-token", {"pipeline-id": "00000005-0000-4000-8000-000000000001"}
    ),
    "github-runs": Given(
        "ghp_octocat",
        "ghp_other",
        {"owner": "octocat", "repo": "Hello-World"},
        {"owner": "monalisa", "repo": "Secret"},
    ),
    "openai-batches": Given("sk-acme", "sk-other"),
    "woodpecker-pipelines": Given("wp-token", "wp-other", {"repo_id": "1"}, {"repo_id": "2"}),
}

OTHERS = {
    "builds": Given("builds-token", "other-token", {"project": "app"}, {"project": "site"}),
    "documents": Given("documents-key", "other-key-1"),
    "exports": Given("exports-token", "other-token"),
}
"""Contracts that no vendor has, for what the shipped ones do not have."""

JOBS = Given(
    harness.DEMO,
    harness.OTHER,
    {"projectKey": harness.BUSY},
    {"projectKey": harness.SECOND},
)


def read_shipped(name: str) -> Api:
    """Return what the judge reads of a contract that comes along, or of one of the others."""
    if name in OTHERS:
        return read(KINDS / name / "openapi.yaml")
    if name == "jobs":
        return read(APIS.parents[2] / "openapi.yaml")
    return read(APIS / name / "openapi.yaml", [APIS / name / "overlay.yaml"])


def choose_laws(api: Api, clause: str) -> list[str]:
    """Return the laws whose clause holds *clause*, a pointer into the contract, or is within it."""
    known = ((law.id, law.clause.removeprefix("#")) for law in create_registry(api))
    given = clause.removeprefix("#")
    return [law for law, at in known if given.startswith(at) or at.startswith(given)]


@contextmanager
def serve_any(name: str, speed: float = 0) -> Iterator[Served]:
    """Run a mock of a contract that comes along, or of one of the others, with its fixtures."""
    if name in OTHERS:
        settings = MockSettings(
            seed=KINDS / name / "fixtures.yaml",
            spec=KINDS / name / "openapi.yaml",
            port=0,
            access_log=False,
            speed=speed,
        )
        with run_mock(settings) as mock:
            yield Served(mock.url, mock.client, mock.client.world())
    else:
        with serve(name, speed=speed) as served:
            yield served


def judge(
    name: str,
    url: str,
    effects: Effects = Effects.NONE,
    laws: tuple[str, ...] = (),
    api: Api | None = None,
) -> dict[str, LawFinished]:
    """Judge what is at *url* by a contract that comes along, or by *api*.

    Nothing may fail in the judge itself.
    """
    events = list_events(name, url, effects, laws, api)
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert end.trouble == ""
    finished = {event.law.id: event for event in events if isinstance(event, LawFinished)}
    assert [] == [(e.law.id, e.reason) for e in finished.values() if e.verdict in UNSOUND]
    return finished


def list_events(
    name: str,
    url: str,
    effects: Effects = Effects.NONE,
    laws: tuple[str, ...] = (),
    api: Api | None = None,
) -> list[Event]:
    """Judge what is at *url* as the command line would, and return all that is told of it."""
    given, api = {**SHIPPED, **OTHERS}.get(name, JOBS), api or read_shipped(name)
    target = Target(
        base_url=url,
        project=ANY_API,
        api_key=given.key,
        other_api_key=given.other_key,
        given_path=given.path,
        given_other_path=given.other_path,
        effects=effects,
        concurrency=USUAL_CONCURRENCY,
    )
    registry = create_registry(api)
    run = create_runner(target, api, registry.select(laws) if laws else registry, Settings(rng=1))
    return list(run.stream_events())
