"""What is judged side by side comes to what it comes to one after the other."""

from __future__ import annotations

from inspect import isclass

import pytest

from contracts.contract.document import load
from contracts.engine.events import LawFinished, LawStarted
from contracts.engine.exchange_watch import VARYING
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, law
from contracts.engine.verdict import Untested, Verdict, Violation
from contracts.selftest import kill_matrix
from contracts.selftest.conforming.variants import VARIANTS, Variant
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import create_miniature
from contracts.target import Effects
from tests.contracts.model.deployments import CancelsEnded, RefusalStamps
from tests.contracts.side_by_side.runs import MOST, create_run, judge, judge_variant

EACH = 1
"""How many faults of each family are judged twice; `contracts selftest` judges all of them."""

FAULTS = [
    kind
    for module in kill_matrix.FAULTS
    for kind in [
        one
        for name, one in vars(module).items()
        if isclass(one) and one.__module__ == module.__name__ and not name.startswith("_")
    ][:EACH]
] + [kill_matrix.list_faults()["AllowsADeletionWhileOneRuns"]]  # it hides once it was seen
MOVING = [
    variant
    for variant in VARIANTS
    if variant.name in ("Progressing", "GrowingAndProgressing", "Forgetting", "Replacing")
]
SCARCE = (*("scheduled",) * 3, *("running",) * 3, "completed", "failed", "cancelled")
"""The statuses of a project that has one job in each of those in which it has ended."""
REPEATS = 5
BROKEN = Verdict.BROKEN
MOVES_ILLEGALLY = frozenset({"FailedJobsRunAgain", "CompletedJobsFail"})
"""Which law is the first to see a job move on by itself is a matter of time."""


@pytest.mark.parametrize("kind", FAULTS, ids=lambda one: one.__name__)
def test_a_fault_is_found_by_the_same_laws(kind: type[Miniature]) -> None:
    """Each law comes to the same verdict, and objects to the same, with 1 and with 8 at once."""
    alone, beside = (
        judge(create_miniature(load(), kind), Transmission(), concurrency=most)
        for most in (1, MOST)
    )

    if kind.__name__ in MOVES_ILLEGALLY:
        laws = [{one.law.id for one in run if one.verdict is BROKEN} for run in (alone, beside)]
        assert all("LIFE-01" in found for found in laws)
        return
    assert [list_facts(one) for one in beside] == [list_facts(one) for one in alone]


def list_facts(one: LawFinished) -> tuple[object, ...]:
    """Return what has to be the same, whichever jobs it is about."""
    return one.law.id, one.verdict, [VARYING.sub("", one.expected) for one in one.findings]


@pytest.mark.parametrize("kind", [CancelsEnded, RefusalStamps], ids=lambda one: one.__name__)
def test_the_only_job_in_a_status_is_used_as_by_one_law_after_the_other(
    kind: type[Miniature],
) -> None:
    """What a cancel does to the only job that has ended is found by each law that looks at that."""
    runs = [
        judge(
            create_miniature(load(), kind, len(SCARCE), SCARCE),
            Transmission(),
            concurrency=most,
            laws=("CANC-*", "LIFE-*"),
        )
        for most in (1, MOST)
    ]

    alone, beside = ([(one.law.id, one.verdict) for one in run] for run in runs)
    assert beside == alone
    assert ("CANC-03" if kind is CancelsEnded else "CANC-11", BROKEN) in beside


@pytest.mark.parametrize("rng", range(REPEATS))
@pytest.mark.parametrize("variant", MOVING, ids=lambda one: one.name)
def test_moving_data_are_no_violation(variant: Variant, rng: int) -> None:
    """No deployment that conforms is accused, whatever moves between two requests at once."""
    outcomes = judge_variant(variant, rng=rng, generated=rng == 0)

    assert [
        (one.law.id, one.reason)
        for one in outcomes
        if one.verdict in (Verdict.BROKEN, Verdict.PROBE_FAILED)
    ] == []


@pytest.mark.parametrize("effects", Effects)
def test_events_keep_the_order_of_the_laws(effects: Effects) -> None:
    """Reports show the laws in the order of the registry, each begun before it is finished."""
    with serve_miniature(create_miniature(load(), jobs=20), Transmission()) as url:
        run = create_run(url, effects=effects)
        events = [one for one in run.stream_events() if isinstance(one, LawStarted | LawFinished)]

    ids = [law.id for law in run.registry]
    assert [one.law.id for one in events] == [law_id for law_id in ids for _ in range(2)]
    assert [type(one) for one in events] == [LawStarted, LawFinished] * len(ids)


def test_a_seed_repeats_the_run() -> None:
    """Two runs of one seed find the same with the same evidence, also in generated calls."""
    kind = kill_matrix.list_faults()["ClampsALimitAboveTheRange"]
    runs = [
        judge(
            create_miniature(load(), kind),
            Transmission(),
            effects=Effects.NONE,
            generated=True,
            laws=("PAGE-*", "EXCH-*", "FUZZ-*"),
        )
        for _ in range(2)
    ]

    commands = [
        [
            [exchange.curl.rpartition("/")[2] for exchange in finding.exchanges]
            for one in outcomes
            for finding in one.findings
        ]
        for outcomes in runs
    ]
    assert commands[0] == commands[1]
    assert commands[0]
    # How often is chance where a law is judged again, for others were at work.
    assert [one.exercised.keys() for one in runs[0]] == [one.exercised.keys() for one in runs[1]]


def test_a_long_list_costs_no_more_than_a_short_one() -> None:
    """A read-only run over a million jobs takes at most 600 requests, and says what it read."""
    variant = next(one for one in VARIANTS if one.name == "AMillionJobs, no effects")
    world = create_miniature(load(), variant.kind)
    with serve_miniature(world, Transmission()) as url:
        run = create_run(url, effects=Effects.NONE, generated=True)
        *_, end = run.stream_events()

    assert sum(run.run.transport.ledger.by_method.values()) <= 600
    assert "of the 1000000 in the list" in getattr(end, "surveyed", "")


@law("X-01", MUST, ref="#/paths")
def only_one_job_shows_it(probe: JobsProbe) -> None:
    """Break in a crowd, and have nothing to judge by when it is to be judged again."""
    if probe.alone:
        raise Untested("no job is left")
    probe.note_crowd(crowded=True)
    raise Violation("one", "it was two")


def test_what_cannot_be_judged_again_is_doubt() -> None:
    """A violation among other requests for which the data are used up is told as doubt."""
    with serve_miniature(create_miniature(load(), jobs=1), Transmission()) as url:
        attempt = create_run(url).attempts.make(only_one_job_shows_it)

    assert attempt.outcome.verdict is Verdict.INCONCLUSIVE
    assert attempt.probe.findings == []
    assert "it was two" in attempt.outcome.reason
    assert "no job is left" in attempt.outcome.reason
