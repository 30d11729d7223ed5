"""What the workers of a run tell of known deviations, summed up."""

from __future__ import annotations

from contracts.engine.events import RunFinished
from contracts.pytest_plugin.totals import Tally


def part(**told: tuple[str, ...]) -> dict[str, object]:
    """Return what one worker tells at its end."""
    return Tally.told(RunFinished({}, 1, {"GET": 1}, {"read": 1}, 0, 0, 0.1, 0, **told))  # type: ignore[arg-type]  # a row of options


def test_known_deviations_are_told_as_by_the_command_line() -> None:
    """What one worker did not meet by chance is not fixed, whatever another one says."""
    tally = Tally(met=True)
    tally.add(part(fixed=("A-01", "A-02"), expired=("A-03 (me, until 2020-01-01)",)))
    tally.add(part(unmet=("A-02",), expired=("A-03 (me, until 2020-01-01)",)))

    told = tally.lines()
    assert "known deviations that no longer occur: A-01" in told
    assert "known deviations not met this time, by chance or for good: A-02" in told
    assert "known deviations that have expired: A-03 (me, until 2020-01-01)" in told
