"""Which requests go beyond what the contract promises, and who may judge them."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from contracts.contract.document import Document
from contracts.engine.events import LawFinished
from contracts.engine.exchange_watch import ExchangeWatch, ExchangeWatches
from contracts.engine.extreme import explain_extreme
from contracts.engine.history import History
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MAY, MUST, SHOULD, Law, Registry, exchange_law, law
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Verdict, Violation
from contracts.http.exchange import Exchange
from contracts.laws import catalogue
from contracts.laws.listing.jobs import get_known_jobs
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Miniature
from contracts.selftest.world import create_target
from contracts.target import Effects

JOBS, USERS = "/public/p/jobs", "/public/p/users"
Serve = Callable[..., str]


def asked(
    contract: Document, target_: str, method: str = "GET", status: int = 500, **more: object
) -> Exchange:
    """Return a request for *target_* and its answer, which holds the job of number *job*."""
    path = urlsplit(target_).path
    operation = contract.match(method, path)
    assert operation is not None
    body = json.dumps({"data": {"jobId": more["job"]}}).encode() if "job" in more else b""
    return Exchange(
        method=method,
        url=f"http://127.0.0.1{target_}",
        headers={},
        status=status,
        body=body,
        operation=operation.id,
        arguments=operation.parse_arguments(path) or {},
        observed=bool(more.get("observed")),
    )


@pytest.mark.parametrize(
    "request_target",
    [
        JOBS,
        f"{JOBS}?limit=201&page=0",
        f"{JOBS}?limit=2147483647&page=2147483647",
        f"{JOBS}?limit=-2147483648",
        f"{JOBS}/1",
        f"{JOBS}/-1",
        f"{JOBS}/2147483647",
        f"{JOBS}/abc",
        f"{JOBS}/12abc",
    ],
)
def test_ordinary_requests_are_judged(contract: Document, request_target: str) -> None:
    """Guards that no promise is lost: numbers of 32 bits and words are ordinary inputs."""
    assert explain_extreme(asked(contract, request_target), contract) == ""


@pytest.mark.parametrize(
    "request_target",
    [
        f"{JOBS}?page=2147483648",
        f"{JOBS}?page=1000000000000000000",
        f"{JOBS}?limit=-2147483649",
        f"{JOBS}?limit={'9' * 5000}",
        f"{JOBS}?limit=1&limit=2",
        f"{JOBS}?limit=",
        f"{JOBS}?limit=%2B5",
        f"{JOBS}?unknown=1",
        f"{JOBS}/5?x=1",
        f"{JOBS}/2147483648",
        f"{JOBS}/{10**30}",
        f"{JOBS}/007",
        f"{JOBS}/%D9%A3",
        f"{JOBS}/5.0",
        f"{JOBS}/",
        f"{JOBS}/%2e%2e",
        f"{JOBS}/a%2Fb",
        f"{JOBS}/%00",
        f"{JOBS}/%FF",
        f"{JOBS}/{'a' * 9000}",
    ],
)
def test_what_readers_differ_on_is_extreme(contract: Document, request_target: str) -> None:
    """Guards each kind of input to which the contract promises nothing."""
    assert explain_extreme(asked(contract, request_target), contract)


def test_a_deployment_with_wide_numbers_is_judged_by_them(contract: Document) -> None:
    """Guards that a jobId beyond 32 bits is ordinary where a job has it, and only there."""
    wide = f"{JOBS}/{2**40}"

    assert not explain_extreme(asked(contract, wide, status=200, job=2**40), contract)
    assert explain_extreme(asked(contract, wide, status=200, job=5), contract)
    assert explain_extreme(asked(contract, wide, status=404), contract)


@pytest.mark.parametrize("more", [{"page": "?page=1000000000000000000"}, {"observed": True}])
def test_no_must_law_on_exchanges_judges_an_extreme(
    contract: Document, more: dict[str, object]
) -> None:
    """Guards the mechanism: every MUST law passes by, the SHOULD law on extremes does not."""
    exchange = asked(contract, f"{JOBS}{more.pop('page', '')}", **more)  # type: ignore[arg-type]  # a row of options
    registry = catalogue.create_registry(contract)
    by_law = {one.id: ExchangeWatch(one, contract) for one in registry if one.by_exchange}
    ExchangeWatches(contract, by_law).look(exchange)
    watches = by_law.values()

    assert {watch.law.id for watch in watches if watch.findings} == {"EXCH-17"}
    assert not any(watch.exercised for watch in watches if watch.law.level is MUST)


def test_an_extreme_tells_nothing_of_how_jobs_move(contract: Document) -> None:
    """Guards that laws on moves do not judge what a stub answers to odd requests."""
    history = History(contract)
    history.look(asked(contract, f"{JOBS}/007", status=200, job=7))
    history.look(asked(contract, f"{JOBS}/7", status=200, job=7))

    assert [sighting.job for sighting in history.list_sightings()] == [{"jobId": 7}]
    assert next(history.list_sightings()).exchange.url.endswith("/7")
    assert len(list(history.list_sightings())) == 1


def law_that_asks(level: str) -> Law:
    """Return a law of *level* that reads the list once."""

    @law("ASKS-01", {"MUST": MUST, "SHOULD": SHOULD, "MAY": MAY}[level], ref="#/paths")
    def the_list_is_asked_for(probe: JobsProbe) -> None:
        """The list is asked for."""
        probe.observe(f"{probe.list_jobs().status}")

    return the_list_is_asked_for


@exchange_law("SEES-01", MUST, ref="#/paths")
def everything_is_a_breach(exchange: Exchange, _: Document) -> str | None:
    """Everything that it may judge is a violation."""
    raise Violation("nothing", f"{exchange.status}", [exchange])


@pytest.mark.parametrize(
    ("level", "verdict"),
    [("MUST", Verdict.BROKEN), ("SHOULD", Verdict.BROKEN), ("MAY", Verdict.UNTESTED)],
)
def test_what_a_may_law_sends_convicts_nobody(
    serve: Serve, contract: Document, level: str, verdict: Verdict
) -> None:
    """Guards that the mark travels from the probe of a MAY law to every witness."""
    registry = Registry.of([law_that_asks(level), everything_is_a_breach], contract)
    run = create_runner(create_target(serve(), Effects.NONE), contract, registry, Settings())
    outcomes = [run.judge(one) for one in registry]

    assert {one.law.id: one.verdict for one in outcomes}["SEES-01"] is verdict


@law("ASKS-02", MAY, ref="#/paths")
def the_list_is_walked(probe: JobsProbe) -> None:
    """The list is walked."""
    probe.observe(f"{len(get_known_jobs(probe))} jobs")


def test_a_shared_reading_is_judged_whoever_takes_it_first(
    serve: Serve, contract: Document
) -> None:
    """Guards that no promise is lost when a MAY law is the first to need a reading of others."""
    registry = Registry.of([the_list_is_walked, everything_is_a_breach], contract)
    run = create_runner(create_target(serve(), Effects.NONE), contract, registry, Settings())
    outcomes = [run.judge(one) for one in registry]

    assert [one.verdict for one in outcomes] == [Verdict.OBSERVED, Verdict.BROKEN]


class _OverflowsAndStumbles(Miniature):
    """Answers 500 to pages that overflow, and to an unknown project."""

    def list_jobs(self, project: str, request: Request) -> Response:
        if (self.read_integer(request.query.get("page")) or 0) > 2**31:
            return self.make_error(500, "bigint out of range")
        return super().list_jobs(project, request)

    def refuse_project(self) -> Response:
        return self.make_error(500, "no rows in result set")


def test_observing_laws_do_not_make_others_convict(serve: Serve, contract: Document) -> None:
    """Guards the case that was met: OPEN-04 asks for page 10^18, the server overflows."""
    registry = catalogue.create_registry(contract, generated=False).select(
        ["OPEN-*", "TEN-08", "EXCH-*", "LIFE-*"]
    )
    run = create_runner(
        create_target(serve(_OverflowsAndStumbles), Effects.NONE), contract, registry, Settings()
    )
    events = [event for event in run.stream_events() if isinstance(event, LawFinished)]

    assert not [one.law.id for one in events if one.verdict is Verdict.BROKEN]
    assert {one.law.id for one in events if one.verdict is Verdict.SLACK} == {"EXCH-17"}
