"""Worlds that a mock serves, walked page by page: behind a proxy, and from what it recorded."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests

from mockserver.resources import files, shipped
from tests import harness
from tests.proxy.running import PATIENCE, proxy


@dataclass(frozen=True)
class ListOfApi:
    """How a list of an API is asked for, and what opens the world of its fixtures."""

    api: str
    path: str
    key: str
    limit: str
    items: str
    #: The parameter that leads on, and the member of a record that it takes; None: a number.
    next: tuple[str, str | None]
    key_member: str
    #: What identifies somebody, and must not be in a recording.
    identities: tuple[str, ...]
    #: How many records a page holds.
    size: int = 2

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of a mock of the API."""
        if self.api == "jobs":
            return {"spec": files.contract(), "seed": files.fixtures()}
        found = shipped.find(self.api)
        return {"spec": found.spec, "overlays": found.overlays, "seed": found.fixtures}

    def walk(self, port: int, path: str, key: str) -> Iterator[bytes]:
        """Yield the bodies of all pages, the empty one at the end included."""
        query: dict[str, Any] = {self.limit: self.size}
        parameter, member = self.next
        for number in range(1, 100):
            if member is None:
                query[parameter] = number
            got = requests.get(
                f"http://127.0.0.1:{port}{path}?{urlencode(query)}",
                headers={"Authorization": f"Bearer {key}"},
                timeout=PATIENCE,
            )
            assert got.status_code == 200, got.text
            yield got.content
            records = got.json()[self.items]
            if not records:
                return
            if member is not None:
                query[parameter] = records[-1][member]


LISTS = (
    ListOfApi(
        "jobs",
        f"/public/{harness.BUSY}/jobs",
        harness.DEMO,
        "limit",
        "data",
        ("page", None),
        "jobId",
        (harness.BUSY, "shekar@example.com", "mehdi@example.com"),
        size=100,
    ),
    ListOfApi(
        "openai-batches",
        "/v1/batches",
        "sk-acme",
        "limit",
        "data",
        ("after", "id"),
        "id",
        ("batch_0000001",),
    ),
    ListOfApi(
        "github-runs",
        "/repos/octocat/Hello-World/actions/runs",
        "ghp_octocat",
        "per_page",
        "workflow_runs",
        ("page", None),
        "id",
        ("octocat", "Hello-World"),
    ),
)


@contextmanager
def record(of: ListOfApi, folder: Path, **settings: Any) -> Iterator[list[bytes]]:
    """Walk the list of a mock through a proxy that records it into *folder*; give its pages."""
    api = {name: of.settings[name] for name in of.settings if name != "seed"}
    with harness.mock(**of.settings) as mock:
        upstream = f"http://127.0.0.1:{mock.port}"
        with proxy(upstream, record=folder, **api, **settings) as running:
            pages = list(of.walk(running.port, of.path, of.key))
    yield pages


def read_recording(folder: Path) -> Mapping[str, Any]:
    """Return the fixtures that were written."""
    found: dict[str, Any] = json.loads((folder / "world.json").read_bytes())
    return found


@contextmanager
def serve(of: ListOfApi, folder: Path) -> Iterator[int]:
    """Serve what was recorded; give the port."""
    api = {name: of.settings[name] for name in of.settings if name != "seed"}
    with harness.mock(seed=folder, **api) as mock:
        yield mock.port
