"""UserIds that could be read as a path: looked at with users of the run only."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest

from contracts.contract.document import Document
from contracts.engine.events import LawFinished
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Verdict
from contracts.laws import catalogue
from contracts.selftest.deployed import LikeTheRealServer, RedirectsOddPaths
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import create_miniature, create_target
from contracts.target import Effects


class ResolvesDots(Miniature):
    """Takes a userId for a path, as careless routers do, and deletes whom it leads to."""

    def delete_user(self, project: str, user: str) -> Response:
        """Delete the last part."""
        return super().delete_user(project, user.rpartition("/")[2])


def observed(
    contract: Document, kind: Callable[..., Miniature], laws: str, effects: Effects
) -> tuple[Miniature, list[Request], LawFinished]:
    """Judge *laws*; return the deployment, what it got, and the last outcome."""
    world, got = create_miniature(contract, kind, 5), list[Request]()
    registry = catalogue.create_registry(contract, generated=False).select([laws])
    with serve_miniature(world, Transmission(before=got.append)) as url:
        events = list(
            create_runner(
                create_target(url, effects), contract, registry, Settings()
            ).stream_events()
        )
    return world, got, next(e for e in events if isinstance(e, LawFinished))


@pytest.mark.parametrize("kind", [Miniature, RedirectsOddPaths, ResolvesDots, LikeTheRealServer])
def test_an_odd_userid_reaches_nobody_else(
    contract: Document, kind: Callable[..., Miniature]
) -> None:
    """The path is sent as it was written, no redirect is followed, and no job is left alive."""
    world, got, outcome = observed(contract, kind, "OPEN-08", Effects.OWN)
    users = [unquote(r.path.rpartition("/")[2]) for r in got if "/users/" in r.path]
    left = [j for j in world.jobs.values() if j["status"] == "scheduled" and j["jobId"] > 6]

    assert outcome.verdict is Verdict.OBSERVED
    assert len([user for user in users if "/" in user]) == 3
    assert all(user.startswith("contracts-test-") for user in users)
    assert {r.path for r in got if r.method == "DELETE" and "/jobs" not in r.path} == {
        r.path for r in got if "/users/" in r.path
    }
    assert left == []


def test_a_405_is_looked_for_by_reading_alone(contract: Document) -> None:
    """HTTP-01 is judged in the default run: HEAD of the list gets the real server's 405."""
    _, got, outcome = observed(contract, LikeTheRealServer, "HTTP-01", Effects.NONE)

    assert outcome.verdict is Verdict.SLACK
    assert {request.method for request in got} <= {"GET", "HEAD", "OPTIONS"}
