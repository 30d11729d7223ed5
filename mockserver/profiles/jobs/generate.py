"""Making worlds of any size: deterministic, valid, and as mixed as a real deployment's history."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from mockserver.parsing.timestamp import MILLISECONDS, format_timestamp, next_midnight
from mockserver.profiles.jobs.fixture_schema import JobRow

NOW = 1_623_913_200_000  # 2021-06-17T07:00:00Z, shortly after the jobs of the vendor's example
#: Whose names people have.
LOCALES = ("en_US", "de_DE", "fr_FR", "es_ES", "pl_PL", "en_IN")
_HOUR = MILLISECONDS["h"]
_DAY = MILLISECONDS["d"]
_RUNS = 8 * _HOUR
_NAMES = 500
_FAILURES = (
    "the storage of the sessions could not be reached",
    "3 of 17 recordings could not be deleted",
    "the deletion took longer than 6 hours and was stopped",
)
WORLD = """\
# A generated world: {jobs:,} jobs from the random seed {rng}.
now: {now}

organizations:
  - name: Demo
    apiKey: demo-organization-key
    projects:
      - {{projectKey: 3sWXSsqHgSKnE87YkNJK, projectId: 1, name: Shop}}
      - {{projectKey: 7pQzLmN2vRtYxWc4BdKs, projectId: 2, name: Blog}}
  - name: Other
    apiKey: other-organization-key
    projects:
      - {{projectKey: 9kHjGfDsAqWeRtYuIoPz, projectId: 5, name: Bank}}

rules:
  - {{referenceId: "*", runs: 8h, ends: completed}}
"""


class Share(NamedTuple):
    """A project and how many of a hundred jobs are its own."""

    project_key: str
    percent: int


SHARES = (
    Share("3sWXSsqHgSKnE87YkNJK", 55),
    Share("7pQzLmN2vRtYxWc4BdKs", 25),
    Share("9kHjGfDsAqWeRtYuIoPz", 20),
)


class NameSource(Protocol):
    """What is asked of a `faker.Faker`, which is an extra and may not be installed."""

    def seed_instance(self, seed: int) -> None:
        """Begin again from *seed*."""
        ...

    def first_name(self) -> str:
        """Return a first name."""
        ...

    def last_name(self) -> str:
        """Return a last name."""
        ...


def write(folder: Path, jobs: int, rng: int, faker: NameSource) -> None:
    """Write a world of *jobs* jobs into the new *folder*; equal arguments give equal bytes.

    Raises:
        FileExistsError: *folder* is there already.
    """
    folder.mkdir(parents=True)
    text = WORLD.format(jobs=jobs, rng=rng, now=format_timestamp(NOW))
    (folder / "world.yaml").write_text(text)
    encode = msgspec.json.Encoder().encode
    with (folder / "jobs.jsonl").open("wb") as file:
        for row in rows(jobs, random.Random(rng), choose_names(faker, rng), first_id=1):
            file.write(encode(row))
            file.write(b"\n")


def choose_names(faker: NameSource, rng: int) -> tuple[Sequence[str], Sequence[str]]:
    """Return first and last names, as they stand in an address."""
    faker.seed_instance(rng)
    first = [faker.first_name() for _ in range(_NAMES)]
    last = [faker.last_name() for _ in range(_NAMES)]
    return [_slug(name) for name in first], [_slug(name) for name in last]


def rows(
    jobs: int,
    rng: random.Random,
    names: tuple[Sequence[str], Sequence[str]],
    first_id: int,
) -> Iterator[JobRow]:
    """Yield *jobs* jobs in the order of their ids, made over the days before `NOW`."""
    days = max(2, min(730, jobs // 15))
    gap = (days * _DAY - _HOUR) / jobs
    keys = [share.project_key for share in SHARES]
    weights = [sum(share.percent for share in SHARES[: i + 1]) for i in range(len(SHARES))]
    active: set[tuple[str, str]] = set()
    for index in range(jobs):
        project = rng.choices(keys, cum_weights=weights)[0]
        created_at = int(NOW - (jobs - index) * gap + rng.random() * gap)
        row = _job(first_id + index, project, _person(rng, names), created_at, rng)
        if row.status in ("scheduled", "running"):
            if (project, row.reference_id) in active:
                reference_id = row.reference_id.replace("@", f".{row.job_id}@")
                row = msgspec.structs.replace(row, reference_id=reference_id)
            active.add((project, row.reference_id))
        yield row


def _job(
    job_id: int, project: str, reference_id: str, created_at: int, rng: random.Random
) -> JobRow:
    start_at = next_midnight(created_at)
    fate = rng.random()
    if fate < 0.03:
        # A deletion that was put off: old jobs can be scheduled or running, too.
        start_at = max(start_at, next_midnight(NOW) + rng.choice((-1, -1, 1, 9, 27)) * _DAY)
    ends_at = start_at + _RUNS
    status, updated_at, errors = "scheduled", None, None
    if 0.03 <= fate < 0.18:
        status = "cancelled"
        updated_at = created_at + int(rng.random() * (min(ends_at, NOW) - created_at))
    elif start_at <= NOW < ends_at:
        status, updated_at = "running", start_at
    elif start_at <= NOW and fate < 0.27:
        status, updated_at = "failed", start_at + int(rng.random() * _RUNS)
        errors = rng.choice(_FAILURES)
    elif start_at <= NOW:
        status, updated_at = "completed", ends_at
    return JobRow(job_id, project, reference_id, status, created_at, start_at, updated_at, errors)


def _person(rng: random.Random, names: tuple[Sequence[str], Sequence[str]]) -> str:
    first, last = names
    return f"{rng.choice(first)}.{rng.choice(last)}@example.com"


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-").replace("'", "")
