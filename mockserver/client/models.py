"""What the control API answers, as typed values. Timestamps are text: ISO 8601 in UTC."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field


class _Model(Struct, frozen=True, rename="camel"):
    """What all of them share: camelCase on the wire; unknown members are ignored."""


class Project(_Model, frozen=True):
    """A project."""

    project_key: str
    project_id: int


class Organization(_Model, frozen=True):
    """An organization of a world, and the key that its clients send."""

    name: str
    api_key: str
    projects: tuple[Project, ...]


class Credential(_Model, frozen=True):
    """A *secret* that opens a world of records, and which scopes it opens (None: all of them)."""

    secret: str
    scopes: tuple[str, ...] | None


class JournalExtent(_Model, frozen=True):
    """How many exchanges a journal holds, and how many older ones have been forgotten."""

    entries: int
    dropped: int


class WorldState(_Model, frozen=True, omit_defaults=True):
    """A world as it was when it was read.

    A world of jobs has *organizations*, one of other records has *credentials*.
    """

    name: str
    now: str
    speed: float
    organizations: tuple[Organization, ...]
    faults: tuple[str, ...]
    deviations: tuple[str, ...]
    journal: JournalExtent
    credentials: tuple[Credential, ...] = ()


class WorldList(_Model, frozen=True):
    """All worlds."""

    worlds: tuple[WorldState, ...]


class ClockState(_Model, frozen=True):
    """The time of a world; *speed* is in world seconds per real second."""

    now: str
    epoch_milliseconds: int
    speed: float


class Job(_Model, frozen=True):
    """A job as the jobs API shows it; its timestamps are epoch milliseconds."""

    job_id: int
    description: str
    status: str
    project_id: int
    action: str
    reference_id: str
    created_at: int
    updated_at: int | None
    start_at: int
    errors: str | None


class Plan(_Model, frozen=True):
    """How long a job runs, and how it ends."""

    runs: str
    ends: str
    errors: str | None = None


class Next(_Model, frozen=True):
    """What will happen to a job next, and when."""

    to: str
    at: str


class SteeredJob(_Model, frozen=True):
    """A job, and what will become of it."""

    job: Job
    project: str
    plan: Plan | None
    next: Next | None

    @property
    def job_id(self) -> int:
        """The job's number."""
        return self.job.job_id

    @property
    def status(self) -> str:
        """The job's status."""
        return self.job.status


class ActiveFault(_Model, frozen=True):
    """A fault in force: how many calls it *matched*, and for how many of them it *fired*."""

    fault: Mapping[str, Any]
    matched: int
    fired: int

    @property
    def name(self) -> str:
        """The name of the fault in the journal."""
        return str(self.fault["name"])


class ActiveFaultList(_Model, frozen=True):
    """The faults in force."""

    faults: tuple[ActiveFault, ...]


class Deviation(_Model, frozen=True):
    """A deviation from the contract."""

    name: str
    level: str
    does: str
    clause: str


class DeviationList(_Model, frozen=True):
    """Deviations."""

    deviations: tuple[Deviation, ...]


class Violation(_Model, frozen=True):
    """How a request breaks a clause of the contract."""

    clause: str
    message: str


class RecordedRequest(_Model, frozen=True):
    """A request as it arrived, without keys."""

    method: str
    target: str
    headers: Mapping[str, str]
    body_length: int


class RecordedResponse(_Model, frozen=True):
    """A response as it was meant to be sent."""

    status: int
    headers: Mapping[str, str]
    body: str


class Entry(_Model, frozen=True):
    """One exchange of a journal."""

    number: int
    at: str
    milliseconds: float
    operation: str
    project: str | None
    job_id: int | None
    parameters: Mapping[str, str]
    request: RecordedRequest
    answer: RecordedResponse
    faults: tuple[str, ...]
    complaints: tuple[Violation, ...]

    def __str__(self) -> str:
        """Return the exchange as one line, and one more for each violation."""
        faults = f" fault={','.join(self.faults)}" if self.faults else ""
        request = f"{self.request.method} {self.request.target}"
        lines = [f"{self.at} {request} {self.answer.status} {self.operation}{faults}"]
        lines += [f"    breaks {c.clause}: {c.message}" for c in self.complaints]
        return "\n".join(lines)


class Journal(_Model, frozen=True):
    """The exchanges that fit a query; *dropped* older ones have been forgotten."""

    entries: tuple[Entry, ...]
    found: int
    recorded: int
    dropped: int
    capacity: int


class NearMiss(_Model, frozen=True):
    """An exchange that almost fits, and in what it differs."""

    entry: Entry
    differences: tuple[str, ...]


class Verdict(_Model, frozen=True):
    """Whether as many exchanges fit as were expected."""

    kept: bool
    found: int
    summary: str
    nearest: tuple[NearMiss, ...] = field(default=())

    def __str__(self) -> str:
        """Return the verdict, with the nearest misses."""
        lines = [self.summary]
        for miss in self.nearest:
            lines.append(str(miss.entry))
            lines += [f"    {difference}" for difference in miss.differences]
        return "\n".join(lines)
