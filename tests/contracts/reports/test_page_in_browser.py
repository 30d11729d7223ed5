"""The HTML report in a browser: what no parser can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.engine.events import Event, LawFinished
from contracts.engine.verdict import Verdict
from contracts.reports import html

SHOWN = "[...document.querySelectorAll('.law')].filter(law => law.checkVisibility()).map(l => l.id)"


@pytest.fixture
def page(chromium: Any, every_verdict: list[Event], tmp_path: Path) -> Any:
    """Return a browser with the report on a run with each verdict."""
    html.write(every_verdict, tmp_path / "report.html")
    chromium.open(tmp_path / "report.html")
    return chromium


def test_the_policy_lets_the_page_work(page: Any) -> None:
    """A hash that is wrong by one byte leaves a page without style and filters, and no error."""
    assert page.evaluate("document.getElementById('filters').hidden") is False
    assert page.evaluate("getComputedStyle(document.querySelector('.switch input')).opacity") == "0"
    assert page.logged == []


def test_a_hostile_answer_runs_nothing(chromium: Any, hostile: list[Event], tmp_path: Path) -> None:
    """The one proof that counts: in a browser, what the server sent stays text."""
    html.write(hostile, tmp_path / "report.html")
    chromium.open(tmp_path / "report.html")

    assert chromium.evaluate("document.querySelectorAll('img').length") == 0
    assert chromium.evaluate("document.scripts.length") == 1
    assert "onerror=alert(1)" in chromium.evaluate("document.querySelector('.finding').innerText")
    assert chromium.logged == []


def test_a_verdict_is_chosen_with_the_keyboard(page: Any) -> None:
    """A reader without a mouse tabs to a switch and presses space."""
    page.evaluate("document.querySelector('[name=verdict]').focus()")
    page.press(" ", " ")

    assert page.evaluate(SHOWN) == ["LAW-02"]
    assert page.evaluate("document.getElementById('shown').textContent") == (
        "1 of 10 laws are shown"
    )


def test_filters_work_together(page: Any) -> None:
    """Level and text narrow what is shown, and an empty filter shows everything again."""
    page.evaluate("document.querySelector('[name=level][value=MUST]').click()")
    assert len(page.evaluate(SHOWN)) == 8

    search = "const t = document.getElementById('text'); t.value = '{}'; "
    page.evaluate(
        "{" + search.format("why LAW-06") + "t.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    assert page.evaluate(SHOWN) == ["LAW-06"]

    page.evaluate("document.querySelector('[name=level][value=MUST]').click()")
    page.evaluate("document.getElementById('text').focus()")
    page.press("Escape")
    assert len(page.evaluate(SHOWN)) == 10


def test_a_phone_needs_no_sideways_scrolling(
    chromium: Any, make_law: Callable[..., LawFinished], make_run: Any, tmp_path: Path
) -> None:
    """A page that is wider than the phone cannot be read there, whatever words it has to show."""
    law = make_law(Verdict.BROKEN, "LAW-01")
    found = law.findings[0]
    long = replace(found.exchanges[0], body="x" * 2000, url="http://" + "y" * 500, curl="z" * 900)
    finding = replace(found, expected="e" * 300, actual="a" * 300, exchanges=(long,))
    run = make_run(replace(law, findings=(finding,), exercised={"l" * 300: 1}), exit_code=1)
    html.write(run, tmp_path / "report.html")
    chromium.open(tmp_path / "report.html")

    chromium.call(
        "Emulation.setDeviceMetricsOverride",
        width=390,
        height=844,
        deviceScaleFactor=2,
        mobile=True,
    )

    assert chromium.evaluate("document.documentElement.scrollWidth") == 390
    sideways = "[...document.querySelectorAll('pre')].filter(p => p.scrollWidth > p.clientWidth)"
    assert chromium.evaluate(sideways + ".length") == 0


def test_print_shows_all_evidence(page: Any) -> None:
    """What is closed on the screen must be on paper; filters must not."""
    hidden = "[...document.querySelectorAll('.body')].filter(b => !b.checkVisibility()).length"
    assert page.evaluate(hidden) == 9

    page.call("Emulation.setEmulatedMedia", media="print")

    assert page.evaluate(hidden) == 0
    assert page.evaluate("document.getElementById('filters').checkVisibility()") is False
