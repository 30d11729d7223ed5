"""One law on the HTML page: its sentence, its clause, and what shows that it is kept or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from contracts.engine.events import Finding, LawFacts, LawFinished
from contracts.engine.verdict import Verdict
from contracts.http.excerpt import Change
from contracts.http.redaction import Evidence
from contracts.reports.html_markup import Markup, element, join
from contracts.reports.plain_text import shows_clause
from contracts.reports.steps import ABSENT, Step, describe_response, group_steps
from contracts.reports.summary import summarize_reason
from contracts.reports.wording import describe_requests

SHOWN_BODY = 600
"""How many characters are shown of a body in which no part is known to matter."""

OPEN = frozenset({Verdict.BROKEN})
"""The verdicts whose laws are open from the start."""


def render_card(one: LawFinished) -> Markup:
    """Return the law as it was judged, closed unless it needs to be looked at."""
    law = one.law
    summary = element(
        "summary",
        element("code", law.label, class_=f"id {one.verdict}"),
        element("span", law.level, class_=f"level {law.level}"),
        element("span", law.sentence, class_="sentence"),
    )
    return element(
        "details",
        summary,
        element("div", *_render_body(one), class_="body"),
        class_="law",
        id=name_anchor(law),
        open=one.verdict in OPEN,
        data_verdict=one.verdict.value,
        data_level=str(law.level),
    )


def name_anchor(law: LawFacts) -> str:
    """Return what a link to the law on this page leads to."""
    return law.label.replace(" ", "-")


def _render_body(one: LawFinished) -> list[Markup | None]:
    law = one.law
    return [
        _render_reason(one),
        *(_render_finding(finding) for finding in one.findings),
        _render_list("Observed", one.observations),
        element(
            "dl",
            _render_pair("clause", element("code", law.clause)),
            _render_pair("it says", law.clause_text) if shows_clause(one) else None,
            _render_pair("known", one.known) if one.known else None,
            _render_pair("how it is judged", law.explanation) if law.explanation else None,
            _render_pair("looked at", _render_exercised(one)),
            _render_pair("sent", f"{describe_requests(one)}, {one.seconds:.2f} s"),
            class_="about",
        ),
    ]


def _render_reason(one: LawFinished) -> Markup | None:
    if one.verdict is Verdict.PROBE_FAILED:
        return element("pre", one.reason)
    if one.findings and one.verdict is not Verdict.KNOWN:
        return None  # the findings say it better
    if one.verdict in (Verdict.KEPT, Verdict.OBSERVED) and not one.reason:
        return None
    return element("p", summarize_reason(one), class_="reason")


def _render_exercised(one: LawFinished) -> Markup:
    if not one.exercised:
        return join("nothing")
    counts = [
        element("li", f"{what} \N{MULTIPLICATION SIGN} ", element("b", str(number)))
        for what, number in one.exercised.items()
    ]
    return element("ul", *counts, class_="counts")


def _render_list(title: str, lines: tuple[str, ...]) -> Markup | None:
    if not lines:
        return None
    return element("div", element("h3", title), element("ul", *(element("li", x) for x in lines)))


def _render_pair(name: str, value: str) -> Markup:
    return element("div", element("dt", name), element("dd", value))


def _render_finding(finding: Finding) -> Markup:
    shown = () if finding.script else group_steps(finding.exchanges)
    last = finding.exchanges[-1:] if finding.script else ()
    return element(
        "div",
        element(
            "dl",
            _render_pair("expected", finding.expected),
            element("div", element("dt", "actual"), element("dd", finding.actual), class_="actual"),
            _render_pair("declared", f"{finding.clause} {finding.clause_text}")
            if finding.clause
            else None,
        ),
        _render_changes(finding.changes),
        element("h4", "a script that repeats it") if finding.script else None,
        _render_command(finding.script) if finding.script else None,
        *(_render_response(evidence) for evidence in last),
        *(_render_step(step, alone=len(shown) == 1) for step in shown),
        class_="finding",
    )


def _render_changes(changes: Iterable[Change]) -> Markup | None:
    rows = [
        element(
            "tr",
            element("th", change.member, scope="row"),
            *(
                element("td", element("code", ABSENT if value is None else value))
                for value in (change.before, change.after)
            ),
        )
        for change in changes
    ]
    if not rows:
        return None
    heads = (element("th", name, scope="col") for name in ("member", "before", "after"))
    return element("table", element("tr", *heads), *rows, class_="changes")


def _render_command(text: str) -> Markup:
    """Return what can be given to a shell, with a button that a script shows."""
    return element(
        "div",
        element("pre", text, class_="curl"),
        element("button", "Copy", type="button", class_="copy", hidden=True),
        class_="command",
    )


def _render_step(step: Step, *, alone: bool) -> Markup:
    return element(
        "div",
        None if alone else element("h4", f"step {step.number}", class_="step"),
        element("p", step.again, class_="again") if step.again else _render_command(step.curl),
        *(_render_response(one) for one in step.responses),
        class_="exchange",
    )


def _render_response(evidence: Evidence) -> Markup:
    """Return what counts in an answer, and all that was said on both sides for who wants it."""
    asked = "\n".join([f"{evidence.method} {evidence.url}", *_list_headers(evidence.headers)])
    response = "\n".join([str(evidence.status), *_list_headers(evidence.response_headers)])
    if evidence.body:
        response += f"\n\n{evidence.body}"
    if evidence.status is None:
        response = evidence.error or "no answer"
    return element(
        "div",
        element("pre", "\n".join(describe_response(evidence, SHOWN_BODY)), class_="point"),
        element(
            "details",
            element("summary", f"the whole exchange, {evidence.seconds * 1000:.0f} ms"),
            element("pre", asked),
            element("pre", response),
            class_="whole",
        ),
        class_="answer",
    )


def _list_headers(headers: Mapping[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]
