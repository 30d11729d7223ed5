"""The run as Markdown, for the summary of a CI job: short, what is broken first."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from contracts.engine.events import Event, Finding, LawFacts, LawFinished
from contracts.engine.verdict import Verdict
from contracts.reports.escaping import escape_controls, join_lines, save
from contracts.reports.plain_text import shows_clause
from contracts.reports.steps import describe_change, describe_response, group_steps
from contracts.reports.summary import MEANING, Summary, summarize_reason

SIGNS = {"bad": "\N{CROSS MARK}", "doubt": "\N{WARNING SIGN}", "good": "\N{WHITE HEAVY CHECK MARK}"}

DETAILED = (Verdict.BROKEN, Verdict.SLACK, Verdict.KNOWN)
LISTED = (
    Verdict.INCONCLUSIVE,
    Verdict.SETUP_FAILED,
    Verdict.PROBE_FAILED,
    Verdict.BLOCKED,
    Verdict.UNTESTED,
)
MOST_DETAILED = 40
"""CI systems cut a summary that is too long: GitHub's limit is a megabyte."""

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~@])")
SHOWN_BODY = 600


def write(events: Iterable[Event], file: Path) -> None:
    """Write the Markdown report of *events* to *file*."""
    save("\n".join(render(Summary.of(events))) + "\n", file)


def render(summary: Summary) -> Iterator[str]:
    """Return the lines of the report."""
    yield f"## {SIGNS[summary.tone]} Contract check: {escape(summary.headline)}"
    yield ""
    if summary.started:
        run = summary.started
        place = quote(run.scope) if run.scope else f"project {quote(run.project)}"
        yield (
            f"{quote(run.base_url)}, {place}, effects {quote(run.effects)}, "
            f"contract {quote(run.contract)}, rng {quote(str(run.rng))}"
        )
        yield ""
    yield from _render_counts(summary)
    for sentence in (summary.requests, *summary.also, summary.exit_meaning):
        yield f"- {escape(sentence)}"
    detailed = summary.select(*DETAILED)
    for one in detailed[:MOST_DETAILED]:
        yield from _render_details(one)
    if len(detailed) > MOST_DETAILED:
        yield f"\n... and {len(detailed) - MOST_DETAILED} more: see the other reports."
    yield from _render_doubts(summary)
    yield from _render_observed(summary)


def _render_counts(summary: Summary) -> Iterator[str]:
    if not summary.counts:
        return
    yield "| verdict | laws | meaning |"
    yield "| --- | ---: | --- |"
    for verdict, number in summary.counts.items():
        yield f"| {verdict} | {number} | {escape(MEANING[verdict])} |"
    if summary.unreached:
        yield f"| *not reached* | {len(summary.unreached)} | the run ended before them |"
    yield ""


def _render_details(one: LawFinished) -> Iterator[str]:
    name = f"{one.verdict}: {one.law.label}"
    sentence = html.escape(join_lines(one.law.sentence))
    yield ""
    yield f"<details{' open' if one.verdict is Verdict.BROKEN else ''}>"
    yield f"<summary><b>{html.escape(name)}</b> {sentence}</summary>"
    yield ""
    text = f": {escape(one.law.clause_text)}" if shows_clause(one) else ""
    yield f"Clause {quote(one.law.clause)} ({one.law.level}){text}"
    if one.verdict is Verdict.KNOWN or not one.findings:
        yield f"\n{escape(summarize_reason(one))}"
    elif one.known:
        yield f"\n{escape(one.known)}"
    for finding in one.findings:
        yield from _render_finding(finding)
    yield ""
    yield "</details>"


def _render_finding(finding: Finding) -> Iterator[str]:
    yield ""
    yield f"- expected: {escape(finding.expected)}"
    yield f"- actual: {escape(finding.actual)}"
    if finding.clause:
        yield f"- declared: {quote(finding.clause)} {escape(finding.clause_text)}"
    for change in finding.changes:
        yield f"- differs: {escape(describe_change(change))}"
    if finding.script:
        yield from _fence("sh", finding.script)
        if finding.exchanges:
            yield from _fence("text", *describe_response(finding.exchanges[-1], SHOWN_BODY))
        return  # the other calls are those of the script
    shown = group_steps(finding.exchanges)
    for step in shown:
        if len(shown) > 1:
            yield f"\nStep {step.number}{f', {step.again}' if step.again else ''}:"
        # The response is separate: who copies the command must not copy what a server sent.
        if not step.again:
            yield from _fence("sh", step.curl)
        for one in step.responses:
            yield from _fence("text", *describe_response(one, SHOWN_BODY))


def _fence(language: str, *lines: str) -> Iterator[str]:
    text = "\n".join(map(escape_controls, lines)).rstrip("\n")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    yield ""
    yield f"{fence}{language}"
    yield text
    yield fence


def _render_doubts(summary: Summary) -> Iterator[str]:
    doubts = summary.select(*LISTED)
    if not doubts and not summary.unreached:
        return
    yield ""
    yield "<details><summary>Not judged, and why</summary>"
    yield ""
    yield "| law | verdict | why |"
    yield "| --- | --- | --- |"
    for one in doubts:
        yield f"| {_name_laws(one.law)} | {one.verdict} | {escape(summarize_reason(one))} |"
    for law in summary.unreached:
        yield f"| {_name_laws(law)} | not reached | the run ended before it |"
    yield ""
    yield "</details>"


def _render_observed(summary: Summary) -> Iterator[str]:
    seen = [one for one in summary.select(Verdict.OBSERVED) if one.observations]
    if not seen:
        return
    yield ""
    yield "<details><summary>Observed where the contract leaves it open</summary>"
    yield ""
    for one in seen:
        yield f"- {_name_laws(one.law)}: {escape('; '.join(one.observations))}"
    yield ""
    yield "</details>"


def _name_laws(law: LawFacts) -> str:
    return f"{escape(law.label)} {escape(law.title)}"


def escape(text: str) -> str:
    """Return *text* on one line, so that neither Markdown nor HTML nor a table acts on it."""
    return SPECIAL.sub(r"\\\1", html.escape(join_lines(text), quote=False))


def quote(text: str) -> str:
    """Return *text* as code; HTML's element, since Markdown's backticks cannot hold a backtick."""
    return f"<code>{escape(text)}</code>"
