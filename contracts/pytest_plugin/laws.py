"""The part of the plugin that is at work only when a deployment is judged.

Laws that look at everything a run saw can be judged by a worker of pytest-xdist only over what
that worker saw. So each worker judges them once more when it ends, and a violation that the item
did not see is reported as a failure of the same item.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts.engine.law import Level
from contracts.http.redaction import Redactor
from contracts.pytest_plugin.items import (
    HOME,
    NODE,
    SESSIONS,
    VERDICT,
    LawFile,
    LawItem,
    list_properties,
    render_failure,
)
from contracts.pytest_plugin.options import rename_options
from contracts.pytest_plugin.session import RNG, LawSession, create_sessions
from contracts.pytest_plugin.totals import Totals
from contracts.startup.composition import USAGE_ERRORS

NAME = "contract-laws"
OUTPUT = "contracts"
"""Where a worker leaves what the controller has to know."""


def create_plugin(config: pytest.Config, options: Namespace) -> Laws:
    """Return the plugin for what was given, or say what is wrong with that."""
    try:
        sessions = create_sessions(options, os.environ, getattr(config, "workerinput", {}))
    except USAGE_ERRORS as error:
        raise pytest.UsageError(f"contracts: {rename_options(str(error))}") from error
    config.stash[SESSIONS] = sessions
    for level in Level:
        config.addinivalue_line("markers", f"{level}: a law of the contract (RFC 2119)")
    return Laws(sessions, config)


class Laws:
    """The hooks of a run that judges."""

    def __init__(self, sessions: Sequence[LawSession], config: pytest.Config) -> None:
        self.sessions = sessions
        self.composition = sessions[0].composition
        self.config = config
        self.totals = Totals()
        self.selected: list[LawItem] = []

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> LawFile | None:
        """Collect the laws in the place of the file that lists them."""
        if file_path != HOME:
            return None
        found: LawFile = LawFile.from_parent(parent, path=file_path, nodeid=NODE)
        return found

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Judge in the registry's order, also if shuffled: some laws look at what others saw."""
        self.selected = [item for item in items if isinstance(item, LawItem)]
        places = [place for place, item in enumerate(items) if isinstance(item, LawItem)]
        order = {
            (session.name, law.id): (turn, place)
            for turn, session in enumerate(self.sessions)
            for place, law in enumerate(session.composition.registry)
        }
        self.selected.sort(key=lambda item: order[item.law_session.name, item.law.id])
        for place, item in zip(places, self.selected, strict=True):
            items[place] = item

    def pytest_report_header(self) -> list[str]:
        """Say what is judged, how to repeat it, and what is odd about the document."""
        target = self.composition.target
        url = Redactor.of(target).redact(target.base_url)
        title = self.composition.document.title
        place = target.describe_scope(title) or f"project {target.project}"
        head = (
            f"contracts: {url}, {place}, effects {target.effects}; "
            f"--contract-rng {self.composition.settings.rng} repeats this run"
        )
        return [
            head,
            *(f"contracts: {one}" for one in self.composition.document.warnings),
        ]

    def pytest_report_teststatus(
        self, report: pytest.CollectReport | pytest.TestReport
    ) -> tuple[str, str, str] | None:
        """Show the verdict where pytest would say PASSED."""
        properties = dict(getattr(report, "user_properties", ()))
        if VERDICT not in properties or report.when != "call":
            return None
        category: str = report.outcome
        if hasattr(report, "wasxfail"):
            category = "xfailed"
        letter = {"passed": ".", "failed": "F", "skipped": "s", "xfailed": "x"}[category]
        return category, letter, properties[VERDICT].upper()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Take the place in this plugin out of what a skipped law tells: only the reason counts."""
        report = yield
        if isinstance(item, LawItem) and isinstance(report.longrepr, tuple):
            report.longrepr = (NODE, None, report.longrepr[2])  # type: ignore[assignment]  # pytest takes any tuple of these three
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the verdicts, wherever the laws were judged."""
        self.totals.note(report)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Let all workers make the same choices."""
        node.workerinput[RNG] = self.composition.settings.rng

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker sent, and what it found when it ended."""
        output = getattr(node, "workeroutput", {}).get(OUTPUT)
        if output is None:
            return
        for sent in output["sent"]:
            self.totals.add(sent)
        for late in output["late"]:
            nodeid = f"{NODE}::{late['name']}"
            if nodeid in self.totals.failed:
                continue
            report = pytest.TestReport(
                nodeid=nodeid,
                location=(NODE, None, late["name"]),
                keywords={},
                outcome="failed",
                longrepr=late["text"],
                when="call",
                user_properties=[tuple(pair) for pair in late["properties"]],
            )
            self.config.hook.pytest_runtest_logreport(report=report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Sum up: a worker tells the controller, and a run that judged nothing fails."""
        output = getattr(self.config, "workeroutput", None)
        late = [] if output is None else self._judge_whole_run()
        sent = [Totals.encode(one.finish()) for one in self.sessions if one.begun]
        if output is not None:
            output[OUTPUT] = {"sent": sent, "late": late}
            return
        for one in sent:
            self.totals.add(one)
        if self.totals.is_silent and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED

    def _judge_whole_run(self) -> list[dict[str, Any]]:
        """Return what the laws on the whole run find at its end, if they fail it."""
        whole = [
            item
            for item in self.selected
            if item.law.whole_run and item.law_session.begun and not item.law_session.trouble
        ]
        judged = [(item.name, item.law_session.judge_at_the_end(item.law)) for item in whole]
        return [
            {"name": name, "text": render_failure(one), "properties": list_properties(one)}
            for name, one in judged
            if self.composition.settings.exit_rule.fails(one.verdict, one.lack)
        ]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say the verdicts, and prove what was sent."""
        terminalreporter.section("contract")
        for line in self.totals.render_lines():
            terminalreporter.line(line)
