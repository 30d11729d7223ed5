"""How a law's outcome becomes a verdict, and verdicts an exit code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.contract.document import Document
from contracts.engine.events import LawFinished, RunFinished
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.known_deviations import Deviation
from contracts.engine.law import MAY, MUST, SHOULD, Law, Level, Registry, law
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import (
    Inconclusive,
    SetupFailed,
    Unanswered,
    Untested,
    Verdict,
    Violation,
)
from contracts.http.exchange import Exchange
from contracts.laws.exchange.response import every_request_is_answered
from contracts.selftest.world import create_target
from contracts.target import Effects, Need

Serve = Callable[..., str]


def keeps(probe: JobsProbe) -> None:
    """Look at something and find it right."""
    probe.exercise("something")


def breaks(probe: JobsProbe) -> None:
    """Look at something and find it wrong."""
    probe.exercise("something")
    raise Violation("this", "it was that")


def idles(_: JobsProbe) -> None:
    """Look at nothing."""


def raises(error: Exception) -> Callable[[JobsProbe], None]:
    """Return a law's function that ends with *error*."""

    def function(_: JobsProbe) -> None:
        """End otherwise."""
        raise error

    return function


def verdicts(
    serve: Serve, contract: Document, *laws: Law, settings: Settings | None = None
) -> tuple[list[LawFinished], RunFinished]:
    """Judge *laws* on a conforming deployment that may only be read."""
    registry = Registry.of(laws, contract)
    run = create_runner(
        create_target(serve(jobs=1), Effects.NONE), contract, registry, settings or Settings()
    )
    events = list(run.stream_events())
    assert isinstance(events[-1], RunFinished)
    return [event for event in events if isinstance(event, LawFinished)], events[-1]


def one(
    level: Level, function: Callable[[JobsProbe], None], law_id: str = "X-01", **more: Any
) -> Law:
    """Declare *function* as a law."""
    return law(law_id, level, ref="#/paths", **more)(function)


@pytest.mark.parametrize(
    ("level", "function", "verdict", "code"),
    [
        (MUST, keeps, Verdict.KEPT, 0),
        (MUST, breaks, Verdict.BROKEN, 1),
        (SHOULD, breaks, Verdict.SLACK, 0),
        (MAY, keeps, Verdict.OBSERVED, 0),
        (MAY, breaks, Verdict.PROBE_FAILED, 3),
        (MUST, idles, Verdict.UNTESTED, 3),
        (MUST, raises(Untested("no jobs")), Verdict.UNTESTED, 3),
        (MUST, raises(Inconclusive("it moved")), Verdict.INCONCLUSIVE, 0),
        (MUST, raises(SetupFailed("no way")), Verdict.SETUP_FAILED, 3),
        (MUST, raises(KeyError("bug")), Verdict.PROBE_FAILED, 3),
    ],
)
def test_each_outcome_has_its_verdict(  # noqa: PLR0917 -- a row of the table
    serve: Serve,
    contract: Document,
    level: Level,
    function: Callable[[JobsProbe], None],
    verdict: Verdict,
    code: int,
) -> None:
    """Doubt is never `kept`: what looked at nothing is untested, and a bug is reported as one."""
    laws, end = verdicts(serve, contract, one(level, function))

    assert ([done.verdict for done in laws], end.exit_code) == ([verdict], code)


def test_a_law_without_what_it_needs_says_so(serve: Serve, contract: Document) -> None:
    """A need that was not given makes a law untested, with the option's name."""
    laws, _ = verdicts(serve, contract, one(MUST, keeps, needs={Need.EFFECTS_OWN}))

    assert laws[0].verdict is Verdict.UNTESTED
    assert "--effects" in laws[0].reason


def test_a_law_on_broken_ground_is_blocked(serve: Serve, contract: Document) -> None:
    """A law that comes after a broken one is blocked, and says by which."""
    first, second = one(MUST, breaks), one(MUST, keeps, "X-02", after=["X-01"])
    laws, _ = verdicts(serve, contract, first, second)

    assert laws[1].verdict is Verdict.BLOCKED
    assert "X-01" in laws[1].reason


KNOWN = {"X-01": Deviation("X-01", "r", "o", "2999-12-31")}


def draws(probe: JobsProbe) -> None:
    """Look at what chance chose, and find it right."""
    probe.exercise(f"page {probe.random.randint(1, 9)}")


def reads_what_was_drawn(probe: JobsProbe) -> None:
    """Look at a reading that another law took, by chance."""
    probe.exercise(f"page {probe.read_once(draws)}")


def test_a_deviation_that_no_longer_occurs_is_fixed(serve: Serve, contract: Document) -> None:
    """The run names known deviations whose laws are kept again."""
    _, end = verdicts(serve, contract, one(MUST, keeps), settings=Settings(known=KNOWN))

    assert (end.fixed, end.unmet) == (("X-01",), ())


@pytest.mark.parametrize("function", [draws, reads_what_was_drawn])
def test_what_chance_missed_is_not_fixed(
    serve: Serve, contract: Document, function: Callable[[JobsProbe], None]
) -> None:
    """A law that looks at what was drawn may be kept once and be broken the next time."""
    laws = one(MUST, draws, "X-00"), one(MUST, function)
    _, end = verdicts(serve, contract, *laws, settings=Settings(known=KNOWN))

    assert (end.fixed, end.unmet) == ((), ("X-01",))


def test_a_law_on_the_whole_run_is_not_fixed_by_one_run(serve: Serve, contract: Document) -> None:
    """What others happen to send decides what a law on all exchanges sees."""
    _, end = verdicts(serve, contract, one(MUST, keeps, last=True), settings=Settings(known=KNOWN))

    assert (end.fixed, end.unmet) == ((), ("X-01",))


@pytest.mark.parametrize(
    ("function", "told"),
    [(breaks, "known to tea until 2020-01-01, which has passed: old kettle"), (keeps, "")],
)
def test_an_expired_deviation_is_named(
    serve: Serve, contract: Document, function: Callable[[JobsProbe], None], told: str
) -> None:
    """Owner and day are shown with the violation, and at the end even if the law is kept."""
    old = {"X-01": Deviation("X-01", "old kettle", "tea", "2020-01-01")}
    settings = Settings(known=old, today="2020-01-02")
    laws, end = verdicts(serve, contract, one(MUST, function), settings=settings)

    assert laws[0].known == told
    assert end.expired == ("X-01 (tea, until 2020-01-01)",)


def test_a_call_that_got_503_first_accuses_nobody(serve: Serve, contract: Document) -> None:
    """What was answered 503 may have been carried out, so its repetition proves nothing."""

    def doubts(probe: JobsProbe) -> None:
        """Want 200 of a call that may have been made twice."""
        probe.expect_status(Exchange("DELETE", "", {}, 409, uncertain=True), 200, "for a new user")

    laws, _ = verdicts(serve, contract, one(MUST, doubts))

    assert laws[0].verdict is Verdict.INCONCLUSIVE


def test_breaches_before_an_error_count(serve: Serve, contract: Document) -> None:
    """What a law had found before it could not go on is not lost."""

    def half(probe: JobsProbe) -> None:
        """Find a violation, and then fail."""
        probe.findings.append(Violation("this", "it was that"))
        raise Inconclusive("it moved")

    laws, _ = verdicts(serve, contract, one(MUST, half))

    assert laws[0].verdict is Verdict.BROKEN


def reading(probe: JobsProbe) -> int:
    """Take a reading of three requests."""
    return sum(probe.list_jobs().status == 200 for _ in range(3))


def test_a_shared_reading_counts_for_each_law_that_looks_at_it(
    serve: Serve, contract: Document
) -> None:
    """A law that judges what another one had read does not look as if it judged nothing."""

    def first(probe: JobsProbe) -> None:
        """Take the reading."""
        probe.exercise("answers", probe.read_once(reading))

    def second(probe: JobsProbe) -> None:
        """Take it over, ask once more, and object before anything is noted."""
        probe.read_once(reading)
        probe.list_jobs()
        raise Violation("this", "it was that")

    laws, _ = verdicts(serve, contract, one(MUST, first), one(MUST, second, "X-02"))

    assert [(done.requests, done.shared) for done in laws] == [(3, 0), (1, 3)]
    assert laws[1].exercised == {"breaches": 1}


def test_a_reading_made_of_another_is_counted_once(serve: Serve, contract: Document) -> None:
    """Requests are credited to the reading that they were sent for, and to no other as well."""

    def outer(probe: JobsProbe) -> int:
        """Take a reading of one request besides that of the other."""
        return int(probe.read_once(reading) + probe.list_jobs().status)

    def both(probe: JobsProbe) -> None:
        """Look at both."""
        probe.exercise("answers", probe.read_once(outer) + probe.read_once(reading))

    laws, _ = verdicts(serve, contract, one(MUST, both), one(MUST, both, "X-02"))

    assert [(done.requests, done.shared) for done in laws] == [(4, 0), (0, 4)]


def test_a_law_on_the_whole_run_rests_on_its_requests(serve: Serve, contract: Document) -> None:
    """A law on each exchange, and one that looks back, are credited with what the run sent."""

    def asks(probe: JobsProbe) -> None:
        """Ask twice."""
        probe.exercise("answers", len([probe.list_jobs(), probe.list_jobs()]))

    looks_back = one(MUST, keeps, "X-03", last=True)
    laws, end = verdicts(serve, contract, one(MUST, asks), every_request_is_answered, looks_back)

    assert {done.law.id: done.requests for done in laws} == {"X-01": 2, "EXCH-01": 0, "X-03": 0}
    assert {done.law.id: done.shared for done in laws} == {
        "X-01": 0,
        "EXCH-01": end.requests,
        "X-03": end.requests,
    }


def _doubt(_: JobsProbe) -> None:
    raise Inconclusive("it moved")


def _sets_aside(then: Callable[[JobsProbe], None]) -> Callable[[JobsProbe], None]:
    """Return a law's function that is inconclusive at first, and goes on."""

    def function(probe: JobsProbe) -> None:
        """Go on."""
        with probe.set_doubt_aside():
            _doubt(probe)
        then(probe)

    return function


def _gathers(then: Callable[[JobsProbe], None]) -> Callable[[JobsProbe], None]:
    """Return a law's function whose first part is inconclusive."""

    def function(probe: JobsProbe) -> None:
        """Do two things side by side."""
        probe.gather([_doubt, then])

    return function


@pytest.mark.parametrize("begin", [_sets_aside, _gathers])
@pytest.mark.parametrize(
    ("then", "verdict"),
    [
        (keeps, Verdict.INCONCLUSIVE),
        (idles, Verdict.INCONCLUSIVE),
        (raises(Untested("no jobs")), Verdict.INCONCLUSIVE),
        (breaks, Verdict.BROKEN),
    ],
)
def test_a_doubt_is_neither_lost_nor_hides_a_violation(
    serve: Serve,
    contract: Document,
    begin: Callable[[Callable[[JobsProbe], None]], Callable[[JobsProbe], None]],
    then: Callable[[JobsProbe], None],
    verdict: Verdict,
) -> None:
    """Guards that a law which goes on after a doubt ends with it, unless it is broken."""
    laws, _ = verdicts(serve, contract, one(MUST, begin(then)))

    assert laws[0].verdict is verdict


def test_a_request_without_a_response_ends_a_law(serve: Serve, contract: Document) -> None:
    """Guards that a deployment which does not answer is not asked again and again."""

    def function(probe: JobsProbe) -> None:
        """Go on, if that is let."""
        with probe.set_doubt_aside():
            raises(Unanswered("no response"))(probe)
        probe.exercise("something")

    laws, _ = verdicts(serve, contract, one(MUST, function))

    assert laws[0].verdict is Verdict.INCONCLUSIVE
    assert not laws[0].exercised
