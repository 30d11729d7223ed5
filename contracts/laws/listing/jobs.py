"""The jobs of the list, as one survey found them; it is taken once in a run, to save requests."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.verdict import Untested
from contracts.http.exchange import Exchange
from contracts.laws.listing.survey import Survey, take_survey


def get_survey(probe: JobsProbe) -> Survey:
    """Return the survey of the list."""
    survey: Survey = probe.read_once(take_survey)
    return survey


def get_known_jobs(probe: JobsProbe) -> list[Job]:
    """Return the jobs that the survey found, each once: all of the list, if it is short."""
    return get_survey(probe).jobs


def read_jobs(probe: JobsProbe, job_ids: Iterable[int | str]) -> list[Exchange]:
    """Read jobs side by side, and return the responses in their order."""
    return probe.gather([partial(JobsProbe.get_job, job_id=job_id) for job_id in job_ids])


def require_jobs(probe: JobsProbe, count: int, why: str) -> int:
    """Return how many jobs the project has; the law is untested if there are fewer than *count*."""
    total = get_survey(probe).total
    if total < count:
        raise Untested(f"the project has {total} jobs, and {count} are needed {why}")
    return total


def sample_each_status(probe: JobsProbe, most: int) -> list[Job]:
    """Return up to *most* jobs of each status."""
    field = probe.document.lifecycle.field
    chosen: list[Job] = []
    for status in probe.document.lifecycle.states:
        those = [job for job in get_known_jobs(probe) if job.get(field) == status]
        chosen += probe.random.sample(those, min(most, len(those)))
    return chosen
