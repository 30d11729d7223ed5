"""One law on the HTML page: its sentence, its clause, and what shows that it is kept or not."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.events import Finding, LawFinished
from contracts.redaction import Evidence
from contracts.reports.markup import Markup, element, joined
from contracts.reports.summary import plural, why
from contracts.verdict import Verdict

OPEN = frozenset({Verdict.BROKEN})
"""The verdicts whose laws are open from the start."""


def card(one: LawFinished) -> Markup:
    """Return the law as it was judged, closed unless it needs to be looked at."""
    law = one.law
    summary = element(
        "summary",
        element("code", law.id, class_=f"id {one.verdict}"),
        element("span", law.level, class_=f"level {law.level}"),
        element("span", law.sentence, class_="sentence"),
    )
    return element(
        "details",
        summary,
        element("div", *_body(one), class_="body"),
        class_="law",
        id=law.id,
        open=one.verdict in OPEN,
        data_verdict=one.verdict.value,
        data_level=str(law.level),
    )


def _body(one: LawFinished) -> list[Markup | None]:
    law = one.law
    return [
        _reason(one),
        *(_finding(finding) for finding in one.findings),
        _list("Observed", one.observations),
        element(
            "dl",
            _pair("clause", element("code", law.clause)),
            _pair("it says", law.clause_text) if law.clause_text != law.clause else None,
            _pair("known", one.known) if one.known else None,
            _pair("how it is judged", law.explanation) if law.explanation else None,
            _pair("looked at", _exercised(one)),
            _pair("sent", f"{plural(one.requests, 'request')} in {one.seconds:.2f} s"),
            class_="about",
        ),
    ]


def _reason(one: LawFinished) -> Markup | None:
    if one.verdict is Verdict.PROBE_FAILED:
        return element("pre", one.reason)
    if one.findings and one.verdict is not Verdict.KNOWN:
        return None  # the findings say it better
    if one.verdict in (Verdict.KEPT, Verdict.OBSERVED) and not one.reason:
        return None
    return element("p", why(one), class_="reason")


def _exercised(one: LawFinished) -> Markup:
    if not one.exercised:
        return joined("nothing")
    counts = [
        element("li", f"{what} \N{MULTIPLICATION SIGN} ", element("b", str(number)))
        for what, number in one.exercised.items()
    ]
    return element("ul", *counts, class_="counts")


def _list(title: str, lines: tuple[str, ...]) -> Markup | None:
    if not lines:
        return None
    return element("div", element("h3", title), element("ul", *(element("li", x) for x in lines)))


def _pair(name: str, value: str) -> Markup:
    return element("div", element("dt", name), element("dd", value))


def _finding(finding: Finding) -> Markup:
    return element(
        "div",
        element(
            "dl",
            _pair("expected", finding.expected),
            element("div", element("dt", "actual"), element("dd", finding.actual), class_="actual"),
        ),
        element("h4", "a script that repeats it") if finding.script else None,
        _command(finding.script) if finding.script else None,
        *(_exchange(evidence) for evidence in finding.exchanges),
        class_="finding",
    )


def _command(text: str) -> Markup:
    """Return what can be given to a shell, with a button that a script shows."""
    return element(
        "div",
        element("pre", text, class_="curl"),
        element("button", "Copy", type="button", class_="copy", hidden=True),
        class_="command",
    )


def _exchange(evidence: Evidence) -> Markup:
    asked = "\n".join([f"{evidence.method} {evidence.url}", *_headers(evidence.headers)])
    answered = "\n".join([str(evidence.status), *_headers(evidence.answer_headers)])
    if evidence.body:
        answered += f"\n\n{evidence.body}"
    if evidence.status is None:
        answered = evidence.error or "no answer"
    return element(
        "div",
        _command(evidence.as_curl()),
        element("h4", "asked"),
        element("pre", asked),
        element("h4", f"answered in {evidence.seconds * 1000:.0f} ms"),
        element("pre", answered),
        class_="exchange",
    )


def _headers(headers: Mapping[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]
