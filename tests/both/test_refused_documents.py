"""What a contract declares is kept or refused: changed copies, each with one promise too many."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.contract.document import load as judges
from contracts.contract.errors import DocumentError
from mockserver.app.parts import make_kinds
from mockserver.contract.contract import Contract
from mockserver.contract.reader import load
from mockserver.operations.api import Api
from mockserver.parsing.sources import InvalidSourceError
from mockserver.profiles.jobs.profile import PROFILE
from mockserver.resources import files
from tests.both.edits import EDITS, LIFE, LIST, MAKE, RECORD, Edit

Edited = Callable[[str, str], Path]

#: Words of a sentence that says what to write instead.
ADVICE = re.compile(r"\b(write|take|remove|keep|declare|add|known are|say|lies outside|belongs)\b")


#: What contradicts itself, which the mock refuses as well. It serves all else as any API is served.
CONTRADICTIONS = (
    *("items", "field", "made-unknown", "same-event-from-the-same-state"),
    *("second-move-of-an-operation", "limit-is-page", "conflict-by-nothing", "no-such-limit"),
    *("default-outside", "two-defaults", "lifecycle-of-another-schema", "path-by-reference"),
    *("limit-in-header", "other-file", "nowhere", "circle", "list-envelope"),
)
#: What the mock takes from the jobs API, and misses there.
MISSED = ("member-gone", "id-renamed")


def refuse(read: Callable[[Path], object], file: Path) -> str:
    """Return the errors of a reader that refuses *file*."""
    with pytest.raises((InvalidSourceError, DocumentError)) as refused:
        read(file)
    return str(refused.value)


def mocks(file: Path) -> Contract:
    """Return what the mock reads, as it does for a server."""
    return load(file, PROFILE.overlays)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_the_judge_passes_over_nothing_that_it_does_not_keep(edited: Edited, edit: Edit) -> None:
    """Guards that a promise is kept or refused, with file, line, pointer and what to write."""
    file = edited(edit.old, edit.new)

    told, place = refuse(judges, file), f" #{edit.pointer}: "
    lines = [line for line in told.splitlines() if place in line]
    assert lines, told
    for line in lines:
        assert re.match(rf"{re.escape(str(file))}:\d+:\d+:? ", line), line
        assert ADVICE.search(line.partition(place)[2]), line


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_the_mock_refuses_what_contradicts_itself(edited: Edited, edit: Edit) -> None:
    """Guards the rest: it is read as any API, and each operation has what carries it out."""
    file = edited(edit.old, edit.new)

    if edit.name in (*CONTRADICTIONS, *MISSED):
        for line in refuse(mocks, file).splitlines():
            assert re.match(r"/.+:\d+:\d+: /", line), line
            assert ADVICE.search(line), line
        return
    api = Api(mocks(file), make_kinds(mocks(file), PROFILE))
    assert [api.performer(operation) for operation in api.contract.operations]


def test_each_edit_is_of_the_contract_as_it_is() -> None:
    """Guards that each edit differs from the others, and that the passage it changes exists."""
    text = files.contract().read_text()

    assert len({edit.name for edit in EDITS}) == len(EDITS)
    assert [edit.name for edit in EDITS if edit.old not in text] == []


def test_all_that_is_wrong_is_told_at_once(edited: Edited) -> None:
    """Guards that all problems of a document are reported at once."""
    file = edited("items: /data", "items: /results")
    text = file.read_text().replace("made: createdAt", "made: bornAt")
    file.write_text(text.replace("while: [scheduled, running]", "while: [pending]"))
    places = (f"{LIST}/x-pagination/items", f"{LIFE}/stamps/made", f"{MAKE}/x-conflict/while")

    for read in (mocks, judges):
        told = refuse(read, file)
        assert [place for place in places if place not in told] == []


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

    assert {o.name for o in mocks(file).operations} == set(judges(file).operations)


def test_a_record_without_a_lifecycle_is_told_in_words(edited: Edited) -> None:
    """Guards that an error names what is missing, and where it belongs."""
    told = refuse(judges, edited("      x-lifecycle:", "      title: Job\n      example:"))

    assert "x-lifecycle" in told
    assert RECORD.rpartition("/")[0] in told
