"""The mock and the judge read openapi.yaml with readers of their own, which are compared here."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.contract.document import Document as JudgesDocument
from contracts.contract.document import load as judges
from contracts.contract.errors import DocumentError
from mockserver.contract.document import Document as MocksDocument
from mockserver.contract.reader import load as mocks
from mockserver.parsing.sources import InvalidSourceError
from mockserver.resources import files

Edited = Callable[[str, str], Path]


def of_the_mock(document: MocksDocument) -> dict[str, Any]:
    """Return what the mock has read, as plain values."""
    operations = {o.operation_id: o for o in document.operations}
    (paging,) = [o.paging for o in operations.values() if o.paging]
    (conflict,) = [o.conflict for o in operations.values() if o.conflict]
    life = document.lifecycle
    return {
        "operations": {
            name: (
                o.method,
                o.template,
                sorted((p.name, p.where, dict(p.schema)) for p in o.parameters),
                sorted(o.answers),
            )
            for name, o in operations.items()
        },
        "states": (document.states, life.initial, sorted(life.terminal), life.moved),
        "transitions": [
            (t.event, t.by, t.sources, t.to, t.not_before, t.otherwise) for t in life.transitions
        ],
        "paging": [(b.parameter, b.default, b.min, b.max) for b in (paging.limit, paging.page)],
        "conflict": (conflict.parameter, conflict.key, conflict.states, conflict.status),
    }


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
        ("x-conflict:", "x-conflicts:"),
        ("by: cancelJob", "by: cancelTask"),
        ("operationId: getJob\n              desc", "operationId: get\n              desc"),
        ("initial: scheduled", "initial: new"),
        ("to: failed}", "to: broken}"),
        ("notBefore: startAt", "after: startAt"),
        (", otherwise: 400}", "}"),
        ("terminal: [completed, failed, cancelled]", "terminal: [completed]"),
        ("outside: default}\n        page", "outside: clamp}\n        page"),
        ("style: page", "style: cursor"),
        ("while: [scheduled, running]", "while: [pending]"),
        ("        '409':\n", "        409:\n"),
    ],
)
def test_both_refuse_what_cannot_be_kept(edited: Edited, old: str, new: str) -> None:
    """Guards that neither reader accepts what the other one refuses."""
    file = edited(old, new)

    with pytest.raises(InvalidSourceError):
        mocks(file)
    with pytest.raises(DocumentError):
        judges(file)
