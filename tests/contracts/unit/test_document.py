"""The judge's reader of openapi.yaml."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from contracts.contract.document import Document, load, parse
from contracts.contract.errors import DocumentError
from contracts.contract.pointer import PointerError, resolve

LIFE = "#/components/schemas/Job/x-lifecycle"
LIST = "#/paths/~1public~1{projectKey}~1jobs/get"


@pytest.fixture(scope="module", name="document")
def read() -> Document:
    """Return the contract."""
    return load()


def changed(document: Document, pointer: str, key: str | int, value: Any) -> dict[str, Any]:
    """Return the contract's plain form with one thing changed."""
    raw = deepcopy(dict(document.raw))
    resolve(raw, pointer)[key] = value
    return raw


def test_the_operations_have_their_roles(document: Document) -> None:
    """Which operation lists, reads, cancels and makes follows from the extensions."""
    roles = (document.list_id, document.read_id, document.cancel_id, document.make_id)

    assert roles == ("listJobs", "getJob", "cancelJob", "deleteUser")


def test_the_extensions_are_read(document: Document) -> None:
    """Limits, states and conflicts come from the x- keys."""
    limit, conflict = document.paging.limit, document.conflict

    assert (limit.default, limit.min, limit.max) == (50, 1, 200)
    assert (conflict.status, conflict.states) == (409, ("scheduled", "running"))
    assert document.cancel.sources == ("scheduled", "running")


@pytest.mark.parametrize(
    ("pointer", "key", "value", "place"),
    [
        (LIST, "x-order", "newest", f"{LIST}/x-order"),
        (f"{LIFE}/transitions/3", "by", "nobody", f"{LIFE}/transitions/3/by"),
        (f"{LIFE}/transitions/0", "to", "sleeping", LIFE),
        (f"{LIFE}/transitions/1", "from", ["failed"], f"{LIFE}/transitions/1/from"),
        (LIFE, "unknown", 1, LIFE),
        (f"{LIST}/x-pagination/limit", "default", "fifty", f"{LIST}/x-pagination/limit/default"),
        (f"{LIST}/responses/200/links/getFirstJob", "operationId", "readJob", "getFirstJob"),
    ],
)
def test_a_document_that_contradicts_itself_is_refused(
    document: Document, pointer: str, key: str, value: Any, place: str
) -> None:
    """Unknown x- keys, dangling operationIds and unknown states say file and JSON pointer."""
    with pytest.raises(DocumentError) as refused:
        parse(changed(document, pointer, key, value), "some.yaml")

    assert "some.yaml" in str(refused.value)
    assert place in str(refused.value)


def test_a_file_that_is_not_there_is_a_document_error(tmp_path: Any) -> None:
    """A missing file is reported like any other problem of the document."""
    with pytest.raises(DocumentError, match=r"nothing\.yaml"):
        load(tmp_path / "nothing.yaml")


def test_the_closure_follows_every_move(document: Document) -> None:
    """What a job may have become is what any chain of moves leads to."""
    life = document.lifecycle

    assert life.find_reachable("scheduled") == set(life.states)
    assert life.find_reachable("running", by="server") == {"running", "completed", "failed"}
    assert life.find_reachable("completed") == {"completed"}


@pytest.mark.parametrize(
    ("value", "meaning"),
    [(None, 50), (1, 1), (200, 200), (0, 50), (201, 50), (-1, 50), (10**30, 50)],
)
def test_a_limit_outside_its_range_means_the_default(
    document: Document, value: int | None, meaning: int
) -> None:
    """A value outside the range is the same as none."""
    assert document.paging.limit.interpret(value) == meaning


def test_a_path_is_matched_by_its_template(document: Document) -> None:
    """Parameters are decoded after the path was split, so an encoded slash stays inside."""
    operation = document.match("DELETE", "/public/p/users/a%2Fb")

    assert operation is not None
    assert operation.parse_arguments("/public/p/users/a%2Fb") == {
        "projectKey": "p",
        "userId": "a/b",
    }
    assert document.match("DELETE", "/public/p/users/a/b") is None


def test_a_pointer_to_nothing_says_so(document: Document) -> None:
    """A clause must resolve, also through a reference at its end."""
    assert document.resolve(f"{LIST}/responses/401")["description"].startswith("The organization")
    with pytest.raises(PointerError, match="nothing"):
        document.resolve("#/components/schemas/Task")


def test_complaints_name_the_place(document: Document) -> None:
    """A schema complaint says which part of the body it is about."""
    job = document.resolve("#/components/examples/RunningJob/value/data")
    body = {"data": {**job, "jobId": "x"}}
    errors = list(document.validate("#/components/schemas/OneJob", body))

    assert any(error.startswith("/data/jobId") for error in errors)
