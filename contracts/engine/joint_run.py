"""Several resources of one document, judged one after the other and told as one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from contracts.engine import preflight
from contracts.engine.events import Event, LawFinished, RunFinished, RunStarted
from contracts.engine.exit_code import ExitRule
from contracts.engine.runner import Runner
from contracts.engine.seen import ResourceSeen
from contracts.engine.verdict import Lack, Verdict


def stream_events(runners: Sequence[Runner]) -> Iterator[Event]:
    """Judge by each of *runners*; of several, each event says of which resource it is.

    All have begun at the same time, so that the limit of time is one for all. A resource whose
    list cannot be called, for want of a path parameter, is left out and said to be untested.
    """
    if len(runners) == 1:
        yield from runners[0].stream_events()
        return
    laws = [replace(law, resource=_name(one)) for one in runners for law in one.start().laws]
    yield replace(runners[0].start(), laws=tuple(laws))
    ends: list[RunFinished] = []
    judged: list[LawFinished] = []
    for runner in runners:
        for event in _stream_one(runner):
            if isinstance(event, RunFinished):
                ends.append(event)
            else:
                judged += [event] if isinstance(event, LawFinished) else []
                yield event
    yield join_ends(ends, judged, runners[0].settings.exit_rule)


def _stream_one(runner: Runner) -> Iterator[Event]:
    """Judge one resource of several, and name it in each event."""
    name = _name(runner)
    missing = preflight.find_missing_path(runner.run.document, runner.run.target)
    for law in runner.registry if missing else ():
        facts = replace(law.get_facts(runner.run.document), resource=name)
        yield LawFinished(facts, Verdict.UNTESTED, f"{name}: {missing}", lack=Lack.OPTION)
    for event in () if missing else runner.stream_events():
        if isinstance(event, RunFinished):
            yield replace(event, trouble=event.trouble and f"{name}: {event.trouble}")
        elif isinstance(event, ResourceSeen):
            yield event
        elif not isinstance(event, RunStarted):
            yield replace(event, law=replace(event.law, resource=name))


def _name(runner: Runner) -> str:
    return runner.run.document.resource.name


def join_ends(
    ends: Sequence[RunFinished], judged: Sequence[LawFinished], rule: ExitRule
) -> RunFinished:
    """Return the sum of several ends, whose times all began with the run.

    A known deviation is fixed if it is so for each resource.
    """
    open_laws = {one.law.id for one in judged if one.verdict in (Verdict.BROKEN, Verdict.KNOWN)}
    unmet = {law for one in ends for law in one.unmet} - open_laws
    trouble = "; ".join(one.trouble for one in ends if one.trouble)
    return RunFinished(
        verdicts=Counter(one.verdict for one in judged),
        requests=sum(one.requests for one in ends),
        by_method=_add(one.by_method for one in ends),
        by_effect=_add(one.by_effect for one in ends),
        refused=sum(one.refused for one in ends),
        waits=sum(one.waits for one in ends),
        seconds=max((one.seconds for one in ends), default=0.0),
        exit_code=rule.decide([(one.verdict, one.lack) for one in judged], trouble),
        trouble=trouble,
        surveyed="; ".join(one.surveyed for one in ends if one.surveyed),
        fixed=tuple(sorted({law for one in ends for law in one.fixed} - open_laws - unmet)),
        unmet=tuple(sorted(unmet)),
        expired=tuple(dict.fromkeys(text for one in ends for text in one.expired)),
    )


def _add(counts: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)
