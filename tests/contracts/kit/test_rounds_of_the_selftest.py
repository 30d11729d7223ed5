"""The selftest judges again with other seeds, and tells how often what happened."""

from __future__ import annotations

from functools import partial

import pytest

from contracts.cli import main
from contracts.contract.description.reader import read
from contracts.engine.events import RunStarted
from contracts.selftest import kill_matrix, rounds
from contracts.selftest.any_api import table
from contracts.selftest.any_api.conforming import VARIANTS
from contracts.selftest.any_api.judging import judge
from contracts.selftest.judge import Judgement
from contracts.selftest.row import Line, Row, make_row, summarize
from tests.contracts.kit.test_selftest_of_any_api import APIS, read_shipped


def come_to(name: str, objecting: dict[int, tuple[str, ...]], *, seed: int, fair: bool) -> Row:
    """Return a row to which the laws object that are *objecting* with that *seed*."""
    killers = objecting.get(seed, ())
    said = tuple(f"{law}: it was 7" for law in killers) if fair else ()
    return Row(name, "", killers, (), 2, 100, 0.1, seed, said, fair)


WORK = [
    partial(
        come_to, "AlwaysDead", {s: ("A-1", *["A-2"] * (s == 5)) for s in (4, 5, 6)}, fair=False
    ),
    partial(come_to, "OnceAlive", {4: ("A-1",), 6: ("A-1",)}, fair=False),
    partial(come_to, "Alive", {}, fair=False),
    partial(come_to, "Innocent", {}, fair=True),
    partial(come_to, "OnceAccused", {5: ("B-1",)}, fair=True),
]
"""Three faults and two conforming deployments, as they are judged with the seeds 4 to 6."""


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_table_says_how_often_what_happened(
    jobs: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Deaths and accusations are counted with their seeds, however many are judged at once."""
    lines = rounds.judge_rounds(WORK, rounds.Settings(rounds=3, seed=4, jobs=jobs))

    assert [line.render_verdict() for line in lines] == [
        "A-1, A-2 (1); dies in 3 of 3 rounds",
        "A-1 (2); dies in 2 of 3 rounds, SURVIVES WITH SEED 5",
        "NOTHING: IT SURVIVES",
        "nothing in 3 rounds (2 laws could not tell; 300 requests)",
        "ACCUSED by B-1 (1) in 1 of 3 rounds, with seed 5 (2 laws could not tell; 300 requests)",
    ]
    assert [line.is_sound for line in lines] == [True, False, False, True, False]
    assert summarize(lines) == (
        "1 of 3 faults died in each of 3 rounds, "
        "1 of 2 conforming variants were accused in 3 rounds"
    )
    told = capsys.readouterr().err
    assert "contracts: seed 5: 1 conforming are accused, 2 faults survive\n" in told
    assert "contracts: seed 5: OnceAccused: B-1: it was 7\n" in told


def test_one_round_says_no_more_than_what_was_found() -> None:
    """Of a single round nothing is counted."""
    lines = [Line([one(seed=5)]) for one in WORK]

    assert [line.render_verdict() for line in lines[:3:2]] == ["A-1, A-2", "NOTHING: IT SURVIVES"]
    assert summarize(lines) == "1 of 3 faults die, 1 of 2 conforming are accused"
    assert summarize(lines[3:]) == "1 of 2 conforming are accused"


def test_each_round_draws_from_another_seed() -> None:
    """The seed of a round is what the judge makes its random choices with."""
    api = read_shipped("openai-batches")
    found = judge("batches", VARIANTS[0].create(api), api, effects=VARIANTS[2].effects, seed=7)

    assert _find_start(found).rng == 7
    assert make_row(found, "", 0.0).seed == 7


def _find_start(found: Judgement) -> RunStarted:
    return next(one for one in found.events if isinstance(one, RunStarted))


def test_conforming_leaves_the_faults_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """With --conforming no fault is judged, and the last line is about the others alone."""
    monkeypatch.setattr(table, "VARIANTS", VARIANTS[2:3])
    settings = rounds.Settings(conforming=True, rounds=2, jobs=1)
    # What has judged in this process cannot be sent to another one.
    api = read(APIS / "openai-batches" / "openapi.yaml", [APIS / "openai-batches" / "overlay.yaml"])
    found = table.judge_contract(api, settings)

    assert found.is_sound
    assert [*found.render(markdown=False)][-1] == (
        "0 of 1 conforming variants were accused in 2 rounds"
    )


def test_the_command_line_says_how_the_selftest_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each option of `contracts selftest` is one of its settings."""
    told: list[rounds.Settings] = []

    def keep(settings: rounds.Settings) -> int:
        told.append(settings)
        return 0

    monkeypatch.setattr(kill_matrix, "main", keep)
    words = "--rounds 20 --seed 5 --conforming --jobs 2 --concurrency 8 --markdown"

    assert main(["selftest", *words.split()]) == 0
    assert told == [
        rounds.Settings(rounds=20, seed=5, conforming=True, jobs=2, concurrency=8, markdown=True)
    ]
