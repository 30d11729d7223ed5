"""The client in everything that can go wrong. No test sleeps: the mock's clock is moved."""

from collections.abc import Iterator

import pytest
from jobs_client import JobFailedError, JobsClient, JobsError, TooLateError

from mockserver.client import effects
from mockserver.client.models import Plan
from mockserver.testing.mock import JobsMock

SCHEDULED = 3451


@pytest.fixture
def client(jobs_mock: JobsMock) -> Iterator[JobsClient]:
    """Return the client under test; whenever it sleeps, ten minutes pass in its world."""
    made = JobsClient(
        jobs_mock.base_url,
        jobs_mock.project_key,
        jobs_mock.api_key,
        sleep=lambda _: jobs_mock.clock.advance("10m"),
    )
    yield made
    made.close()


def test_a_job_completes(jobs_mock: JobsMock, client: JobsClient) -> None:
    """The client waits over both moves of a job."""
    made = jobs_mock.jobs.create("ann", status="running", plan=Plan("1h", "completed"))

    assert client.wait(made.job_id)["status"] == "completed"
    jobs_mock.verify(operation="getJob", job_id=made.job_id, exactly=7)
    jobs_mock.verify_contract()


def test_a_job_fails_after_an_hour(jobs_mock: JobsMock, client: JobsClient) -> None:
    """The client reports the job's error."""
    made = jobs_mock.jobs.create("ann", status="running", plan=Plan("1h", "failed", "disk full"))

    with pytest.raises(JobFailedError, match="disk full"):
        client.wait(made.job_id)


def test_a_job_never_ends(jobs_mock: JobsMock, client: JobsClient) -> None:
    """The client gives up in the end."""
    jobs_mock.deviations.set("stuck-in-scheduled")

    with pytest.raises(JobsError, match="not ended in time"):
        client.wait(SCHEDULED, at_most=5)


def test_a_slow_answer_times_out_and_is_asked_for_again(
    jobs_mock: JobsMock, client: JobsClient
) -> None:
    """One response takes longer than the client's timeout."""
    jobs_mock.faults.add(effects.delay("30s"), operation="getJob", times=1)
    client.close()
    client.timeout = 1.0
    client.__post_init__()

    assert client.job(SCHEDULED)["status"] == "scheduled"
    jobs_mock.verify(operation="getJob", at_least=1, status=200)


@pytest.mark.parametrize("status", [429, 503])
def test_a_transient_answer_is_waited_out(
    jobs_mock: JobsMock, client: JobsClient, status: int
) -> None:
    """The second poll meets a 429 or a 503."""
    slept: list[float] = []
    client.sleep = slept.append
    effect = effects.status(status, headers={"Retry-After": "7"})
    jobs_mock.faults.add(effect, operation="getJob", nth=2)
    client.job(SCHEDULED)

    assert client.job(SCHEDULED)["status"] == "scheduled"
    assert slept == [7.0]


def test_an_outage_is_not_waited_out_for_ever(jobs_mock: JobsMock, client: JobsClient) -> None:
    """Every call meets a 503."""
    jobs_mock.faults.add(effects.status(503))

    with pytest.raises(JobsError, match="given up"):
        client.job(SCHEDULED)
    jobs_mock.verify(status=503, exactly=client.attempts)


def test_a_cancel_whose_answer_is_lost_counts_as_done(
    jobs_mock: JobsMock, client: JobsClient
) -> None:
    """The connection breaks after the cancel took effect; the second try meets a 400."""
    jobs_mock.faults.add(effects.reset("after"), operation="cancelJob", times=1)

    assert client.cancel(SCHEDULED)["status"] == "cancelled"
    jobs_mock.verify(operation="cancelJob", job_id=SCHEDULED, exactly=2)


def test_a_cancel_that_comes_too_late(jobs_mock: JobsMock, client: JobsClient) -> None:
    """The job completes between the client's decision and its call."""
    assert client.job(SCHEDULED)["status"] == "scheduled"
    jobs_mock.jobs.move(SCHEDULED, "completed")

    with pytest.raises(TooLateError, match="is completed"):
        client.cancel(SCHEDULED)


def test_an_answer_that_is_no_json(jobs_mock: JobsMock, client: JobsClient) -> None:
    """A proxy answers 200 with something else."""
    jobs_mock.faults.add(effects.malformed())

    with pytest.raises(JobsError, match="no JSON"):
        client.job(SCHEDULED)
