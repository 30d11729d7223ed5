"""A law as an item of pytest, and its verdict in pytest's words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from contracts.engine.events import LawFinished
from contracts.engine.law import Law
from contracts.engine.runner import Settings
from contracts.engine.verdict import Verdict
from contracts.laws import catalogue
from contracts.pytest_plugin.session import Bench
from contracts.reports.evidence import evidence
from contracts.reports.summary import looked_at, why
from contracts.reports.visible import one_line, visible

HOME = Path(catalogue.__file__)
"""The file that stands for the laws when pytest goes through this package."""

NODE = "contracts"
"""What the ids of the items begin with, wherever the package is installed."""

BENCH = pytest.StashKey[Bench]()

VERDICT = "verdict"
"""The property that tells an item's verdict in reports."""

SKIPPED = frozenset({Verdict.UNTESTED, Verdict.BLOCKED, Verdict.INCONCLUSIVE})
PASSED = frozenset({Verdict.KEPT, Verdict.OBSERVED})


class LawFile(pytest.File):
    """Collects the laws."""

    def collect(self) -> Iterator[LawItem]:
        """Return an item for each law that is to be judged."""
        for law in self.config.stash[BENCH].registry:
            yield LawItem.from_parent(self, name=name(law), law=law)


def name(law: Law) -> str:
    """Return how the item of *law* is called, which `-k` finds by id and by its words."""
    return f"{law.id}_{law.name}"


class LawItem(pytest.Item):
    """One law, whose level is its marker."""

    def __init__(self, *, law: Law, **more: Any) -> None:
        super().__init__(**more)
        self.law = law
        self.add_marker(str(law.level))

    @property
    def bench(self) -> Bench:
        """Return what the law is judged with."""
        return self.config.stash[BENCH]

    def setup(self) -> None:
        """Fail, and end the run, if nothing can be judged."""
        if trouble := self.bench.trouble:
            self.session.shouldfail = f"could not judge: {trouble}"
            pytest.fail(f"could not judge: {trouble}", pytrace=False)

    def runtest(self) -> None:
        """Judge the law."""
        finished = self.bench.judge(self.law)
        self.user_properties += properties(finished)
        conclude(finished, self.bench.settings)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return how the law is called at the head of a report."""
        return self.path, None, f"{self.law.id} {self.law.title}"


def properties(one: LawFinished) -> list[tuple[str, object]]:
    """Return what reports of pytest tell of a law besides its outcome."""
    told: list[tuple[str, object]] = [
        (VERDICT, one.verdict.value),
        ("level", str(one.law.level)),
        ("clause", one.law.clause),
        ("requests", one.requests),
        ("shared", one.shared),
    ]
    if one.exercised:
        told.append(("exercised", one_line(looked_at(one))))
    return told + [("observed", one_line(what)) for what in one.observations]


def fails(one: LawFinished, settings: Settings) -> bool:
    """Tell whether the run has to fail: something is broken, or a doubt may not be passed over."""
    policy = settings.policy
    return policy.breaks(one.verdict) or policy.doubts(one.verdict, one.lack)


def conclude(one: LawFinished, settings: Settings) -> None:
    """Return if the law is kept or was observed, and end the item with its outcome if not."""
    if one.verdict in PASSED:
        return
    if fails(one, settings):
        _fail(one)
    reason = f"{one.verdict}: {one_line(why(one))}"
    if one.verdict in SKIPPED:
        pytest.skip(reason)
    pytest.xfail(reason)
    _fail(one)  # reached under --runxfail, which turns xfail off


def _fail(one: LawFinished) -> NoReturn:
    pytest.fail(failure(one), pytrace=False)


def failure(one: LawFinished) -> str:
    """Return what a failing item shows; its first line is what pytest's own summary repeats."""
    first = why(one)
    if one.findings:
        first = f"expected {one.findings[0].expected}, but {one.findings[0].actual}"
    return visible(f"{one_line(first)}\n\n{evidence(one)}")
