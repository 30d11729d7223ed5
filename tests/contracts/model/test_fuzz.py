"""The laws that schemathesis judges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.contract.document import Document
from contracts.engine.verdict import Verdict
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission
from contracts.target import Effects
from tests.contracts.model import deployments

LAWS = ["FUZZ-*"]


@pytest.mark.parametrize(
    ("kind", "law"),
    [
        (deployments.RefusesOutside, "FUZZ-01"),
        (deployments.RefusesZero, "FUZZ-01"),
        (deployments.FailsOnLarge, "FUZZ-01"),
        (deployments.ReadsAnything, "FUZZ-02"),
        (deployments.TextStamp, "FUZZ-03"),
        (deployments.PlainText, "FUZZ-03"),
        (deployments.Ignores, "FUZZ-04"),
        (deployments.CancelsTwice, "FUZZ-04"),
        (deployments.DeletesCancelled, "FUZZ-04"),
        (deployments.WrongJob, "FUZZ-04"),
        (deployments.Clamps, "FUZZ-05"),
    ],
)
def test_a_fault_is_found_by_the_law_on_it(
    document: Document, kind: Callable[..., Miniature], law: str
) -> None:
    """Guards that each check finds its faults, tells one cause once, and gives it as curl."""
    found = deployments.broken(deployments.judged(deployments.made(document, kind), document, LAWS))

    assert list(found) == [law]
    asked = [finding.exchanges[-1].method for finding in found[law]]
    assert len(asked) == len(set(asked)), "one cause may show in two operations, but once in each"
    assert "${CONTRACTS_API_KEY}" in found[law][0].exchanges[-1].curl


def test_a_deployment_that_knows_no_key_cannot_be_judged(document: Document) -> None:
    """Guards against taking 401 for every call as a deployment that keeps the contract."""
    calls = 0

    def forget(_: Request) -> Response | None:
        nonlocal calls
        calls += 1
        return None if calls == 1 else Response(401)

    world = deployments.made(document, Miniature)
    with deployments.logged(world, Transmission(before=forget)) as (url, _):
        run = deployments.judging(url, document, LAWS, Effects.NONE)
        run.start()
        assert run.check_deployment() == ""
        verdicts = {run.judge(law).verdict for law in run.registry}

    assert verdicts == {Verdict.SETUP_FAILED}


def test_a_failure_of_a_moment_is_no_finding(document: Document) -> None:
    """Guards that a read is repeated before a deployment is accused for its status."""
    calls = 0

    def stumble(_: Request) -> Response | None:
        nonlocal calls
        calls += 1
        return Response(404) if calls == 9 else None

    world = deployments.made(document, Miniature)
    with deployments.logged(world, Transmission(before=stumble)) as (url, _):
        run = deployments.judging(url, document, ["FUZZ-01"], Effects.NONE)
        outcome = run.judge(next(iter(run.registry)))

    assert outcome.verdict in (Verdict.INCONCLUSIVE, Verdict.KEPT)
    assert not outcome.findings


@pytest.mark.parametrize("rng", [1, 5, 8])
def test_what_extreme_inputs_get_is_no_finding(document: Document, rng: int) -> None:
    """Guards that the verdict on generated calls does not depend on which extremes come up."""
    world = deployments.made(document, deployments.Overflows)
    outcomes = deployments.judged(world, document, LAWS, Effects.NONE, rng)

    assert deployments.broken(outcomes) == {}


@pytest.mark.parametrize("body", ["page not found", ""])
def test_what_the_contract_leaves_open_is_no_finding(document: Document, body: str) -> None:
    """Guards error bodies, and limits that are not integers: the contract is silent on both."""

    class Otherwise(Miniature):
        def error(self, status: int, message: str) -> Response:  # noqa: ARG002 -- left out on purpose
            return Response(status, body or None)

        def list_jobs(self, project: str, request: Request) -> Response:
            given = [request.query.get(name) for name in ("limit", "page")]
            if any(text is not None and self.read_integer(text) is None for text in given):
                return self.make_error(400, "no integer")
            return super().list_jobs(project, request)

    outcomes = deployments.judged(deployments.made(document, Otherwise), document, LAWS)

    assert deployments.broken(outcomes) == {}
