"""A law as an item of pytest, and its verdict in pytest's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from contracts.engine.events import LawFinished
from contracts.engine.exit_code import ExitRule
from contracts.engine.law import Law
from contracts.engine.verdict import Verdict
from contracts.laws import catalogue
from contracts.pytest_plugin.session import LawSession
from contracts.reports.escaping import escape_controls, join_lines
from contracts.reports.plain_text import render_evidence
from contracts.reports.summary import summarize_reason
from contracts.reports.wording import describe_exercised

HOME = Path(catalogue.__file__)
"""The file that represents the laws when pytest goes through this package."""

NODE = "contracts"
"""What the ids of the items begin with, wherever the package is installed."""

SESSIONS = pytest.StashKey[Sequence[LawSession]]()

VERDICT = "verdict"
"""The property that tells an item's verdict in reports."""

SKIPPED = frozenset({Verdict.UNTESTED, Verdict.BLOCKED, Verdict.INCONCLUSIVE})
PASSED = frozenset({Verdict.KEPT, Verdict.OBSERVED})


class LawFile(pytest.File):
    """Collects the laws."""

    def collect(self) -> Iterator[LawItem]:
        """Return an item for each law that is to be judged."""
        for session in self.config.stash[SESSIONS]:
            for law in session.composition.registry:
                name = name_item(law, session)
                yield LawItem.from_parent(self, name=name, law=law, law_session=session)


def name_item(law: Law, session: LawSession) -> str:
    """Return how the item of *law* is called, which `-k` finds by id and by its words."""
    return f"{session.name}-{law.id}_{law.name}" if session.named else f"{law.id}_{law.name}"


class LawItem(pytest.Item):
    """One law, whose level is its marker."""

    def __init__(self, *, law: Law, law_session: LawSession, **more: Any) -> None:
        super().__init__(**more)
        self.law = law
        self.law_session = law_session
        self.add_marker(str(law.level))

    def setup(self) -> None:
        """Fail, and end the run, if nothing can be judged."""
        if missing := self.law_session.missing:
            pytest.skip(f"{Verdict.UNTESTED}: {missing}")
        if trouble := self.law_session.trouble:
            self.session.shouldfail = f"could not judge: {trouble}"
            pytest.fail(f"could not judge: {trouble}", pytrace=False)

    def runtest(self) -> None:
        """Judge the law."""
        finished = self.law_session.judge(self.law)
        self.user_properties += list_properties(finished)
        conclude(finished, self.law_session.composition.settings.exit_rule)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return how the law is called at the head of a report."""
        name = f"{self.law_session.name} " if self.law_session.named else ""
        return self.path, None, f"{name}{self.law.id} {self.law.title}"


def list_properties(one: LawFinished) -> list[tuple[str, object]]:
    """Return what reports of pytest say of a law besides its outcome."""
    properties: list[tuple[str, object]] = [
        (VERDICT, one.verdict.value),
        ("level", str(one.law.level)),
        ("clause", one.law.clause),
        ("requests", one.requests),
        ("shared", one.shared),
    ]
    if one.exercised:
        properties.append(("exercised", join_lines(describe_exercised(one))))
    return properties + [("observed", join_lines(what)) for what in one.observations]


def conclude(one: LawFinished, rule: ExitRule) -> None:
    """Return if the law is kept or was observed, and end the item with its outcome if not."""
    if one.verdict in PASSED:
        return
    if rule.fails(one.verdict, one.lack):
        _fail(one)
    reason = f"{one.verdict}: {join_lines(summarize_reason(one))}"
    if one.verdict in SKIPPED:
        pytest.skip(reason)
    pytest.xfail(reason)
    _fail(one)  # reached under --runxfail, which turns xfail off


def _fail(one: LawFinished) -> NoReturn:
    pytest.fail(render_failure(one), pytrace=False)


def render_failure(one: LawFinished) -> str:
    """Return what a failing item shows; its first line is what pytest's own summary repeats."""
    first = summarize_reason(one)
    if one.findings:
        first = f"expected {one.findings[0].expected}, but {one.findings[0].actual}"
    return escape_controls(f"{join_lines(first)}\n\n{render_evidence(one)}")
