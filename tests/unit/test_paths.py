"""From the path of a request to the operation that a description declares there."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from mockserver.contract.reader import load
from mockserver.http.paths import Paths

TEMPLATES = (
    "/things/{id}.json",
    "/things/{name}",
    "/things/mine",
    "/things/{id}:close",
    "/{kind}/{a}-{b}",
    "/",
)


def _load(folder: Path, templates: Sequence[str]) -> Paths:
    """Return the paths of a description with *templates*, with a base path and without it."""
    file = folder / "openapi.json"
    declared = {
        template: {"get": {"responses": {"200": {"description": "it"}}}} for template in templates
    }
    about = {"title": "alike", "version": "1"}
    file.write_text(json.dumps({"openapi": "3.1.0", "info": about, "paths": declared}))
    return Paths(load(file).operations, ("/v2",))


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Return paths of which several are alike."""
    return _load(tmp_path_factory.mktemp("paths"), TEMPLATES)


@pytest.mark.parametrize("base", ["", "/v2"])
@pytest.mark.parametrize(
    ("path", "template", "parameters"),
    [
        ("/things/mine", "/things/mine", {}),
        ("/things/7.json", "/things/{id}.json", {"id": "7"}),
        # Described without the ending: what may leave it out comes after that.
        ("/things/7", "/things/{name}", {"name": "7"}),
        ("/things/7/", "/things/{name}", {"name": "7"}),
        ("/things/7:close", "/things/{id}:close", {"id": "7"}),
        ("/things/a%2Fb", "/things/{name}", {"name": "a/b"}),
        ("/others/1-2", "/{kind}/{a}-{b}", {"kind": "others", "a": "1", "b": "2"}),
        ("/", "/", {}),
    ],
)
def test_a_path_is_that_of_the_template_that_leaves_the_least_open(
    paths: Paths, base: str, path: str, template: str, parameters: dict[str, str]
) -> None:
    """Guards the order of OpenAPI 3.1, 4.8.8, segment by segment, below a base and without it."""
    found = paths.match("GET", base + path)

    assert found is not None
    assert found.operation is not None
    assert (found.operation.template, found.parameters) == (template, parameters)


def test_a_base_without_its_slash_is_the_path_at_its_root(paths: Paths) -> None:
    """Guards that a slash at the end may be there or not at the base as well."""
    found = paths.match("GET", "/v2")

    assert found is not None
    assert found.operation is not None
    assert found.operation.template == "/"


@pytest.mark.parametrize("path", ["/things//", "/others/1", "/things/%zz", "/others/-", "/a/b/c"])
def test_a_path_that_no_template_has_is_nothing(paths: Paths, path: str) -> None:
    """Guards that a parameter is neither empty, nor longer than its segment, nor badly encoded."""
    assert paths.match("GET", path) is None


def test_a_method_that_a_path_does_not_have_still_tells_those_it_has(paths: Paths) -> None:
    """Guards the Allow of a 405 (RFC 9110, section 15.5.6)."""
    found = paths.match("DELETE", "/things/7")

    assert found is not None
    assert (found.operation, found.allow) == (None, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("last", "template", "parameters"),
    [
        ("7", "/{kind}/{id}", {"kind": "jobs", "id": "7"}),
        ("all", "/{kind}/all", {"kind": "jobs"}),
        ("a%2Fb", "/{kind}/{id}", {"kind": "jobs", "id": "a/b"}),
        ("%00", "/{kind}/{id}", {"kind": "jobs", "id": "\0"}),
        ("7/", "/{kind}/{id}", {"kind": "jobs", "id": "7"}),
        ("7/8", "/{id}/{kind}/{id}", {"id": "8", "kind": "7"}),
    ],
)
def test_a_path_is_found_alike_after_others_that_end_differently(
    tmp_path: Path, last: str, template: str, parameters: dict[str, str]
) -> None:
    """Guards what is remembered of the paths below another one against what they differ in."""
    declared = ("/{kind}/{id}", "/{kind}/all", "/{id}/{kind}/{id}")
    paths = _load(tmp_path, declared)
    for before in ("1", "2", "7/1", "all"):
        paths.match("GET", f"/v2/jobs/{before}")

    found = paths.match("GET", f"/v2/jobs/{last}")

    assert found is not None
    assert found.operation is not None
    assert (found.operation.template, found.parameters) == (template, parameters)
