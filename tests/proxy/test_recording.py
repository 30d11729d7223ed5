"""Recorded worlds: valid fixtures that a mock serves as their upstream did, and no identities."""

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mockserver.app.fixtures import check_fixtures
from tests import harness
from tests.proxy.running import PATIENCE, proxy, upstream
from tests.proxy.worlds import LISTS, ListOfApi, read_recording, record, serve

_EACH = pytest.mark.parametrize("of", LISTS, ids=lambda of: of.api)


@_EACH
def test_a_recorded_world_serves_the_same_pages(of: ListOfApi, tmp_path: Path) -> None:
    """Guards the promise of a recording, byte for byte where identities are kept."""
    with (
        record(of, tmp_path / "r", keeps_identities=True) as pages,
        serve(of, tmp_path / "r") as to,
    ):
        served = list(of.walk(to, of.path, "credential-1"))

    assert len(pages) > 2
    assert served == pages


@_EACH
def test_a_recorded_world_serves_the_same_pages_under_pseudonyms(
    of: ListOfApi, tmp_path: Path
) -> None:
    """Guards that pseudonyms are consistent: one for each identity, and the same everywhere."""
    with record(of, tmp_path / "r") as pages, serve(of, tmp_path / "r") as port:
        scope = next(iter(read_recording(tmp_path / "r")["scopes"].values()))
        path = of.path
        for value in scope.get("path", {}).values():
            original = _find_segment(of, list(scope["path"].values()).index(value))
            path = path.replace(original, value)
        served = list(of.walk(port, path, "credential-1"))

    assert len(served) == len(pages)
    names: dict[Any, set[Any]] = {}
    for one, other in zip(map(json.loads, pages), map(json.loads, served), strict=True):
        for left, right in _pair(one, other):
            names.setdefault(left, set()).add(right)
    keys = [record[of.key_member] for page in map(json.loads, pages) for record in page[of.items]]
    # A short number may be a key here and a count there.
    several = {left: rights for left, rights in names.items() if len(rights) > 1}
    assert {left: rights for left, rights in several.items() if len(str(left)) > 3} == {}
    assert len({next(iter(names[key])) for key in keys}) == len(set(keys))
    assert all(names[key] != {key} for key in keys)


def _find_segment(of: ListOfApi, index: int) -> str:
    """Return the part of the path that names a scope."""
    return of.path.split("/")[2:][index]


def _pair(one: Any, other: Any) -> Iterator[tuple[Any, Any]]:
    """Yield what stands at the same places of two values of the same form."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            yield from _pair(one[name], other[name])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            yield from _pair(left, right)
    elif isinstance(one, str) or (isinstance(one, int) and not isinstance(one, bool)):
        yield one, other
    else:
        assert one == other


@_EACH
def test_no_identity_and_no_credential_is_in_a_recording(of: ListOfApi, tmp_path: Path) -> None:
    """Guards what must not be in the file: keys, e-mail addresses, and what let the caller in."""
    with record(of, tmp_path / "r") as pages:
        text = (tmp_path / "r" / "world.json").read_text()
    keys = {str(r[of.key_member]) for page in map(json.loads, pages) for r in page[of.items]}
    words = set(re.findall(r"[\w-]+", text))

    assert [identity for identity in of.identities if identity in text] == []
    # Of a few hundred small numbers in a row, some are pseudonyms of others.
    assert {key for key in keys if not key.isdecimal() or len(key) > 7} & words == set()
    assert of.key not in text


@_EACH
def test_pseudonyms_lead_nowhere(of: ListOfApi, tmp_path: Path) -> None:
    """Guards that pseudonyms follow from a secret: two recordings have others for the same."""
    with record(of, tmp_path / "1"), record(of, tmp_path / "2"):
        one, two = (read_recording(tmp_path / name)["records"] for name in ("1", "2"))

    assert one != two


@_EACH
@pytest.mark.parametrize("keeps", [True, False])
def test_a_recording_is_valid_fixtures(of: ListOfApi, keeps: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a parameter of a test
    """Guards that mockserver check has nothing to say."""
    with record(of, tmp_path / "r", keeps_identities=keeps):
        told = check_fixtures(
            of.settings["spec"], of.settings.get("overlays", ()), tmp_path / "r", 0
        )

    assert told.endswith("no problems")


def test_a_recording_is_its_owner_s_alone(tmp_path: Path) -> None:
    """Guards that nobody else on this machine may read what was recorded."""
    with record(LISTS[0], tmp_path / "r"):
        modes = [
            stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "r", tmp_path / "r/world.json")
        ]

    assert modes == [0o700, 0o600]


def test_the_last_that_was_seen_of_a_record_counts(tmp_path: Path) -> None:
    """Guards records that change and go while they are recorded."""
    of = LISTS[0]
    with harness.mock(**of.settings) as mock:
        address = f"http://127.0.0.1:{mock.port}"
        with proxy(address, record=tmp_path / "r", keeps_identities=True) as running:
            list(of.walk(running.port, of.path, of.key))
            url = f"{running.url}{of.path}/3451"
            authorization = {"Authorization": f"Bearer {of.key}"}
            requests.delete(url, headers=authorization, timeout=PATIENCE)
    rows = read_recording(tmp_path / "r")["records"]["jobs"]

    (job,) = [row["members"] for row in rows if row["members"]["jobId"] == 3451]
    assert job["status"] == "cancelled"
    assert job["updatedAt"] is not None


def test_what_the_contract_does_not_know_is_told_and_left_out(tmp_path: Path) -> None:
    """Guards a deployment that is in other states than its contract says."""
    members = {"jobId": 1, "status": "paused", "projectId": 1, "createdAt": 1, "updatedAt": None}
    body = json.dumps({"data": [{**members, "referenceId": "x", "startAt": 2}]}).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    with (
        upstream(head % len(body) + body) as server,
        proxy(server.url, record=tmp_path / "r", keeps_identities=True) as running,
    ):
        requests.get(f"{running.url}/public/Shop/jobs", timeout=PATIENCE)

    assert "records" not in read_recording(tmp_path / "r")
    assert len(running.told) == 1
    assert "'paused' is not one of" in running.told[0]
