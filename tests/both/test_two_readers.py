"""The mock and the judge read openapi.yaml with readers of their own, which are compared here."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.contract.document import Document as JudgesDocument
from contracts.contract.document import load as judges
from contracts.contract.errors import DocumentError
from mockserver.contract.contract import Contract, Move
from mockserver.contract.reader import load as mocks
from mockserver.parsing.sources import InvalidSourceError
from mockserver.resources import files

Edited = Callable[[str, str], Path]


def of_the_mock(contract: Contract) -> dict[str, Any]:
    """Return what the mock has read, as plain values."""
    (jobs,) = contract.resources
    life, paging = jobs.lifecycle, jobs.pages
    (conflict,) = [c.value.conflict for c in jobs.creations if c.value.conflict is not None]
    assert life is not None
    assert life.stamps is not None
    assert paging is not None
    bounds = [bound for bound in (paging.value.limit, paging.value.page) if bound is not None]
    return {
        "operations": {
            o.name: (
                o.method,
                o.template,
                sorted((p.name, p.where, p.schema and p.schema.value) for p in o.parameters),
                sorted(map(int, o.responses)),
            )
            for o in contract.operations
        },
        "states": (
            tuple(life.states.value),
            life.initial.value[0],
            sorted(life.terminal.value),
            str(life.stamps.value.moved)[1:],
        ),
        "transitions": [
            (m.event, m.by, m.sources, *m.targets, m.not_before and m.not_before[1:], _refusal(m))
            for m in (move.value for move in life.moves)
        ],
        "paging": [(b.parameter, b.default, b.min, b.max) for b in bounds],
        "conflict": (
            conflict.given.rpartition(".")[2],
            conflict.key[1:],
            conflict.states,
            conflict.status,
        ),
    }


def _refusal(move: Move) -> int | None:
    return move.otherwise.get("*")


def of_the_judge(document: JudgesDocument) -> dict[str, Any]:
    """Return what the judge has read, as plain values."""
    life, paging, conflict = document.lifecycle, document.paging, document.conflict
    return {
        "operations": {
            name: (
                o.method,
                o.path,
                sorted((p["name"], p["in"], p["schema"]) for p in o.parameters.values()),
                sorted(o.responses),
            )
            for name, o in document.operations.items()
        },
        "states": (life.states, life.initial, sorted(life.terminal), life.moved),
        "transitions": [
            (t.event, t.by, t.sources, t.to, t.not_before, t.otherwise) for t in life.transitions
        ],
        "paging": [(b.parameter, b.default, b.min, b.max) for b in (paging.limit, paging.page)],
        "conflict": (conflict.parameter, conflict.key, conflict.states, conflict.status),
    }


def test_both_read_the_contract_alike() -> None:
    """Guards against a reading bug that would make mock and judge disagree, or both be wrong."""
    assert of_the_mock(mocks(files.contract())) == of_the_judge(judges(files.contract()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("default: 50, min: 1, max: 200", "default: 10, min: 2, max: 20"),
        ("page: {parameter: page, default: 1", "page: {parameter: page, max: 9, default: 3"),
        ("from: [running], to: failed", "from: [scheduled, running], to: failed"),
        ("otherwise: 400", "otherwise: 422"),
        ("initial: scheduled", "initial: running"),
        ("while: [scheduled, running]", "while: [running]"),
        ("status: 409", "status: 423"),
        ("maxLength: 256", "maxLength: 64"),
    ],
)
def test_both_read_another_contract_alike(edited: Edited, old: str, new: str) -> None:
    """Guards that each value comes from the document, in both readers."""
    file = edited(old, new)
    # A schema may leave its default to x-pagination, and may not contradict it.
    file.write_text(re.sub(r"\n +default: \d+\n", "\n", file.read_text()))

    read = of_the_mock(mocks(file))
    assert read == of_the_judge(judges(file))
    assert read != of_the_mock(mocks(files.contract()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("by: cancelJob", "by: cancelTask"),
        ("initial: scheduled", "initial: new"),
        ("to: failed}", "to: broken}"),
        ("notBefore: startAt", "after: startAt"),
        ("terminal: [completed, failed, cancelled]", "terminal: [completed]"),
        ("outside: default}\n        page", "outside: clamp}\n        page"),
        ("style: page", "style: cursor"),
        ("while: [scheduled, running]", "while: [pending]"),
    ],
)
def test_both_refuse_what_cannot_be_kept(edited: Edited, old: str, new: str) -> None:
    """Guards that neither reader accepts what contradicts itself."""
    file = edited(old, new)

    with pytest.raises(InvalidSourceError):
        mocks(file)
    with pytest.raises(DocumentError):
        judges(file)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x-conflict:", "x-conflicts:"),
        ("operationId: getJob\n              desc", "operationId: get\n              desc"),
        (", otherwise: 400}", "}"),
        ("        '409':\n", "        409:\n"),
    ],
)
def test_the_mock_serves_what_the_judge_cannot_judge(edited: Edited, old: str, new: str) -> None:
    """Guards documents that say less: the mock serves any, the judge wants each promise stated."""
    file = edited(old, new)

    assert len(mocks(file).operations) == len(mocks(files.contract()).operations)
    with pytest.raises(DocumentError):
        judges(file)
