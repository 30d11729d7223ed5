"""What the judge takes for a resource, and for a moment, where a document leaves it open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.contract.description.reader import parse_each, read_each
from contracts.contract.errors import DocumentError
from contracts.contract.moments import find_unit
from contracts.contract.pages import Bound
from contracts.roles.cursor import choose_sizes
from contracts.roles.page_size import has_smallest_limit

THING = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    "x-lifecycle": {"key": "id"},
}
ONE = {"$ref": "#/components/schemas/Thing"}
MANY = {"type": "array", "items": ONE}


def get(schema: Any, **more: Any) -> dict[str, Any]:
    """Return the GET of a path whose success has *schema*."""
    content = {"application/json": {"schema": schema}}
    return {"get": {"responses": {"200": {"description": "", "content": content}}, **more}}


def names(paths: dict[str, Any]) -> list[str]:
    """Return the resources of a document of *paths*."""
    raw = {"openapi": "3.1.0", "paths": paths, "components": {"schemas": {"Thing": THING}}}
    return [api.resource.name for api in parse_each(raw, "api.yaml")]


def test_a_second_list_of_records_is_no_resource_unless_it_says_so() -> None:
    """Guards READ-01: what a search shows need not be read where the records of a list are."""
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {
        "/things/search": get(MANY),
        "/things": get(MANY),
        "/things/{id}": get(ONE, parameters=[key]),
    }
    paged = {
        **paths,
        "/things/search": get(MANY, **{"x-pagination": {"style": "none", "items": ""}}),
    }

    assert names(paths) == ["things"]
    assert set(names(paged)) == {"things", "search"}


def test_a_list_elsewhere_is_the_only_one() -> None:
    """Guards records that are listed under another path than the one where each is read."""
    assert names({"/teams/things": get(MANY), "/things/{id}": get(ONE)}) == ["things"]


@pytest.mark.parametrize(
    ("schema", "unit"),
    [
        ({"type": "string", "format": "date-time"}, "rfc3339"),
        ({"format": "date-time"}, "rfc3339"),
        ({"type": ["string", "null"], "format": "date-time"}, "rfc3339"),
        ({"type": "integer", "format": "date-time"}, "s"),
        ({"type": ["number", "null"], "format": "date-time"}, "s"),
        ({"type": "integer", "format": "unixtime"}, "s"),
        ({"type": "integer", "format": "unix-time"}, "s"),
        ({"type": "integer"}, None),
    ],
)
def test_the_unit_of_a_moment_follows_from_type_and_format(
    schema: dict[str, Any], unit: str | None
) -> None:
    """Guards stamps of which no unit is declared: a number is never read as a text."""
    assert find_unit(schema) == unit


@pytest.mark.parametrize("below", ["", "get"])
def test_operations_in_other_files_are_told(tmp_path: Path, below: str) -> None:
    """Guards documents of several files: what to do is said, and not that there is no list."""
    elsewhere: dict[str, Any] = {"$ref": "paths/things.yaml"}
    paths = {"/things": {below: elsewhere} if below else elsewhere}
    file = tmp_path / "api.json"
    file.write_text(json.dumps({"openapi": "3.1.0", "info": {}, "paths": paths}))

    with pytest.raises(DocumentError, match=r"paths/things\.yaml is another file, .* bundle them"):
        read_each(file)


@pytest.mark.parametrize(("least", "judged"), [(-1, False), (0, True), (1, True)])
def test_a_limit_below_zero_is_not_the_size_of_a_page(least: int, *, judged: bool) -> None:
    """Guards PAGE-02 of lists whose limit may be -1, which asks for all records."""
    limit = {"parameter": "limit", "min": least}
    pages = {"style": "page", "items": "", "page": {"parameter": "page"}, "limit": limit}
    parameters = [{"name": name, "in": "query"} for name in ("limit", "page")]
    listing = get(MANY, parameters=parameters, **{"x-pagination": pages})
    raw = {"openapi": "3.1.0", "paths": {"/things": listing, "/things/{id}": get(ONE)}}
    (api,) = parse_each({**raw, "components": {"schemas": {"Thing": THING}}}, "api.yaml")

    assert (has_smallest_limit(api) == "") == judged


@pytest.mark.parametrize(
    ("limit", "sizes"),
    [
        (None, (None, None)),
        (Bound("limit"), (2, 4)),
        (Bound("limit", max=4), (2, 4)),
        (Bound("limit", max=3), (None, None)),
        (Bound("limit", min=1, max=1), (None, None)),
        (Bound("limit", min=10), (10, 20)),
        (Bound("limit", min=10, max=15), (None, None)),
    ],
)
def test_pages_are_compared_in_sizes_that_the_limit_takes(
    limit: Bound | None, sizes: tuple[int | None, int | None]
) -> None:
    """Guards CURS-04 of lists whose pages are small: none is asked for more than it may hold."""
    assert choose_sizes(limit) == sizes
