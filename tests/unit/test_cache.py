"""Responses that are cached until any record changes."""

import pytest

from mockserver.http import cache
from mockserver.http.cache import ResponseCache
from mockserver.http.credentials import Caller
from mockserver.http.messages import Response

ANN = Caller(frozenset(["ann"]))
BOB = Caller(frozenset(["bob"]))
ANSWER = Response(200, b"{}")


def test_an_answer_is_kept_for_its_caller_target_and_revision() -> None:
    """Guards against a cached response of another caller, or of an earlier state."""
    kept = ResponseCache()
    kept.keep(1, (ANN, "/jobs"), ANSWER)
    kept.keep(1, (ANN, "/jobs"), ANSWER)

    assert kept.get(1, (ANN, "/jobs")) is ANSWER
    assert kept.get(1, (BOB, "/jobs")) is None
    assert kept.get(1, (ANN, "/jobs?page=2")) is None
    assert kept.get(2, (ANN, "/jobs")) is None
    assert kept.get(1, (ANN, "/jobs")) is None


def test_an_answer_that_is_asked_for_once_is_not_kept() -> None:
    """Guards reads of which each is another against the cost of keeping what nobody asks for."""
    kept = ResponseCache()
    kept.keep(1, (ANN, "/jobs"), ANSWER)

    assert kept.get(1, (ANN, "/jobs")) is None

    kept.keep(1, (ANN, "/jobs"), ANSWER)
    kept.keep(2, (ANN, "/jobs"), ANSWER)

    assert kept.get(2, (ANN, "/jobs")) is None


def test_the_memory_of_answers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the memory of a mock of a million records against a client that reads them all."""
    monkeypatch.setattr(cache, "_MOST_BYTES", 10_000)
    kept = ResponseCache()
    for number in range(100):
        kept.keep(1, (ANN, str(number)), ANSWER)
        kept.keep(1, (ANN, str(number)), ANSWER)

    assert len([n for n in range(100) if kept.get(1, (ANN, str(n)))]) < 25
