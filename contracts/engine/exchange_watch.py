"""Lets an exchange law see all exchanges of a run, whichever law or generator made them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.contract.api import Api
from contracts.contract.json_values import get_value
from contracts.contract.pointer import unescape
from contracts.engine.extreme import explain_extreme
from contracts.engine.law import MUST, Law
from contracts.engine.verdict import Violation
from contracts.http.exchange import Exchange, Place
from contracts.http.transport import WAITING

MOST_FINDINGS = 5
"""How many violations of one law are kept."""

VARYING = re.compile(r'"[^"]*"|\d+')
"""What differs between violations of one cause: the numbers and the texts of single records."""


@dataclass
class ExchangeWatch:
    """One exchange law at work."""

    law: Law
    document: Api
    exercised: Counter[str] = field(default_factory=Counter)
    _first: dict[tuple[str | None, str], tuple[Place, Violation]] = field(default_factory=dict)
    """The first violation of each cause, with its place in the order of the run."""

    @property
    def seen(self) -> int:
        """Count the exchanges that the law had something to say of."""
        return self.exercised.total()

    def judge(self, exchange: Exchange) -> None:
        """Judge one exchange by which the law can be judged."""
        judge = self.law.by_exchange
        if judge is None:
            return
        try:
            what = judge(exchange, self.document)
        except Violation as violation:
            what = "breaches"
            self._keep(violation, exchange)
        if what:
            self.exercised[what] += 1

    def _keep(self, violation: Violation, exchange: Exchange) -> None:
        """Keep a violation, if none before it is one of the same operation in the same way."""
        cause = exchange.operation, VARYING.sub("", violation.expected)
        known = self._first.get(cause)
        full = known is None and len(self._first) >= MOST_FINDINGS
        last = max(self._first, key=lambda one: self._first[one][0]) if full else cause
        if last in self._first and self._first[last][0] <= exchange.place:
            return
        self._first.pop(last, None)
        point(violation, exchange, self._break, self.document.resource.items)
        self._first[cause] = exchange.place, violation

    @property
    def findings(self) -> list[Violation]:
        """Return the violations that were kept, in the order of the run."""
        return [found for _, found in sorted(self._first.values(), key=lambda one: one[0])]

    def _break(self, exchange: Exchange) -> None:
        if self.law.by_exchange is not None:
            self.law.by_exchange(exchange, self.document)


@dataclass(frozen=True, slots=True)
class ExchangeWatches:
    """The exchange laws at work; a witness of the transport."""

    document: Api
    by_law: Mapping[str, ExchangeWatch]

    def look(self, exchange: Exchange) -> None:
        """Let the laws judge one exchange; MUST laws pass by what the contract promises nothing to.

        A request that failed while others were under way says nothing: it is sent again alone, or
        the law that sent it is judged again.
        """
        if exchange.status in WAITING or (exchange.crowded and exchange.failed):
            return
        extreme = bool(explain_extreme(exchange, self.document))
        for watch in self.by_law.values():
            if not (extreme and watch.law.level is MUST):
                watch.judge(exchange)


def point(
    violation: Violation,
    exchange: Exchange,
    judge: Callable[[Exchange], object],
    items: str = "/data",
) -> None:
    """Let *violation* say which record of a page it is about, if it does not say that itself.

    That is the first record that breaks the law also when it is alone on the page; it is found by
    halving. Where an empty page breaks the law as well, or no record alone does, the violation is
    about the page. *items* is the pointer to the records.
    """
    records = get_value(exchange.json, items)

    def breaks(some: list[Any]) -> bool:
        try:
            judge(replace(exchange, body=json.dumps(_nest(some, items)).encode()))
        except Violation:
            return True
        except (ValueError, RecursionError):  # it can be read, but not be written again
            return False
        return False

    if violation.about or not isinstance(records, list) or breaks([]):
        return
    start, end = 0, len(records)
    while end - start > 1:
        middle = (start + end) // 2
        start, end = (start, middle) if breaks(records[start:middle]) else (middle, end)
    if breaks(records[start:end]):
        violation.about = (f"{items}/{start}",)


def _nest(records: list[Any], items: str) -> Any:
    """Return a body that has nothing but *records*, at the pointer *items*."""
    body: Any = records
    for step in reversed(items.split("/")[1:]):
        body = {unescape(step): body}
    return body
