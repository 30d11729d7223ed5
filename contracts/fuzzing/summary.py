"""What all parts of the generated calls showed, confirmed where the data may have moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.verdict import Inconclusive
from contracts.fuzzing import checks
from contracts.fuzzing.gate import Gate
from contracts.fuzzing.violations import CallViolation, FuzzResult, Kind
from contracts.http.transport import OutOfTime

REPEATS = 2
"""How often a read that broke a promise is sent again before it is reported."""


class Part(Protocol):
    """What some of the calls showed."""

    gate: Gate
    found: list[CallViolation]
    errors: list[str]
    links: int


class Summary:
    """What all parts showed."""

    def __init__(self, probe: JobsProbe, parts: Sequence[Part]) -> None:
        self._probe = probe
        self._document = probe.document
        self._sent = [exchange for part in parts for exchange in part.gate.sent]
        self._links = sum(part.links for part in parts)
        self._errors = [error for part in parts for error in part.errors]
        self._found: dict[tuple[Kind, str], CallViolation] = {}
        for violation in (one for part in parts for one in part.found):
            self._note(violation)

    def _note(self, violation: CallViolation) -> None:
        """Keep one violation for each cause: the one that is shown by the shortest call."""
        key = (violation.kind, violation.cause)
        known = self._found.get(key)
        if known is None or _measure(violation) < _measure(known):
            self._found[key] = violation

    def build_result(self) -> FuzzResult:
        """Return what was exercised, and what was found and confirmed."""
        result = FuzzResult(
            {kind: Counter() for kind in Kind}, {kind: [] for kind in Kind}, dict.fromkeys(Kind, 0)
        )
        result.errors = self._errors
        statuses = {exchange.status for exchange in self._sent}
        if statuses and statuses <= {401, 403}:
            result.setup_failure = f"every call was answered {' or '.join(map(str, statuses))}"
            return result
        for exchange in self._sent:
            for kind, what in checks.list_exercised(exchange, self._document):
                result.exercised[kind][what] += 1
        if self._links:
            result.exercised[Kind.LINK]["links followed"] += self._links
        for violation in self._found.values():
            if self._is_confirmed(violation):
                result.violations[violation.kind].append(violation)
            else:
                result.unconfirmed[violation.kind] += 1
        return result

    def _is_confirmed(self, violation: CallViolation) -> bool:
        """Send reads again, as the data may have moved; a wrong form is wrong at any time."""
        if violation.kind in (Kind.FORM, Kind.PAGE):
            return True
        if any(exchange.method != "GET" for exchange in violation.exchanges):
            return True
        return all(self._occurs_again(violation) for _ in range(REPEATS))

    def _occurs_again(self, violation: CallViolation) -> bool:
        base = self._probe.target.base_url.rstrip("/")
        try:
            replies = [
                self._probe.send("GET", exchange.url.removeprefix(base))
                for exchange in violation.exchanges
            ]
        except Inconclusive:
            return violation.cause == "no answer" and self._is_reachable()
        except OutOfTime:
            return False
        if violation.kind is Kind.LINK:
            return checks.check_link(replies[0], replies[-1], self._document) is not None
        return checks.check_status(replies[0], self._document) is not None

    def _is_reachable(self) -> bool:
        """Tell whether the deployment responds at all: an outage is not a violation."""
        try:
            self._probe.list_jobs()
        except (Inconclusive, OutOfTime):
            return False
        return True


def _measure(violation: CallViolation) -> int:
    return sum(len(exchange.url) for exchange in violation.exchanges)
