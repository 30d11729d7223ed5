"""The servers that are compared: how they are configured, and what may be measured."""

import json
from pathlib import Path

import pytest

from benches import load, ours
from benches.peers import install, java, json_server, mockoon, prism
from benches.subject import (
    ANOTHER,
    ANOTHER_LIST,
    MANY,
    OPERATIONS,
    PAGES,
    Subject,
    World,
    complaint,
)
from benches.table.phases import FULL, with_options

JOBS = tuple({"jobId": number, "status": "scheduled"} for number in range(3_600, 3_400, -1))
ONE = {"jobId": 3451, "status": "scheduled"}
PEERS = [
    prism.prism(),
    mockoon.mockoon(FULL.last),
    json_server.release(FULL.last),
    json_server.beta(FULL.last),
    java.wiremock(),
    java.specmatic(),
]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a world of 200 jobs."""
    array = tmp_path / "jobs.json"
    array.write_text(json.dumps(JOBS, separators=(",", ":")))
    return World(tmp_path, array, ONE, {"list 50": JOBS[:50], "list 200": JOBS})


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("get one", {"data": {"jobId": 3451, "status": "scheduled"}}),
        ("get one", {"id": "3451", "jobId": 3451, "status": "scheduled"}),
        ("list 50", list(JOBS[:50])),
        ("list 200", {"pages": 1, "data": list(JOBS)}),
        ("cancel", {"data": {"jobId": 3451, "status": "cancelled"}}),
    ],
)
def test_envelopes_and_ids_of_a_peers_own_are_no_complaint(
    operation: str, body: object, world: World
) -> None:
    """Guards that a peer is checked by the jobs that it returns."""
    assert complaint(operation, body, world) == ""


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("get one", {"data": {"jobId": 3452, "status": "scheduled"}}),
        ("list 50", list(JOBS)),
        ("list 200", {"data": list(JOBS[:2])}),
        ("cancel", {"jobId": 3451, "status": "scheduled"}),
    ],
)
def test_another_body_is_a_complaint(operation: str, body: object, world: World) -> None:
    """Guards that no peer is measured that returns other jobs."""
    assert complaint(operation, body, world) != ""


def test_prism_is_given_the_contract_with_the_worlds_jobs(world: World) -> None:
    """Guards Prism's configuration: the same paths, the jobs as examples."""
    paths = prism.document(world)["paths"]
    pages = prism.examples(paths["/public/{projectKey}/jobs"]["get"])
    one = prism.examples(paths["/public/{projectKey}/jobs/{jobId}"]["get"])

    assert [50, 200] == [len(page["value"]["data"]) for page in pages.values()]
    assert one["one"]["value"]["data"]["jobId"] == 3451


def test_mockoon_is_given_all_jobs(world: World) -> None:
    """Guards Mockoon's configuration: a bucket with the whole world."""
    (bucket,) = mockoon.environment(world)["data"]

    assert json.loads(bucket["value"]) == list(JOBS)


def test_the_jars_are_given_a_stub_for_each_read(world: World) -> None:
    """Guards the configurations of WireMock and Specmatic."""
    stubs = [stub["response"]["jsonBody"]["data"] for stub in java.stubs(world)]
    examples = [one["http-response"]["body"]["data"] for one in java.examples(world)]

    assert stubs == examples == [world.one, list(JOBS[:50]), list(JOBS)]


def test_versions_are_exact() -> None:
    """Guards that a comparison can be repeated."""
    wanted = [install.wanted(name) for name in install.PACKAGES]

    assert not [version for version in wanted if not version[0].isdigit()]
    assert install.wanted("json-server-beta") == "1.0.0-beta.15"


def test_what_is_not_installed_has_no_version(tmp_path: Path) -> None:
    """Guards the look for installed packages: absent, then present."""
    before = install.installed("wiremock", tmp_path)
    (tmp_path / "wiremock").mkdir()
    (tmp_path / "wiremock" / "package.json").write_text('{"version": "1.2.3"}')

    assert ("", "1.2.3") == (before, install.installed("wiremock", tmp_path))


def test_a_body_comes_with_its_length() -> None:
    """Guards the requests that change something at a peer."""
    request = load.request("PATCH", "/jobs/1", "Prefer: x", body='{"a": 1}')

    assert b"\r\nPrefer: x\r\n" in request
    assert request.endswith(b"Content-Length: 8\r\n\r\n" + b'{"a": 1}')


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_what_a_peer_cannot_do_is_said(peer: Subject) -> None:
    """Guards that an empty cell says why, and that pages are requested if there are any."""
    absent = [each for each in OPERATIONS if each not in peer.asks]
    absent += [] if PAGES[0] in peer.asks else [MANY]

    assert all(peer.remarks[each].word != "-" and peer.remarks[each].text for each in absent)
    assert (PAGES[0] in peer.asks) == (PAGES[1] in peer.asks)


def test_the_beta_is_given_ids(world: World) -> None:
    """Guards the configuration of json-server's beta: each job with an id, a string."""
    rows = json.loads(json_server.with_ids(world.jobs.read_text()))

    assert rows[0] == {"id": "3600", **JOBS[0]}
    assert len(rows) == len(JOBS)


def test_this_mock_never_answers_a_deep_page_from_memory() -> None:
    """Guards that deep pages are measured, and not cached responses."""
    asks = ours.asks(FULL.last)

    assert len({asks["last page"](number) for number in range(10)}) == 10
    assert b"limit=200&page=5000&" in asks["last page"](0)
    assert asks["get one"](1) == asks["get one"](2)
    assert asks[ANOTHER](1) != asks[ANOTHER](2)
    assert asks[ANOTHER_LIST](1) != asks[ANOTHER_LIST](2)


def test_the_stores_are_measured_with_each_option_that_costs_something() -> None:
    """Guards the second table: journal, log and, where it can be shared, more processes."""
    names = [each.name for each in with_options([ours.memory(), ours.sqlite()])]

    assert [name.removeprefix("this mock, ") for name in names] == [
        "memory",
        "memory, journal",
        "memory, as users run it (access log and journal)",
        "SQLite",
        "SQLite, journal",
        "SQLite, as users run it (access log and journal)",
        "SQLite, 4 workers",
    ]


def test_each_start_of_a_store_begins_with_an_empty_one(tmp_path: Path, world: World) -> None:
    """Guards that no start finds the jobs of an earlier one, unless that is measured."""
    subject = ours.mock(ours.sqlite(), 1)
    first, second = (subject.prepare(tmp_path, world, 0) for _ in range(2))

    assert first != second
    assert subject.keeps
    assert not ours.mock(ours.memory(), 1).keeps
