"""Judges recorded traffic by the laws that need no request of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

import requests

from contracts.contract.api import Api
from contracts.contract.document import Document
from contracts.engine.events import Event, LawStarted, RunFinished, RunStarted
from contracts.engine.exchange_watch import ExchangeWatch
from contracts.engine.extreme import explain_extreme
from contracts.engine.law import MUST, Law, Registry
from contracts.engine.run_context import RunContext
from contracts.engine.runner import Runner, Settings
from contracts.http.exchange import Exchange
from contracts.http.guard import SAFE, Guard, Refused
from contracts.http.redaction import Redactor
from contracts.http.transport import WAITING, Transport
from contracts.laws import lifecycle
from contracts.laws.exchange import response
from contracts.laws.read import meanwhile
from contracts.roles import lifecycle as roles
from contracts.target import ANY_API, KEY_VARIABLE, Target
from contracts.target.credentials import Key
from contracts.traffic.recorded import Recorded
from contracts.traffic.relevance import Relevance, Selected
from contracts.traffic.timeline import MOST_SIGHTINGS, Timeline

BY_TIMELINE = (
    lifecycle.a_terminal_job_never_moves_again,
    lifecycle.a_job_moves_only_as_the_lifecycle_allows,
    lifecycle.the_updatedat_of_a_job_never_goes_back,
    lifecycle.the_identity_of_a_job_never_changes,
    lifecycle.no_job_starts_before_it_is_due,
    lifecycle.no_job_is_left_scheduled,
    meanwhile.a_job_is_shown_alike_before_and_in_between,
)
"""Laws that look at what was seen of records, and send nothing."""

BY_TIMELINE_OF_ANY_API = (
    roles.a_record_in_a_terminal_state_stays_in_it,
    roles.a_record_moves_only_as_the_lifecycle_allows,
    roles.the_timestamp_of_the_last_move_never_goes_back,
    roles.what_is_kept_never_changes,
    roles.the_timestamp_of_a_state_is_set_when_it_is_entered,
)
"""Those over roles."""

BY_STATUS = frozenset({response.no_request_of_the_contract_gets_a_server_error.id})
BY_STATUS |= {response.a_success_has_a_declared_status.id}
"""Laws that need no body."""

BY_HEADERS = frozenset({response.a_success_is_labelled_as_json.id})
"""Laws that need the headers of the response."""

ON_THE_WIRE = frozenset({"EXCH-01", "EXCH-20", "EXCH-21", "EXCH-23"})
"""Exchange laws on what a recording does not show: whether a response came, and its octets."""

MOST_KEYS = 20
"""How many different keys of a recording are looked for in all that is shown."""

HIDDEN = "[redacted]"


class _Silence(Guard[Api]):
    """Lets nothing leave."""

    def learn(self, exchange: Exchange) -> None:
        """Learn nothing: no record is this run's own."""

    def _explain_refusal_of_own(self, method: str, url: str) -> str | None:
        return f"{method} {url} while recorded traffic is judged"

    def admit(self, request: requests.PreparedRequest) -> None:
        """Refuse *request*."""
        trouble = self._explain_refusal_of_own(request.method or "", request.url or "")
        raise Refused(f"not sent: {trouble}")


@dataclass
class Watcher:
    """Looks at recorded exchanges one after the other, and then judges what they show."""

    document: Api
    name: str
    """What reports call the recording."""
    registry: Registry
    base_url: str = ""
    lag: float = 0.0
    """Seconds by which reads may be behind changes."""
    keys: dict[str, Key] = field(default_factory=dict)
    most: int = MOST_SIGHTINGS
    """How many sightings of records are kept."""
    looked: int = 0
    """At how many exchanges it has looked."""
    relevance: Relevance = field(init=False)
    timeline: Timeline = field(init=False)
    watches: dict[str, ExchangeWatch] = field(init=False)

    def __post_init__(self) -> None:
        self.relevance = Relevance(self.document, self.base_url)
        self.timeline = Timeline(self.document, most=self.most)
        self.watches = {
            law.id: ExchangeWatch(law, self.document) for law in self.registry if law.by_exchange
        }

    def watch(self, exchanges: Iterable[Recorded]) -> None:
        """Look at *exchanges*."""
        for one in exchanges:
            if selected := self.relevance.select(one):
                self.look(selected)

    def look(self, selected: Selected) -> None:
        """Look at an exchange that was chosen."""
        self.looked += 1
        keys = list(self._list_keys(selected.exchange))
        viewer, exchange = " ".join(keys), selected.exchange
        if exchange.method in SAFE:
            exchange = replace(exchange, lag=self.lag)
        for key in keys:
            exchange = self._hide_key(exchange, key)
        if exchange.status in WAITING:
            return
        extreme = bool(explain_extreme(exchange, self.document))
        for law_id, watch in self.watches.items():
            shown = selected.whole or law_id in BY_STATUS
            shown = shown and (selected.headed or law_id not in BY_HEADERS)
            if shown and not (extreme and watch.law.level is MUST):
                watch.judge(exchange)
        if selected.whole and not extreme:
            self.timeline.see(exchange, viewer)

    def _list_keys(self, exchange: Exchange) -> Iterator[str]:
        """Go through what *exchange* carries as a key: in Authorization, or as a scheme says."""
        scheme, _, key = exchange.headers.get("authorization", "").partition(" ")
        yield key.strip() or scheme
        query = parse_qs(urlsplit(exchange.url).query)
        for one in self.document.security.schemes:
            if one.kind == "apiKey" and one.where == "header":
                yield exchange.headers.get(one.parameter.lower(), "").strip()
            elif one.kind == "apiKey" and one.where == "query":
                yield from query.get(one.parameter, ())

    def _hide_key(self, exchange: Exchange, key: str) -> Exchange:
        """Remember *key*, so that no report shows it; of too many, hide it here."""
        if not key or key in self.keys:
            return exchange
        if len(self.keys) < MOST_KEYS:
            self.keys[key] = Key(key, KEY_VARIABLE)
            return exchange
        return replace(
            exchange,
            url=exchange.url.replace(key, HIDDEN),
            headers={n: HIDDEN if key in v else v for n, v in exchange.headers.items()},
            body=exchange.body.replace(key.encode(), HIDDEN.encode()),
        )

    def stream_events(self, settings: Settings) -> Iterator[Event]:
        """Judge what was seen, and tell it as the events of a run."""
        runner = self._create_runner(settings)
        started = runner.start()
        yield self._complete_start(started, runner.redactor)
        seen = self.looked
        for law in self.registry if seen else ():
            yield LawStarted(law.get_facts(self.document))
            yield runner.judge(law)
        trouble = ""
        if not seen:
            trouble = "the recording has no exchange of the API; look at --base-url"
        finished = runner.finish(trouble)
        yield self._complete_end(finished, runner.redactor)

    def _complete_start(self, started: RunStarted, redactor: Redactor) -> RunStarted:
        projects = [redactor.redact(name) for name, _ in self.relevance.projects.most_common()]
        more = f" and {len(projects) - 3} more" if len(projects) > 3 else ""
        return replace(
            started,
            base_url=redactor.redact(self.relevance.base_url) or "(no deployment)",
            project=", ".join(projects[:3]) + more or "(none)",
            recorded=self.name,
        )

    def _complete_end(self, finished: RunFinished, redactor: Redactor) -> RunFinished:
        text = self.relevance.describe(self.name) if self.relevance.seen else ""
        if unfollowed := len(self.timeline.unfollowed):
            name = self.document.resource.name
            rest = f"{unfollowed:,} {name} or more could not be followed to the end"
            text = f"{text}; {rest}" if text else rest
        return replace(finished, surveyed=redactor.redact(text))

    def _create_runner(self, settings: Settings) -> Runner:
        target = Target(self.relevance.base_url or "http://recorded.invalid", "recorded", "none")
        if not isinstance(self.document, Document):
            target = replace(target, project=ANY_API)
        guard = _Silence(target, self.document, synthetic="none")
        transport = Transport(target, self.document, guard)
        return Runner(
            run=RunContext(target, self.document, transport, self.timeline, settings.rng),
            registry=self.registry,
            settings=settings,
            redactor=Redactor(tuple(self.keys.values())),
            watches=self.watches,
        )


def select_laws(registry: Registry, document: Api) -> Registry:
    """Return the laws of *registry* that recorded traffic can be judged by."""
    followed = BY_TIMELINE if isinstance(document, Document) else BY_TIMELINE_OF_ANY_API
    ids = {law.id for law in followed}

    def is_passive(law: Law) -> bool:
        return law.id in ids or (law.by_exchange is not None and law.id not in ON_THE_WIRE)

    return Registry.of([law for law in registry if is_passive(law)], document)
