"""What a person sees while the judge is at work, and what is left to read after it.

On a terminal a line at the bottom shows the law at work and the counts; anywhere else, and with
TERM=dumb, each law is a plain line. NO_COLOR is obeyed. Nothing that a deployment answers
reaches the terminal as a control character.
"""

from __future__ import annotations

import atexit
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Self, TextIO

from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from contracts.engine.events import (
    Event,
    Finding,
    LawFacts,
    LawFinished,
    LawStarted,
    RunFinished,
    RunStarted,
)
from contracts.engine.verdict import Verdict
from contracts.reports.escaping import escape_controls, join_lines
from contracts.reports.plain_text import REPEAT, SCRIPT, list_lines, shows_clause
from contracts.reports.printing import Printer
from contracts.reports.summary import ORDER, Summary, summarize_reason
from contracts.reports.wording import describe_requests, join_counts, name_laws, pluralize

STYLES = {
    Verdict.BROKEN: "bold red",
    Verdict.SLACK: "yellow",
    Verdict.KNOWN: "yellow",
    Verdict.INCONCLUSIVE: "magenta",
    Verdict.SETUP_FAILED: "magenta",
    Verdict.PROBE_FAILED: "bold magenta",
    Verdict.BLOCKED: "dim",
    Verdict.UNTESTED: "dim",
    Verdict.OBSERVED: "cyan",
    Verdict.KEPT: "green",
}
TONES = {"bad": "bold red", "doubt": "bold yellow", "good": "bold green"}

SHOWN_ANSWER = 300
"""How many characters the summary shows of a body in which no part is known to matter."""


@dataclass
class Terminal:
    """Prints each event as it comes, and the summary at the end.

    As a context manager it also prints the summary of a run that breaks off, and says that it did.
    """

    quiet: bool = False
    out: TextIO = field(default_factory=lambda: sys.stdout)
    events: list[Event] = field(default_factory=list)
    laws: list[LawFinished] = field(default_factory=list)
    printer: Printer = field(init=False)
    _live: Live | None = None
    _total: int = 0

    def __post_init__(self) -> None:
        self.printer = Printer(self.out)

    def handle(self, event: Event) -> None:
        """Print what *event* tells."""
        self.events.append(event)
        match event:
            case RunStarted() if not self.quiet:
                self._begin(event)
            case LawStarted() if self._live:
                self._live.update(self._show_progress(event.law), refresh=True)
            case LawFinished():
                self.laws.append(event)
                if not self.quiet:
                    self._print_law(event)
            case RunFinished():
                self.close()
            case _:
                pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the terminal back and print the summary, if that is still to be done."""
        self._release()
        if self.events:
            self._print_summary(Summary.of(self.events))
            self.events.clear()

    def _release(self) -> None:
        atexit.unregister(self._release)
        if self._live:
            self._live.stop()
            self._live = None

    def _begin(self, run: RunStarted) -> None:
        self._total = len(run.laws)
        self._say(f"{run.base_url}, {run.place}", "bold")
        how = f"effects {run.effects}; --rng {run.rng} repeats this run"
        if run.recorded:
            how = f"judged by {run.recorded}; nothing is sent"
        self._say(f"{pluralize(self._total, 'law')} of contract {run.contract}, {how}", "dim")
        if self.printer.console.is_terminal and not self.printer.console.is_dumb_terminal:
            self._live = Live(console=self.printer.console, transient=True, refresh_per_second=8)
            self._live.start()
            atexit.register(self._release)  # whatever happens, the cursor comes back

    def _show_progress(self, law: LawFacts) -> Spinner:
        """Return the line at the bottom: one line, whatever the width, the counts first."""
        counts = Counter(one.verdict for one in self.laws)
        line = Text.assemble((f"{len(self.laws)}/{self._total} ", "bold"))
        for verdict in ORDER:
            if counts[verdict]:
                line.append(f"{counts[verdict]} {verdict} ", STYLES[verdict])
        line.append(f" {law.label} {join_lines(law.title)}")
        line.truncate(self.printer.console.width - 3, overflow="ellipsis")
        return Spinner("dots" if self.printer.encode("\u280b") == "\u280b" else "line", line)

    def _print_law(self, one: LawFinished) -> None:
        """Print a law on one line: on a narrow terminal, its figures are left to the reports."""
        title = join_lines(one.law.title)
        verdict, law = f"{one.verdict:12} ", f"{one.law.label:9} "
        figures = [
            f"  {describe_requests(one)}, {one.seconds:.1f} s",
            f"  {describe_requests(one)}",
            "",
        ]
        fitting = (text for text in figures if self.printer.fits(verdict + law + title + text))
        figure = next(fitting, "")
        self.printer.print_line(
            (verdict, STYLES[one.verdict]), (law, ""), (title, ""), (figure, "dim")
        )

    def _print_summary(self, summary: Summary) -> None:
        for verdict in (Verdict.BROKEN, Verdict.SLACK):
            for one in summary.select(verdict):
                self._print_evidence(one)
        for verdict in (
            Verdict.KNOWN,
            Verdict.INCONCLUSIVE,
            Verdict.SETUP_FAILED,
            Verdict.PROBE_FAILED,
            Verdict.BLOCKED,
        ):
            self._print_reasons(verdict, summary.select(verdict))
        self._print_untested(summary.select(Verdict.UNTESTED))
        self._print_observed(summary.select(Verdict.OBSERVED))
        self._print_end(summary)

    def _print_end(self, summary: Summary) -> None:
        self._say()
        self._say(summary.headline, TONES[summary.tone])
        for sentence in summary.also:
            self._say(sentence)
        counts = join_counts({verdict.value: n for verdict, n in summary.counts.items()})
        seconds = f"in {summary.finished.seconds:.1f} s" if summary.finished else ""
        parts = [f"{counts} {seconds}".strip(), summary.requests, summary.exit_meaning]
        self._say(" | ".join(part for part in parts if part), "bold")

    def _print_evidence(self, one: LawFinished) -> None:
        self._say()
        head = (f"{one.verdict.upper()} ", STYLES[one.verdict])
        self.printer.print_prose((head, (f"{one.law.label} ", "bold")), one.law.sentence, "bold")
        self._print_field("clause", f"{one.law.level} {one.law.clause}")
        if shows_clause(one):
            self._print_field("", one.law.clause_text)
        if one.known:
            self._print_field("known", one.known)
        if not one.findings:
            self._print_field("reason", summarize_reason(one))
        for finding in one.findings:
            self._print_finding(finding)

    def _print_finding(self, finding: Finding) -> None:
        for name, text in list_lines(finding, SHOWN_ANSWER):
            if name == SCRIPT:
                for line in escape_controls(text).splitlines():
                    self.printer.print_line((line, "cyan"))
            elif name.startswith(REPEAT):
                self.printer.print_line(
                    (f"  {name:9} ", "dim"), (text, "cyan")
                )  # whole, to be copied
            else:
                self._print_field(
                    name, text, {"actual": "bold", "answer": "dim", "": "dim"}.get(name, "")
                )

    def _print_reasons(self, verdict: Verdict, laws: tuple[LawFinished, ...]) -> None:
        if laws:
            self._say()
            self._say(verdict.upper(), STYLES[verdict])
        for one in laws:
            self.printer.print_prose(
                ((f"  {one.law.label:9} ", ""),), f"{one.law.title}: {summarize_reason(one)}"
            )

    def _print_untested(self, laws: tuple[LawFinished, ...]) -> None:
        """Say each reason once, with the laws that have it: what to give is what one wants."""
        if laws:
            self._say()
            self._say("UNTESTED", STYLES[Verdict.UNTESTED])
        for reason in dict.fromkeys(summarize_reason(one) for one in laws):
            same = [one.law for one in laws if summarize_reason(one) == reason]
            self.printer.print_prose((("  ", ""),), f"{reason}: {name_laws(same)}")

    def _print_observed(self, laws: tuple[LawFinished, ...]) -> None:
        if laws:
            self._say()
            self._say("OBSERVED (the contract leaves it open)", STYLES[Verdict.OBSERVED])
        for one in laws:
            text = "; ".join(one.observations) or one.law.title
            self.printer.print_prose(((f"  {one.law.label:9} ", ""),), text)

    def _print_field(self, name: str, text: str, style: str = "") -> None:
        self.printer.print_prose(((f"  {name:9} ", "dim"),), text, style)

    def _say(self, text: str = "", style: str = "") -> None:
        self.printer.say(text, style)
