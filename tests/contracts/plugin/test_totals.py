"""What the workers of a run tell of known deviations, summed up."""

from __future__ import annotations

from contracts.engine.events import RunFinished
from contracts.pytest_plugin.totals import Totals


def part(**told: tuple[str, ...]) -> dict[str, object]:
    """Return what one worker tells at its end."""
    return Totals.encode(RunFinished({}, 1, {"GET": 1}, {"read": 1}, 0, 0, 0.1, 0, **told))  # type: ignore[arg-type]  # a row of options


def test_known_deviations_are_told_as_by_the_command_line() -> None:
    """What one worker did not meet by chance is not fixed, whatever another one says."""
    totals = Totals(met=True)
    totals.add(part(fixed=("A-01", "A-02"), expired=("A-03 (me, until 2020-01-01)",)))
    totals.add(part(unmet=("A-02",), expired=("A-03 (me, until 2020-01-01)",)))

    told = totals.render_lines()
    assert "known deviations that no longer occur: A-01" in told
    assert "known deviations that did not occur this time, perhaps by chance: A-02" in told
    assert "known deviations that have expired: A-03 (me, until 2020-01-01)" in told
