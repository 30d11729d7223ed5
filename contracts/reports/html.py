"""The run as one HTML page that needs nothing but itself: to be read, filtered, sent and printed.

Everything is readable without its script; the script only filters, copies and opens for print.
The policy in its head lets nothing run or load but the style and script that were written here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from contracts.engine.events import Event, LawFacts
from contracts.engine.verdict import Verdict
from contracts.reports.escaping import save
from contracts.reports.html_cards import name_anchor, render_card
from contracts.reports.html_markup import Markup, Part, element, join
from contracts.reports.html_resources import render_resources
from contracts.reports.summary import MEANING, ORDER, Summary, summarize_reason
from contracts.reports.wording import join_counts, pluralize

PAGE = Path(__file__).parent / "page"
LEVELS = ("MUST", "SHOULD", "MAY")

MOST_BREACHES = 8
"""How many laws that are broken are named above all else."""


def write(events: Iterable[Event], file: Path) -> None:
    """Write the HTML report of *events* to *file*."""
    save(render_page(Summary.of(events)) + "\n", file)


def render_page(summary: Summary) -> str:
    """Return the whole page."""
    style, script = ((PAGE / name).read_text("utf-8") for name in ("report.css", "report.js"))
    # A hash lets exactly these two texts act: nothing that a server answered can be added to them.
    policy = (
        f"default-src 'none'; style-src {_hash_text(style)}; script-src {_hash_text(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{summary.headline} - contract check"),
        element("style", Markup(style)),
    )
    body = element(
        "body",
        element("a", "Skip to the laws", href="#laws", class_="skip"),
        element("header", *_render_top(summary)),
        *render_resources(summary),
        element(
            "main",
            _render_filters(summary),
            element("p", id="shown", role="status"),
            _render_laws(summary),
            id="laws",
            tabindex="-1",
        ),
        element(
            "footer", element("p", summary.exit_meaning), element("p", _describe_origin(summary))
        ),
        element("script", Markup(script)),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}"


def _hash_text(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _render_top(summary: Summary) -> Iterable[Part]:
    yield element("p", "Contract check", class_="kind")
    headline, _, why = summary.headline.partition(": ")
    yield element("h1", headline, class_=summary.tone)
    yield element("p", why, class_="why") if why else None
    if summary.started:
        yield element("p", element("code", summary.started.base_url), class_="deployment")
    yield _render_bar(summary)
    counts = join_counts({verdict.value: number for verdict, number in summary.counts.items()})
    yield element("p", counts, class_="tally")
    yield element("p", summary.requests, class_="sent")
    for sentence in summary.also:
        yield element("p", sentence)
    yield _render_breaches(summary)
    yield element("dl", *_render_facts(summary), class_="facts")


def _render_breaches(summary: Summary) -> Markup | None:
    """Say of each law that is broken what came instead, with a link to the evidence."""
    broken = summary.select(Verdict.BROKEN)[:MOST_BREACHES]
    items = [
        element(
            "li",
            element("a", one.law.label, href=f"#{name_anchor(one.law)}"),
            f" {summarize_reason(one)}",
        )
        for one in broken
    ]
    return element("ul", *items, class_="breaches") if items else None


def _render_facts(summary: Summary) -> Iterable[Markup]:
    started, finished = summary.started, summary.finished
    facts: dict[str, str] = {}
    if started:
        facts = {
            **({"api": started.scope} if started.scope else {"project": started.project}),
            "effects": started.effects,
            "contract": started.contract,
            "started": started.started_at.replace("T", " ").replace("+00:00", " UTC"),
            "rng": str(started.rng),
        }
    if finished:
        facts["took"] = f"{finished.seconds:.1f} s"
        facts["only read"] = str(finished.by_effect.get("read", 0))
        facts["could change something"] = str(finished.by_effect.get("change", 0))
        facts["stopped by the effects guard"] = str(finished.refused)
        facts["asked to wait"] = pluralize(finished.waits, "time")
    for name, value in facts.items():
        yield element("div", element("dt", name), element("dd", value))


def _render_bar(summary: Summary) -> Markup | None:
    """Draw the verdicts in their shares; their counts follow in words."""
    total = len(summary.laws) + len(summary.unreached)
    if not total:
        return None
    left, parts = 0.0, []
    counts = {verdict.value: number for verdict, number in summary.counts.items()}
    for name, number in {**counts, "unreached": len(summary.unreached)}.items():
        share = 100 * number / total
        parts.append(
            element("rect", class_=name, x=f"{left:.3f}%", width=f"{share:.3f}%", height="100%")
        )
        left += share
    return element("svg", *parts, class_="bar", aria_hidden="true")


def _render_filters(summary: Summary) -> Markup:
    counts = summary.counts
    verdicts = [
        _render_switch("verdict", verdict.value, f"{counts[verdict]} {verdict}", MEANING[verdict])
        for verdict in ORDER
        if verdict in counts
    ]
    if summary.unreached:
        number = len(summary.unreached)
        verdicts.append(
            _render_switch("verdict", "unreached", f"{number} not reached", "not judged")
        )
    found = {one.law.level for one in summary.laws} | {law.level for law in summary.unreached}
    levels = [_render_switch("level", level, level, None) for level in LEVELS if level in found]
    search = element("input", type="search", id="text", placeholder="law, clause, evidence")
    return element(
        "form",
        element("fieldset", element("legend", "Verdict"), *verdicts),
        element("fieldset", element("legend", "Level"), *levels),
        element("label", element("span", "Search"), search, class_="search"),
        element(
            "div",
            element("button", "Open all", type="button", id="open"),
            element("button", "Close all", type="button", id="close"),
            class_="buttons",
        ),
        id="filters",
        hidden=True,  # until there is a script to serve it
        aria_label="Filter the laws",
    )


def _render_switch(name: str, value: str, label: str, title: str | None) -> Markup:
    box = element("input", type="checkbox", name=name, value=value)
    return element("label", box, element("span", label), class_=f"switch {value}", title=title)


def _render_laws(summary: Summary) -> Markup:
    sections = [
        _render_section(
            verdict.value, str(verdict), MEANING[verdict], [render_card(one) for one in laws]
        )
        for verdict in ORDER
        if (laws := summary.select(verdict))
    ]
    if summary.unreached:
        cards = [_render_unreached(law) for law in summary.unreached]
        sections.append(
            _render_section("unreached", "not reached", "the run ended before them", cards)
        )
    if not sections:
        sections.append(element("p", "No law was judged.", class_="none"))
    return join(*sections)


def _render_section(verdict: str, name: str, meaning: str, cards: list[Markup]) -> Markup:
    return element(
        "section",
        element("h2", name, " ", element("span", f"{len(cards)}", class_="number"), class_=verdict),
        element("p", meaning, class_="meaning"),
        *cards,
    )


def _render_unreached(law: LawFacts) -> Markup:
    return element(
        "p",
        element("code", law.label, class_="id"),
        " ",
        law.title,
        class_="law plain",
        data_verdict="unreached",
        data_level=law.level,
    )


def _describe_origin(summary: Summary) -> str:
    if not summary.complete:
        return "This report is incomplete: the run did not finish."
    judged = len(summary.laws) - len(summary.select(Verdict.UNTESTED, Verdict.BLOCKED))
    return (
        f"{pluralize(judged, 'law')} of {len(summary.laws)} looked at something. No key of this "
        "run stands in this report: commands take it from the environment ($CONTRACTS_API_KEY)."
    )
