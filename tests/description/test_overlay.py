"""OpenAPI Overlays 1.0 and 1.1: the specification's examples in our words, and what is wrong."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.cli import main
from mockserver.contract.overlay import apply_overlay
from mockserver.contract.tree import Library
from mockserver.parsing.sources import InvalidSourceError
from tests.description.conftest import EXPORTS, Read

HEAD = "overlay: 1.1.0\ninfo: {title: Test, version: 1.0.0}\nactions:\n"
CITY = """\
openapi: 3.1.0
info: {title: Trains, version: 1.0.0}
paths:
  /stations:
    get: {x-safe: true, summary: Stations, tags: [read], parameters: [{name: near, in: query}]}
    post: {summary: A station}
  /trips: {get: {x-safe: true, summary: Trips, tags: [read]}}
components: {schemas: {Trip: {properties: {id: {type: string}}}, Base: {type: object}}}
"""


def put(tmp_path: Path, actions: str, *, strict: bool = False, head: str = HEAD) -> Any:
    """Return `CITY` with *actions* put on it, and the warnings."""
    (tmp_path / "city.yaml").write_text(CITY)
    (tmp_path / "overlay.yaml").write_text(head + actions)
    library = Library(tmp_path / "city.yaml")
    raw = library.read(tmp_path / "city.yaml")
    made = apply_overlay(library, raw, tmp_path / "overlay.yaml", strict=strict)
    return made, list(library.warnings)


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_a_structured_overlay_merges_into_the_root(tmp_path: Path, version: str) -> None:
    """Guards one update of the whole description: objects merge, texts are replaced."""
    actions = (
        "- target: $\n  update: {info: {x-owner: city, title: Trams}, "
        "paths: {/trips: {get: {summary: All trips}}}}\n"
    )
    made, warnings = put(tmp_path, actions, head=HEAD.replace("1.1.0", version))

    assert made["info"] == {"title": "Trams", "version": "1.0.0", "x-owner": "city"}
    assert made["paths"]["/trips"]["get"] == {
        "x-safe": True,
        "summary": "All trips",
        "tags": ["read"],
    }
    assert warnings == []


def test_targeted_actions_change_what_they_select(tmp_path: Path) -> None:
    """Guards several actions in order, each with a path of its own."""
    actions = (
        "- {target: \"$.paths['/stations'].get\", update: {summary: Near stations}}\n"
        "- {target: \"$.paths['/trips'].get\", update: {deprecated: true}}\n"
    )
    made, _ = put(tmp_path, actions)

    assert made["paths"]["/stations"]["get"]["summary"] == "Near stations"
    assert made["paths"]["/trips"]["get"]["deprecated"] is True


def test_a_wildcard_changes_every_operation(tmp_path: Path) -> None:
    """Guards wildcards and filters, the latter as traits: an update of what has a mark."""
    actions = (
        "- {target: '$.paths.*.*', update: {security: []}}\n"
        "- {target: '$.paths[?@.get[\"x-safe\"] == true].get', update: {tags: [cached]}}\n"
    )
    made, _ = put(tmp_path, actions)
    paths = made["paths"]

    assert [o["security"] for item in paths.values() for o in item.values()] == [[], [], []]
    assert [paths[p]["get"]["tags"] for p in paths] == [["read", "cached"]] * 2


def test_an_array_is_appended_to(tmp_path: Path) -> None:
    """Guards an update of an array by an item, and by a list of them."""
    target = "\"$.paths['/stations'].get.parameters\""
    actions = (
        f"- {{target: {target}, update: {{name: limit, in: query}}}}\n"
        f"- {{target: {target}, update: [{{name: page, in: query}}]}}\n"
    )
    made, _ = put(tmp_path, actions)

    names = [p["name"] for p in made["paths"]["/stations"]["get"]["parameters"]]
    assert names == ["near", "limit", "page"]


def test_remove_takes_out_members_and_items(tmp_path: Path) -> None:
    """Guards removal from objects and from arrays, also of several at once."""
    actions = (
        "- {target: '$.paths.*.post', remove: true}\n"
        "- {target: '$.paths.*.get.parameters[?@.name == \"near\"]', remove: true}\n"
        "- {target: '$.paths.*.get.tags.*', remove: true}\n"
    )
    made, _ = put(tmp_path, actions)

    assert list(made["paths"]["/stations"]) == ["get"]
    assert made["paths"]["/stations"]["get"]["parameters"] == []
    assert made["paths"]["/trips"]["get"]["tags"] == []


def test_copy_merges_what_another_path_selects(tmp_path: Path) -> None:
    """Guards copy of version 1.1, and that the copy is one: it changes alone."""
    actions = (
        "- {target: '$.paths', update: {/lines: {}}}\n"
        "- {target: \"$.paths['/lines']\", copy: \"$.paths['/trips']\"}\n"
        "- {target: \"$.paths['/trips']\", remove: true}\n"
        "- {target: \"$.paths['/lines'].get\", update: {summary: Lines}}\n"
    )
    made, _ = put(tmp_path, actions)

    assert list(made["paths"]) == ["/stations", "/lines"]
    assert made["paths"]["/lines"]["get"]["summary"] == "Lines"


def test_an_action_that_hits_nothing_is_a_warning(tmp_path: Path) -> None:
    """Guards that it is told by its target, and is an error where overlays are strict."""
    action = "- {target: $.paths.nowhere, update: {a: 1}}\n"
    made, warnings = put(tmp_path, action)
    with pytest.raises(InvalidSourceError, match=r"\$\.paths\.nowhere hits nothing; write a path"):
        put(tmp_path, action, strict=True)

    assert made == yaml.safe_load(CITY)
    assert [
        "overlay.yaml:4:12: the target $.paths.nowhere hits nothing" in w for w in warnings
    ] == [True]


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        ("- {target: paths, update: {}}", "is not a JSONPath (RFC 9535)"),
        ("- {target: '$.paths[', update: {}}", "is not a JSONPath (RFC 9535)"),
        ("- {update: {}}", "/actions/0: has no target; write a JSONPath such as $.paths"),
        ("- {target: $}", "/actions/0: does nothing; write update, remove or copy"),
        ("- {target: $, updates: {}, update: {}}", "/actions/0/updates: updates is not known; wr"),
        ("- {target: $, remove: true}", "/actions/0: removes the whole description; write anoth"),
        ("- {target: $.info, copy: '$.paths.*'}", "/copy: selects 2 values; write a path to one"),
        ("  []", "/actions: no actions were found; write a list of them"),
    ],
)
def test_a_wrong_action_is_told_with_its_place(tmp_path: Path, actions: str, told: str) -> None:
    """Guards what an overlay may hold."""
    with pytest.raises(InvalidSourceError) as caught:
        put(tmp_path, actions + "\n")

    assert told in str(caught.value)
    assert "overlay.yaml:" in str(caught.value)


def test_a_version_that_is_not_read_is_told(tmp_path: Path) -> None:
    """Guards the version, and a file that is not an overlay."""
    with pytest.raises(InvalidSourceError, match=r"is not an overlay of version 1.0 or 1.1; write"):
        put(tmp_path, "- {target: $, update: {}}\n", head=HEAD.replace("1.1.0", "2.0.0"))


def test_what_an_overlay_contradicts_is_told_in_the_overlay(read: Read) -> None:
    """Guards the place of a wrong key that an overlay has added: its own file and pointer."""
    overlay = (
        "overlay: 1.0.0\ninfo: {title: E, version: 1.0.0}\nactions:\n"
        "- target: $.components.schemas.Export\n  update:\n    x-lifecycle:\n"
        "      field: status\n      initial: new\n      transitions:\n"
        "      - {event: e, by: server, from: [queued], to: running}\n"
    )
    with pytest.raises(InvalidSourceError) as caught:
        read(EXPORTS, overlay)
    (problem,) = caught.value.diagnostics

    assert problem.file.name == "0.overlay.yaml"
    assert (problem.line, problem.pointer) == (8, "/actions/0/update/x-lifecycle/initial")


def test_overlays_are_put_on_in_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards --overlay, which can be given several times, and --strict."""
    (tmp_path / "city.yaml").write_text(CITY)
    for name, title in (("a", "First"), ("b", "Second")):
        action = (
            f"- {{target: $.info, update: {{title: {title}}}}}\n- {{target: $.x, remove: true}}\n"
        )
        (tmp_path / f"{name}.yaml").write_text(HEAD + action)
    options = [f"--overlay={tmp_path / name}.yaml" for name in "ab"]
    code = main(["explain", str(tmp_path / "city.yaml"), *options])
    told = capsys.readouterr()

    assert code == 0
    assert told.out.startswith("Second (")
    assert told.err.count("the target $.x hits nothing") == 2
    assert main(["explain", str(tmp_path / "city.yaml"), *options, "--strict"]) == 2
