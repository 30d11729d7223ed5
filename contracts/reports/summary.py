"""What all reports say of the events of a run, and the sentences that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from contracts.engine.events import (
    Event,
    LawFacts,
    LawFinished,
    LawStarted,
    RunFinished,
    RunStarted,
)
from contracts.engine.exit_code import ExitCode
from contracts.engine.seen import ResourceSeen
from contracts.engine.verdict import Lack, Verdict
from contracts.reports.wording import join_counts, pluralize

ORDER = (
    Verdict.BROKEN,
    Verdict.SLACK,
    Verdict.KNOWN,
    Verdict.INCONCLUSIVE,
    Verdict.SETUP_FAILED,
    Verdict.PROBE_FAILED,
    Verdict.BLOCKED,
    Verdict.UNTESTED,
    Verdict.OBSERVED,
    Verdict.KEPT,
)
"""The verdicts as a reader wants them: first what to act on, last what is kept."""

MEANING: Mapping[Verdict, str] = {
    Verdict.BROKEN: "a MUST of the contract is not kept, and no legal history explains it",
    Verdict.SLACK: "a SHOULD is not kept",
    Verdict.KNOWN: "broken, and listed as a known deviation",
    Verdict.INCONCLUSIVE: "the data changed during each attempt",
    Verdict.SETUP_FAILED: "the state that the law needs could not be reached",
    Verdict.PROBE_FAILED: "the judge itself has a bug",
    Verdict.BLOCKED: "a law that this one builds on does not hold",
    Verdict.UNTESTED: "there was nothing to judge, or something that the law needs was not given",
    Verdict.OBSERVED: "the contract leaves this open: what the deployment does was noted",
    Verdict.KEPT: "checked, and as the contract says",
}

EXIT_MEANING: Mapping[int, str] = {
    ExitCode.FINE: "nothing is broken",
    ExitCode.BROKEN: "something is broken",
    ExitCode.USAGE: "the command line is wrong",
    ExitCode.UNJUDGED: "the deployment could not be judged",
}

Tone = Literal["bad", "doubt", "good"]


@dataclass(frozen=True, slots=True)
class Summary:
    """What the events of a run say in all; a run that did not finish is never a success."""

    started: RunStarted | None
    laws: tuple[LawFinished, ...]
    finished: RunFinished | None
    at_work: LawFacts | None
    """The law that was being judged when the events ended."""
    resources: tuple[ResourceSeen, ...] = ()
    """What was seen of each kind of records, once all of its laws were judged."""

    @classmethod
    def of(cls, events: Iterable[Event]) -> Summary:
        """Read *events*, which may end early."""
        started: RunStarted | None = None
        finished: RunFinished | None = None
        at_work: LawFacts | None = None
        laws: list[LawFinished] = []
        resources: list[ResourceSeen] = []
        for event in events:
            match event:
                case RunStarted():
                    started = event
                case LawStarted():
                    at_work = event.law
                case LawFinished():
                    at_work = None
                    laws.append(event)
                case ResourceSeen():
                    resources.append(event)
                case RunFinished():
                    finished = event
        return cls(started, tuple(laws), finished, at_work, tuple(resources))

    @property
    def complete(self) -> bool:
        """Tell whether the run finished."""
        return self.finished is not None

    @property
    def exit_code(self) -> int | None:
        """Return the exit code of a run that finished."""
        return self.finished.exit_code if self.finished else None

    @property
    def unreached(self) -> tuple[LawFacts, ...]:
        """Return the laws of the run that were not judged, in the run's order."""
        judged = {one.law.label for one in self.laws}
        return (
            tuple(law for law in self.started.laws if law.label not in judged)
            if self.started
            else ()
        )

    @property
    def counts(self) -> dict[Verdict, int]:
        """Return how many laws each verdict has, in ORDER, without verdicts that no law has."""
        found = Counter(one.verdict for one in self.laws)
        return {verdict: found[verdict] for verdict in ORDER if found[verdict]}

    def select(self, *verdicts: Verdict) -> tuple[LawFinished, ...]:
        """Return the laws with one of *verdicts*, in the order of *verdicts*."""
        return tuple(one for verdict in verdicts for one in self.laws if one.verdict is verdict)

    @property
    def slack_fails(self) -> bool:
        """Tell whether only a SHOULD can have made the exit code 1 (`--fail-on should`)."""
        return self.exit_code == ExitCode.BROKEN and not self.select(Verdict.BROKEN)

    @property
    def tone(self) -> Tone:
        """Return the colour of the run; only a finished run can look good."""
        if self.select(Verdict.BROKEN) or (
            self.finished and self.finished.exit_code == ExitCode.BROKEN
        ):
            return "bad"
        return "good" if self.finished and self.finished.exit_code == ExitCode.FINE else "doubt"

    @property
    def headline(self) -> str:
        """Say in one sentence how the run ended."""
        broken = len(self.select(Verdict.BROKEN))
        text = f"{pluralize(broken, 'law')} {'is' if broken == 1 else 'are'} broken"
        if self.finished is None:
            begin = f"Incomplete: the run did not finish{self._place}"
            return f"{begin}. {text}" if broken else begin
        if broken:
            return text
        if self.exit_code == ExitCode.BROKEN:
            return f"Nothing is broken, but {self.counts.get(Verdict.SLACK, 0)} SHOULD not kept"
        if self.exit_code != ExitCode.FINE:
            begin = "Incomplete" if self.out_of_time else "Could not judge"
            return f"{begin}: {self.finished.trouble or self._doubts}"
        return "Nothing is broken"

    @property
    def out_of_time(self) -> bool:
        """Tell whether the time of the run ended before all laws were judged."""
        return any(one.lack is Lack.TIME for one in self.laws)

    @property
    def _place(self) -> str:
        total = len(self.started.laws) if self.started else 0
        at = f" (it stopped at {self.at_work.id})" if self.at_work else ""
        return f"; {len(self.laws)} of {pluralize(total, 'law')} were judged{at}"

    @property
    def _doubts(self) -> str:
        doubts = {v: n for v, n in self.counts.items() if v not in (Verdict.KEPT, Verdict.OBSERVED)}
        return join_counts({v.value: n for v, n in doubts.items()}) or "no law was judged"

    @property
    def requests(self) -> str:
        """Say what was sent; a statement on all requests is made only if the run finished."""
        if self.finished is None:
            sent = pluralize(sum(one.requests for one in self.laws), "request")
            return f"{sent} by the laws that were judged; later requests were not counted"
        run = self.finished
        methods = sorted(run.by_method, key=lambda method: (method != "GET", method))
        by_method = ", ".join(f"{run.by_method[m]} {m}" for m in methods if run.by_method[m])
        other = self.other_than_get
        were = "was" if other == 1 else "were"
        text = f"{pluralize(run.requests, 'request')}{by_method and ': '}{by_method}; "
        text += f"{pluralize(other, 'request')} other than GET {were} sent"
        changing = f", {run.by_effect.get('change', 0)} of which could change something"
        return f"{text}{changing}" if other else text

    @property
    def other_than_get(self) -> int:
        """Count the requests with another method than GET."""
        if self.finished is None:
            return 0
        return sum(n for method, n in self.finished.by_method.items() if method != "GET")

    @property
    def also(self) -> tuple[str, ...]:
        """Return the remarks on the run that a reader should know."""
        if self.finished is None:
            return ()
        run = self.finished
        said = []
        if run.trouble and run.exit_code == ExitCode.BROKEN:
            said.append(f"incomplete: {run.trouble}")
        told = {"read": run.surveyed, "slowed down to": run.slowed}
        said += [f"{what}: {text}" for what, text in told.items() if text]
        if self.started and self.started.proxy:
            said.append(f"all requests went through the proxy {self.started.proxy}")
        if run.refused:
            refused = pluralize(run.refused, "request")
            said.append(f"{refused} stopped by the effects guard")
        if run.waits:
            said.append(f"the deployment asked to wait {pluralize(run.waits, 'time')}")
        if run.fixed:
            said.append(f"known deviations that no longer occur: {', '.join(run.fixed)}")
        if run.unmet:
            laws = ", ".join(run.unmet)
            said.append(f"known deviations that did not occur this time, perhaps by chance: {laws}")
        if run.expired:
            said.append(f"known deviations that have expired: {', '.join(run.expired)}")
        return tuple(said)

    @property
    def exit_meaning(self) -> str:
        """Say the exit code and what it means."""
        if self.finished is None:
            return "the run did not finish, so nothing is proven"
        code = self.finished.exit_code
        meaning = EXIT_MEANING.get(code, "an unknown outcome")
        if self.slack_fails:
            meaning = "a SHOULD is not kept, and --fail-on should makes it count"
        return f"exit {code}: {meaning}"


def summarize_reason(one: LawFinished) -> str:
    """Return why a law has its verdict, in one line: the last line of what was said."""
    lines = [line.strip() for line in one.reason.splitlines() if line.strip()]
    return lines[-1] if lines else MEANING[one.verdict]
