"""What the contract promises to a generated call."""

from __future__ import annotations

import pytest

from contracts.contract.document import Document
from contracts.fuzzing.promises import OPEN, SILENT, get_most_jobs, get_promise
from contracts.http.exchange import Exchange

JOBS = "/public/key/jobs"


def called(document: Document, path: str, method: str = "GET") -> Exchange:
    """Return a call of *path* that was answered 200."""
    plain = path.partition("?")[0]
    operation = document.match(method, plain)
    return Exchange(
        method=method,
        url=f"http://127.0.0.1{path}",
        headers={},
        status=200,
        operation=operation.id if operation else None,
        arguments=(operation.parse_arguments(plain) or {}) if operation else {},
    )


@pytest.mark.parametrize(
    "query",
    ["", "?limit=201", "?limit=0&page=-5", "?page=2147483647", "?limit=-1&page=0"],
)
def test_any_integer_is_a_valid_limit_and_page(document: Document, query: str) -> None:
    """Guards the promise `outside: default`: a value out of range must not be refused."""
    assert get_promise(called(document, JOBS + query), document).statuses == {200}


@pytest.mark.parametrize(
    "query",
    [
        "?limit=abc",
        "?limit=",
        "?limit=1.0",
        "?limit=1&limit=2",
        "?page=%2B5",
        "?page=2147483648",
        "?limit=-2147483649",
        "?unknown=1",
        "?limit=%D9%A3",
    ],
)
def test_a_query_of_anything_else_is_left_alone(document: Document, query: str) -> None:
    """Guards against accusing a deployment of what it does with no integer."""
    assert get_promise(called(document, JOBS + query), document).statuses == SILENT


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("GET", f"{JOBS}/1", {200, 404}),
        ("GET", f"{JOBS}/2147483647", {200, 404}),
        ("GET", f"{JOBS}/2147483648", SILENT),
        ("GET", f"{JOBS}/0", OPEN),
        ("GET", f"{JOBS}/abc", {400}),
        ("GET", f"{JOBS}/null", {400}),
        ("GET", f"{JOBS}/007", SILENT),
        ("GET", f"{JOBS}/-1", OPEN),
        ("GET", f"{JOBS}/5.0", SILENT),
        ("GET", f"{JOBS}/", SILENT),
        ("GET", f"{JOBS}/%2e%2e", SILENT),
        ("GET", f"{JOBS}/5?x=1", SILENT),
        ("DELETE", f"{JOBS}/5", {200, 400, 404}),
        ("DELETE", f"{JOBS}/abc", {400}),
        ("DELETE", "/public/key/users/a@b.example", {200, 404, 405, 409, 501}),
        ("DELETE", f"/public/key/users/{'a' * 256}", {200, 404, 405, 409, 501}),
        ("DELETE", f"/public/key/users/{'a' * 257}", {400, 404, 405, 501}),
        ("DELETE", "/public/key/users/%00", SILENT),
        ("DELETE", "/public/key/users/..", SILENT),
        ("DELETE", "/public/key/users/a%20b", OPEN | {501}),
        ("PUT", f"{JOBS}/5", SILENT),
    ],
)
def test_a_call_may_get_what_is_documented_for_it(
    document: Document, method: str, path: str, statuses: set[int]
) -> None:
    """Guards the documented refusals, and the room where readers of a path differ."""
    assert get_promise(called(document, path, method), document).statuses == statuses


@pytest.mark.parametrize(
    ("query", "most"),
    [("", 50), ("?limit=200", 200), ("?limit=201", 50), ("?limit=0", 50), ("?limit=x", None)],
)
def test_a_page_has_the_length_that_its_limit_means(
    document: Document, query: str, most: int | None
) -> None:
    """Guards that the meaning of a limit is read from the contract."""
    assert get_most_jobs(called(document, JOBS + query), document) == most
