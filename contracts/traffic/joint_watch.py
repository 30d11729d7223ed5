"""Recorded traffic of a document with several resources, judged for all of them and told as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from contracts.contract.api import Api
from contracts.engine.events import Event, LawFinished, LawStarted, RunFinished, RunStarted
from contracts.engine.joint_run import join_ends
from contracts.engine.runner import Settings
from contracts.engine.verdict import Lack, Verdict
from contracts.traffic.recorded import Recorded
from contracts.traffic.watching import Watcher


@dataclass(frozen=True)
class JointWatch:
    """One watcher for each resource; the first one chooses the exchanges and knows the keys.

    An exchange is looked at for each resource that its operation is one on, and what is on none of
    them by the first.
    """

    watchers: Sequence[Watcher]

    def watch(self, exchanges: Iterable[Recorded]) -> None:
        """Look at *exchanges*."""
        first, others = self.watchers[0], self.watchers[1:]
        concerned = {
            one: [w for w in self.watchers if one in _list_operations(w.document)] or [first]
            for one in first.document.operations
        }
        for one in others:
            one.keys = first.keys
        for exchange in exchanges:
            if selected := first.relevance.select(exchange):
                for watcher in concerned[selected.exchange.operation or ""]:
                    watcher.look(selected)

    def stream_events(self, settings: Settings) -> Iterator[Event]:
        """Judge what was seen; of several resources, each event says of which one it is."""
        if len(self.watchers) == 1:
            yield from self.watchers[0].stream_events(settings)
            return
        starts: list[RunStarted] = []
        ends: list[RunFinished] = []
        told: list[Event] = []
        for watcher in self.watchers:
            watcher.relevance.base_url = self.watchers[0].relevance.base_url
            for event in self._stream_one(watcher, settings):
                match event:
                    case RunStarted():
                        starts.append(event)
                    case RunFinished():
                        ends.append(event)
                    case _:
                        told.append(event)
        laws = tuple(law for one in starts for law in one.laws)
        yield replace(starts[0], laws=laws)
        yield from told
        judged = [one for one in told if isinstance(one, LawFinished)]
        yield join_ends(ends, judged, settings.exit_rule)

    def _stream_one(self, watcher: Watcher, settings: Settings) -> Iterator[Event]:
        """Judge for one resource of several, and name it in each event."""
        name, looked = watcher.document.resource.name, watcher.looked
        first = watcher is self.watchers[0]
        for event in watcher.stream_events(settings):
            match event:
                case RunStarted():
                    laws = tuple(replace(law, resource=name) for law in event.laws)
                    yield replace(event, laws=laws)
                    for law in () if looked else laws:
                        why = f"the recording has no exchange of {name}"
                        yield LawFinished(law, Verdict.UNTESTED, why, lack=Lack.DATA)
                case LawStarted() | LawFinished():
                    yield replace(event, law=replace(event.law, resource=name))
                case RunFinished():
                    nothing = first and not self.watchers[0].relevance.judged
                    yield replace(event, trouble=event.trouble if nothing else "")
                case _:
                    yield event


def _list_operations(api: Api) -> set[str]:
    """Return the operations on the records of a resource."""
    resource = api.resource
    found = {resource.list.id, *(one.operation.id for one in resource.creations), *resource.shows}
    found |= {move.by for move in resource.list_moves()}
    return found | ({resource.read.id} if resource.read else set())
