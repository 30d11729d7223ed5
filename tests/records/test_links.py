"""Members of records that lead to themselves and to what can be done with them."""

from pathlib import Path

import pytest

from mockserver.records.bodies.links import Links
from mockserver.records.fixtures.generate import Generator
from mockserver.records.schemas.schema import Schema
from tests.records.kinds import ALL, contract, kind, small

NOW = 1_768_478_400_000


def test_a_record_leads_to_itself_and_to_its_operations() -> None:
    """Guards clients that call what a record says: each link has the path of an operation."""
    found = kind("github-runs")
    links = Links(found, contract("github-runs").operations)
    (record,) = Generator(found, NOW).records(1, links)
    members = record.members()

    assert members["url"] == "/repos/owner-1/repo-1/actions/runs/1"
    assert members["cancel_url"] == "/repos/owner-1/repo-1/actions/runs/1/cancel"
    assert members["rerun_url"] == "/repos/owner-1/repo-1/actions/runs/1/rerun"
    assert "/" not in members["jobs_url"]


@pytest.mark.parametrize("name", ALL)
def test_a_record_with_links_fits_its_schema(name: str) -> None:
    """Guards records with links, and that keys, states and moments are left alone."""
    found = kind(name)
    links = Links(found, contract(name).operations)
    plain, linked = Generator(found, NOW).records(10), Generator(found, NOW).records(10, links)

    for before, after in zip(plain, linked, strict=True):
        assert Schema(found.resource.record).misfits(after.members()) == []
        assert (before.key, before.state, before.entered) == (after.key, after.state, after.entered)


@pytest.mark.parametrize(
    ("said", "leads"),
    [
        ({"type": "string"}, True),
        ({"type": "string", "format": "uri-reference"}, True),
        ({"type": "string", "format": "uri"}, False),
        ({"type": "string", "example": "https://example.com/1"}, False),
        ({"type": "string", "pattern": "^https"}, False),
        ({"type": "integer"}, False),
    ],
)
def test_a_member_that_holds_something_else_is_no_link(
    tmp_path: Path, said: dict[str, str], *, leads: bool
) -> None:
    """Guards members that are only called like a link, and addresses that need a host."""
    links = Links(small(tmp_path, properties={"self": said}), ())

    assert links.of((), "a b") == ({"self": "/things/a%20b"} if leads else {})
