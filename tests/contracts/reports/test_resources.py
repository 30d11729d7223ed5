"""What was seen of each kind of records: the drawing of its states, the map of its pages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.engine.events import Event
from contracts.engine.seen import MoveKind, MoveSeen, PageSeen, ResourceSeen, StateSeen
from contracts.engine.verdict import Lack, Verdict
from contracts.reports import html
from contracts.reports.page_map import describe_pages, draw_pages
from contracts.reports.state_diagram import draw_states, list_moves
from tests.contracts.reports.conftest import judged

EXPORTS = ResourceSeen(
    name="exports",
    listing="GET /exports",
    calls={"listExports: GET /exports": 7},
    states=(
        StateSeen("queued", initial=True, records=2),
        StateSeen("running", records=1),
        StateSeen("done", terminal=True, records=4),
    ),
    moves=(
        MoveSeen("queued", "running", ("start",), 3),
        MoveSeen("running", "done", ("finish",)),
        MoveSeen("done", "", ("delete by deleteExport",), 1),
        MoveSeen("queued", "done", times=1, kind=MoveKind.PASSED),
        MoveSeen("done", "running", times=2, kind=MoveKind.ILLEGAL),
    ),
    pages=(
        PageSeen(10, 0, 10, 2),
        PageSeen(10, 10, 4),
        PageSeen(3, 3, 3),
        PageSeen(10, 20, 0),
    ),
    filtered=2,
)


def test_each_move_is_drawn_as_what_it_is() -> None:
    """Guards the colours: what was seen, what was not, what was passed, and what is illegal."""
    drawn = str(draw_states(EXPORTS))

    classes = re.findall(r'class="move (\w+) (\w+)"', drawn)
    seen = [("declared", "met"), ("declared", "unseen"), ("declared", "met")]
    assert classes == [*seen, ("passed", "met"), ("illegal", "met")]
    assert "start \N{MULTIPLICATION SIGN}3" in drawn
    assert "done to running: illegal, seen 2 times" in drawn


def test_the_table_names_what_is_illegal_first() -> None:
    """Guards the table below the drawing: it says the same, with the worst at its top."""
    rows = list(list_moves(EXPORTS.moves))

    assert rows[0][:4] == ("done", "running", "no declared move leads there", "2")
    assert ("done", "gone", "delete by deleteExport", "1", MoveKind.DECLARED) in rows


def test_a_record_without_states_is_not_drawn() -> None:
    """Guards documents without a lifecycle: there is no empty drawing."""
    assert draw_states(replace(EXPORTS, states=(), moves=())) is None
    assert draw_pages(replace(EXPORTS, pages=())) is None


def test_pages_lie_where_they_begin() -> None:
    """Guards the map: a page begins at its place, and is as wide as it has records."""
    drawn = str(draw_pages(EXPORTS))
    boxes = re.findall(r'<rect x="([\d.]+)" y="(\d+)" width="([\d.]+)"', drawn)

    assert [(float(x), int(y)) for x, y, _ in boxes] == [
        (96.0, 2),
        (pytest.approx(96 + 760 * 10 / 14, abs=0.01), 2),
        (pytest.approx(96 + 760 * 3 / 14, abs=0.01), 24),
    ]
    assert float(boxes[0][2]) == pytest.approx(760 * 10 / 14, abs=0.01)


def test_places_that_no_page_showed_are_counted() -> None:
    """Guards the sentence above the map: what was covered, and what lay past the end."""
    gap = replace(EXPORTS, pages=(PageSeen(2, 0, 2), PageSeen(2, 1, 2), PageSeen(2, 8, 2)))

    assert describe_pages(gap).startswith("3 pages of GET /exports showed 5 of 10 places")
    assert "1 page past the end had no records" in describe_pages(EXPORTS)


def test_the_page_has_the_resource_and_the_lines_to_add(
    every_verdict: list[Event], tmp_path: Path
) -> None:
    """Guards the HTML report: drawing, map, calls, and which line would let more be judged."""
    reason = "not declared; add to GET /exports: x-filters: {status: status}"
    untested = judged(Verdict.UNTESTED, "FILT-01", reason=reason, lack=Lack.OCCASION)
    html.write([*every_verdict[:-1], untested, EXPORTS, every_verdict[-1]], tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text()

    assert '<svg viewBox="0 0' in text
    assert "listExports: GET /exports" in text
    assert "1 line would let more be judged" in text
    assert "<code>x-filters: {status: status}</code>" in text
    assert '<a href="#LAW-02">' in text
