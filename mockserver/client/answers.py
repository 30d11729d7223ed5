"""What the control API answers, as typed values. Moments are ISO 8601 in UTC."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field


class _Answer(Struct, frozen=True, rename="camel"):
    """What all of them share: camelCase on the wire; members that are not known are passed over."""


class Project(_Answer, frozen=True):
    """A project."""

    project_key: str
    project_id: int


class Organization(_Answer, frozen=True):
    """An organization of a world, and the key that its clients send."""

    name: str
    api_key: str
    projects: tuple[Project, ...]


class WorldState(_Answer, frozen=True):
    """A world as it is at one moment."""

    name: str
    now: str
    speed: float
    organizations: tuple[Organization, ...]
    faults: tuple[str, ...]
    deviations: tuple[str, ...]


class WorldList(_Answer, frozen=True):
    """All worlds."""

    worlds: tuple[WorldState, ...]


class ClockState(_Answer, frozen=True):
    """What time it is in a world; *speed* is in world seconds per real second."""

    now: str
    epoch_milliseconds: int
    speed: float


class Job(_Answer, frozen=True):
    """A job as the jobs API shows it; its moments are epoch milliseconds."""

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


class Plan(_Answer, frozen=True):
    """How long a job runs, and how it ends."""

    runs: str
    ends: str
    errors: str | None = None


class Next(_Answer, frozen=True):
    """What will happen to a job next, and when."""

    to: str
    at: str


class SteeredJob(_Answer, frozen=True):
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


class Force(_Answer, frozen=True):
    """A fault in force: how many calls it was about, and how many of them it hit."""

    fault: Mapping[str, Any]
    matched: int
    fired: int

    @property
    def name(self) -> str:
        """How the journal calls the fault."""
        return str(self.fault["name"])


class ForceList(_Answer, frozen=True):
    """The faults in force."""

    faults: tuple[Force, ...]


class Deviation(_Answer, frozen=True):
    """A way to deviate from the contract."""

    name: str
    level: str
    does: str
    clause: str


class DeviationList(_Answer, frozen=True):
    """Deviations."""

    deviations: tuple[Deviation, ...]


class Complaint(_Answer, frozen=True):
    """How a request breaks a clause of the contract."""

    clause: str
    message: str


class SentRequest(_Answer, frozen=True):
    """A request as it arrived, without keys."""

    method: str
    target: str
    headers: Mapping[str, str]
    body_length: int


class SentAnswer(_Answer, frozen=True):
    """An answer as it was meant to be sent."""

    status: int
    headers: Mapping[str, str]
    body: str


class Entry(_Answer, frozen=True):
    """One exchange of a journal."""

    number: int
    at: str
    milliseconds: float
    operation: str
    project: str | None
    job_id: int | None
    request: SentRequest
    answer: SentAnswer
    faults: tuple[str, ...]
    complaints: tuple[Complaint, ...]

    def __str__(self) -> str:
        """Return the exchange as one line, and one more for each complaint."""
        touched = f" fault={','.join(self.faults)}" if self.faults else ""
        asked = f"{self.request.method} {self.request.target}"
        lines = [f"{self.at} {asked} {self.answer.status} {self.operation}{touched}"]
        lines += [f"    breaks {c.clause}: {c.message}" for c in self.complaints]
        return "\n".join(lines)


class Journal(_Answer, frozen=True):
    """The exchanges that fit a query; *dropped* older ones are no longer known."""

    entries: tuple[Entry, ...]
    found: int
    recorded: int
    dropped: int
    capacity: int


class NearMiss(_Answer, frozen=True):
    """An exchange that almost fits, and what keeps it from fitting."""

    entry: Entry
    differences: tuple[str, ...]


class Verdict(_Answer, frozen=True):
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
