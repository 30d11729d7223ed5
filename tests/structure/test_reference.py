"""Pages and pictures that are made of code and documents: they are up to date, and right."""

import re
from pathlib import Path
from typing import TypeVar

import pytest

from mockserver.contract.contract import Fact, Grade, Lifecycle, Move
from tests.program.process import ROOT
from tools.generated import write_files
from tools.reference.markdown import draw_table, escape
from tools.reference.plots import PLOTS, Plot, read_column
from tools.reference.schemas import describe_type, draw_members
from tools.reference.state_diagram import draw_states
from tools.write_reference import COMMAND, REFERENCE, draw_files, main

T = TypeVar("T")
FIGURES = (ROOT / "docs" / "explanation" / "performance.md").read_text()


def test_the_pages_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """Guards that an option, key, law, fault, deviation, call or move is not changed alone."""
    status = main(["--check"])

    assert (status, capsys.readouterr().err) == (0, "")


def test_a_stale_page_is_noticed_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards the check: it names what is missing, and the command, which then writes it."""
    drawn = list(draw_files())

    assert write_files(COMMAND, drawn, ["--check"], tmp_path) == 1
    told = capsys.readouterr().err
    assert f"{REFERENCE.as_posix()}/laws.md is out of date" in told
    assert f"Run `{COMMAND}`" in told
    assert write_files(COMMAND, drawn, [], tmp_path) == 0
    assert write_files(COMMAND, drawn, ["--check"], tmp_path) == 0


def test_markdown_shows_any_text_as_it_is() -> None:
    """Guards texts of programs: nothing in them is markup, but code; a row stays a row."""
    assert escape("a_b *c* {d} [e](f) <g> | `h_i`") == (
        r"a\_b \*c\* \{d\} \[e\](f) &lt;g> \| `h_i`"
    )
    assert draw_table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"$ref": "#/$defs/place"}, "`place`"),
        ({"oneOf": [{"type": "string"}, {"const": "*"}]}, "text or `*`"),
        ({"enum": ["a", None]}, "`a` or null"),
        ({"type": "integer", "minimum": 1}, "integer (at least 1)"),
        ({"type": "array", "items": {"type": ["string", "integer"]}}, "list of text or integer"),
        ({"type": "object", "properties": {"a": {}, "b": {}}}, "object of `a`, `b`"),
        ({}, "any value"),
    ],
)
def test_a_type_is_told_in_words(schema: dict[str, object], told: str) -> None:
    """Guards what a table says that a member holds."""
    assert describe_type(schema) == told


def test_members_say_what_is_needed_and_what_is_the_default() -> None:
    """Guards the table of members, also where the texts stand in alternatives."""
    alternatives = {"anyOf": [{"description": "A.", "type": "string"}, {"type": "null"}]}
    table = draw_members(
        {
            "properties": {"a": alternatives, "b": {"type": "integer", "default": 7}},
            "required": ["a"],
        }
    )

    assert "| `a` (required) | text or null | A. |" in table
    assert "| `b` | integer | Default: `7`. |" in table


def test_a_picture_shows_each_move_from_its_states_to_its_states() -> None:
    """Guards the picture of a lifecycle: a dot where a move begins, an arrow where it leads."""
    moves = (
        Move(event="start", by="server", sources=("new",), targets=("done",)),
        Move(event="redo", by="redoIt", sources=("new", "done"), targets=("new",)),
        Move(event="drop", by="dropIt", sources=("done",), targets=()),
    )
    lifecycle = Lifecycle(
        states=declare({"new": {}, "done": {}}),
        initial=declare(("new",)),
        terminal=declare(("done",)),
        stamps=None,
        keeps=None,
        moves=tuple(declare(move) for move in moves),
    )
    picture = draw_states(lifecycle, "A <title>")

    assert re.findall(r">([^<>]+)</t", picture) == [
        "A &lt;title&gt;", "new", "done", "(gone)", "start", "redo", "drop"
    ]  # fmt: skip
    # Four dots and a ring; three arrows; of three lines the two of clients are dashed.
    assert len(re.findall("<circle", picture)) == 5
    assert len(re.findall(r'V?z" fill', picture)) == 3
    assert picture.count('stroke-dasharray="5 4"') == 2


def declare(value: T) -> Fact[T]:
    """Return a fact that was declared."""
    return Fact(value=value, grade=Grade.DECLARED, reason="")


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.name)
def test_a_plot_shows_the_figures_of_the_page(plot: Plot) -> None:
    """Guards the plots: each has bars for the mock and for a raw server, and is on the page."""
    figures = dict(read_column(FIGURES, plot))

    assert {"raw aiohttp", "this mock, memory", "this mock, SQLite"} <= figures.keys()
    assert plot.name in FIGURES
    assert all(figure > 0 for figure in figures.values())


def test_a_plot_adds_what_a_database_spends() -> None:
    """Guards the bar of PostgreSQL, of whose two figures the user pays both; others have one."""
    page = (
        "**T**\n\n| server | get |\n|---|---|\n| a | 1,150.5 (2.0) |\n"
        "| b | 144 + 40.9 (0.33) |\n| c | no state [2] |\n\nMore."
    )

    assert read_column(page, Plot("", "**T**", "get", "")) == [("a", 1150.5), ("b", 184.9)]
    with pytest.raises(LookupError, match="no column put"):
        read_column(page, Plot("", "**T**", "put", ""))
    with pytest.raises(LookupError, match=r"no table below \*\*U"):
        read_column(page, Plot("", "**U**", "get", ""))
