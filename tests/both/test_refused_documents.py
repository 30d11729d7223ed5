"""What a contract declares is kept or refused: changed copies, each with one promise too many."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.contract.document import load as judges
from contracts.contract.errors import DocumentError
from mockserver.contract.reader import load as mocks
from mockserver.parsing.sources import InvalidSourceError
from mockserver.resources import files
from tests.both.edits import EDITS, LIFE, LIST, PROPERTIES, RECORD, Edit

Edited = Callable[[str, str], Path]

#: Words of a sentence that says what to write instead.
ADVICE = re.compile(r"\b(write|take|remove|keep|declare|add|known are|say|lies outside|belongs)\b")


def refusals(file: Path) -> tuple[str, str]:
    """Return the errors of the mock and of the judge for a document that both refuse."""
    with pytest.raises(InvalidSourceError) as of_the_mock:
        mocks(file)
    with pytest.raises(DocumentError) as of_the_judge:
        judges(file)
    return str(of_the_mock.value), str(of_the_judge.value)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_neither_reader_passes_over_what_it_does_not_keep(edited: Edited, edit: Edit) -> None:
    """Guards that a promise is kept or refused, with file, line, pointer and what to write."""
    file = edited(edit.old, edit.new)

    mock, judge = refusals(file)

    for told, place in ((mock, f": {edit.pointer}: "), (judge, f" #{edit.pointer}: ")):
        lines = [line for line in told.splitlines() if place in line]
        assert lines, told
        for line in lines:
            assert re.match(rf"{re.escape(str(file))}:\d+:\d+:? ", line), line
            assert ADVICE.search(line.partition(place)[2]), line


def test_each_edit_is_of_the_contract_as_it_is() -> None:
    """Guards that each edit differs from the others, and that the passage it changes exists."""
    text = files.contract().read_text()

    assert len({edit.name for edit in EDITS}) == len(EDITS)
    assert [edit.name for edit in EDITS if edit.old not in text] == []


def test_all_that_is_wrong_is_told_at_once(edited: Edited) -> None:
    """Guards that all problems of a document are reported at once."""
    file = edited("items: /data", "items: /results")
    text = file.read_text().replace("made: createdAt", "made: startAt")
    text = text.replace("field: status", "field: action")
    file.write_text(
        text.replace("        errors:\n", "        owner: {type: string}\n        errors:\n")
    )
    places = (f"{LIST}/x-pagination/items", f"{PROPERTIES}/owner", f"{LIFE}/stamps/made")

    for told in refusals(file):
        assert [place for place in (*places, f"{LIFE}/field") if place not in told] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        '409':\n", "        '429': {description: Too many.}\n        '409':\n"),
        ("        '409':\n", "        '503': {description: Not now.}\n        '409':\n"),
        ("          in: query\n", "          in: query\n          style: form\n"),
        (
            "      type: object\n      desc",
            "      additionalProperties: false\n      type: object\n      desc",
        ),
        ("type: [integer, 'null']", "type: ['null', integer]"),
        ("  /public/{projectKey}/users/", "  /v3/{projectKey}/people/"),
        ("    delete:\n      operationId: cancelJob", "    post:\n      operationId: cancelJob"),
        ("            default: 50\n", ""),
        ("          description: The job's number.\n", "          title: number\n"),
        ("openapi: 3.1.1", "openapi: 3.1.0"),
    ],
)
def test_both_take_what_asks_nothing_else_of_them(edited: Edited, old: str, new: str) -> None:
    """Guards that a document is not refused for another notation of what is kept."""
    file = edited(old, new)

    assert {o.operation_id for o in mocks(file).operations} == set(judges(file).operations)


def test_a_record_without_a_lifecycle_is_told_in_words(edited: Edited) -> None:
    """Guards that an error names what is missing, and where it belongs."""
    for told in refusals(edited("      x-lifecycle:", "      title: Job\n      example:")):
        assert "x-lifecycle" in told
        assert RECORD.rpartition("/")[0] in told
