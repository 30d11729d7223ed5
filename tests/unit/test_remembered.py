"""Answers that are kept until any job changes."""

import pytest

from mockserver import remembered
from mockserver.domain.tenancy import Organization, Tenant
from mockserver.exchange import Answer
from mockserver.remembered import Remembered
from tests import harness

ANN = Tenant(Organization("Ann", "ann-key", ()))
BOB = Tenant(Organization("Bob", "bob-key", ()))
ANSWER = Answer(200, b"{}")


def test_an_answer_is_kept_for_its_tenant_target_and_revision() -> None:
    """Guards that nobody is answered with what another tenant, or an earlier state, was shown."""
    kept = Remembered()
    kept.keep(1, ANN, "/jobs", ANSWER)

    assert kept.get(1, ANN, "/jobs") is ANSWER
    assert kept.get(1, BOB, "/jobs") is None
    assert kept.get(1, ANN, "/jobs?page=2") is None
    assert kept.get(2, ANN, "/jobs") is None
    assert kept.get(1, ANN, "/jobs") is None


def test_the_memory_of_answers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards a mock of a million jobs against a client that reads them all."""
    monkeypatch.setattr(remembered, "_MOST_BYTES", 10_000)
    kept = Remembered()
    for number in range(100):
        kept.keep(1, ANN, str(number), ANSWER)

    assert len([n for n in range(100) if kept.get(1, ANN, str(n))]) < 25


def test_two_tenants_at_one_mock_see_their_own() -> None:
    """Guards the same over HTTP: a path remembered for one key is a 401 for the other."""
    with harness.mock() as running:
        path = f"/public/{harness.BUSY}/jobs/3451"
        codes = [
            running.call("GET", path, key=key).status_code
            for key in (harness.DEMO, harness.OTHER, harness.DEMO)
        ]

    assert codes == [200, 401, 200]
