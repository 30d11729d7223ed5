"""The events of a run, in order; reports read nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.engine.seen import ResourceSeen
from contracts.engine.verdict import Lack, Verdict
from contracts.http.excerpt import Change
from contracts.http.redaction import Evidence


@dataclass(frozen=True, slots=True)
class LawFacts:
    """What is known of a law before it is judged."""

    id: str
    level: str
    """MUST, SHOULD or MAY."""
    title: str
    """What the law says, in a few words: a sentence without its stop."""
    sentence: str
    """The first line of its docstring."""
    clause: str
    """A JSON Pointer into the contract, or a section of an RFC."""
    clause_text: str
    """What the clause says, in short."""
    explanation: str = ""
    """The rest of the docstring: how the law is judged and what to do."""
    resource: str = ""
    """The records that it is judged for, where a run judges several kinds."""

    @property
    def label(self) -> str:
        """Return what names the law in this run: its id, and its resource if there are several."""
        return f"{self.resource} {self.id}" if self.resource else self.id


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which a law is not kept."""

    expected: str
    actual: str
    exchanges: tuple[Evidence, ...] = ()
    """In the order in which they were sent, each with the part of the response that it is about."""
    script: str = ""
    """Shell commands that repeat it, where it takes a sequence of calls."""
    changes: tuple[Change, ...] = ()
    """The members that differ, where two states of one record are compared."""
    clause: str = ""
    """A JSON Pointer to the part of the law's clause that is not kept, if one part is to blame."""
    clause_text: str = ""
    """What that part says."""


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run begins."""

    base_url: str
    project: str
    effects: str
    rng: int
    contract: str
    """The version of openapi.yaml."""
    started_at: str
    """ISO 8601, UTC."""
    laws: tuple[LawFacts, ...]
    proxy: str = ""
    """The proxy through which all requests go, if there is one; no password in it."""
    recorded: str = ""
    """The file of recorded traffic that is judged; a run of its own sends requests instead."""
    scope: str = ""
    """What is judged, if it is not a project: the API, and the path parameters of all calls."""

    @property
    def place(self) -> str:
        """Return what of the deployment is judged, in words."""
        return self.scope or f"project {self.project}"


@dataclass(frozen=True, slots=True)
class LawStarted:
    """A law is about to be judged."""

    law: LawFacts


@dataclass(frozen=True, slots=True)
class LawFinished:
    """A law was judged."""

    law: LawFacts
    verdict: Verdict
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    observations: tuple[str, ...] = ()
    exercised: Mapping[str, int] = field(default_factory=dict)
    """What was really looked at, and how often."""
    requests: int = 0
    """What was sent while the law was judged."""
    shared: int = 0
    """Requests of others that the law looked at: readings taken before, or the whole run."""
    seconds: float = 0.0
    lack: Lack | None = None
    """What kept the law from being judged, if it is untested."""
    known: str = ""
    """What the file of known deviations says of a law that is broken: owner, last day, reason."""


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run is over."""

    verdicts: Mapping[str, int]
    requests: int
    by_method: Mapping[str, int]
    by_effect: Mapping[str, int]
    """Requests that could only read, and requests that could change something."""
    refused: int
    """Requests that the effects guard stopped."""
    waits: int
    """How often the deployment asked to wait."""
    seconds: float
    exit_code: int
    trouble: str = ""
    """Why nothing could be judged, if so."""
    surveyed: str = ""
    """How much of the list was read, in words."""
    slowed: str = ""
    """To how many requests at once the run was slowed down, and why, if so."""
    fixed: tuple[str, ...] = ()
    """Known deviations that no longer occur."""
    unmet: tuple[str, ...] = ()
    """Known deviations that did not occur this time, though they may still be there."""
    expired: tuple[str, ...] = ()
    """Known deviations whose last day has passed, each with owner and day."""


Event = RunStarted | LawStarted | LawFinished | ResourceSeen | RunFinished
