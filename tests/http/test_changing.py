"""cancelJob and deleteUser over HTTP, and what the clock does meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockserver.records.kind import Kind
from mockserver.records.record import Scope
from mockserver.store.memory import MemoryRecords
from tests import harness
from tests.harness import BUSY, HOUR, SECOND, Running

NOW = 1_623_913_200_000  # the default world's, 2021-06-17T07:00:00Z
MIDNIGHT = 1_623_974_400_000


def test_a_cancel_is_answered_and_lasts(mock: Running) -> None:
    """Guards that only status and updatedAt change, and that read and list both show it."""
    before = mock.job(3451)
    mock.advance(1.5)
    answer = mock.cancel(3451)

    expected = {**before, "status": "cancelled", "updatedAt": NOW + 1500}
    assert (200, {"data": expected}) == (answer.status_code, answer.json())
    assert expected == mock.job(3451)
    assert expected in mock.page("?limit=20")


def test_a_running_job_can_be_cancelled(mock: Running) -> None:
    """Guards that a job in progress is cancellable."""
    assert mock.job(3449)["status"] == "running"
    assert mock.cancel(3449).json()["data"]["status"] == "cancelled"


@pytest.mark.parametrize(
    ("job_id", "error"),
    [
        (3446, "the requested job has already been completed"),
        (3447, "the requested job has already failed"),
        (3452, "the requested job has already been cancelled"),
    ],
)
def test_a_finished_job_cannot_be_cancelled(mock: Running, job_id: int, error: str) -> None:
    """Guards that a refused cancel is a 400 and changes nothing."""
    before = mock.job(job_id)
    mock.advance(1)
    answer = mock.cancel(job_id)

    assert (400, {"error": error}) == (answer.status_code, answer.json())
    assert before == mock.job(job_id)


def test_a_cancel_touches_no_other_job(mock: Running) -> None:
    """Guards that a cancel changes no other job."""
    before = [job for job in mock.page("?limit=200") if job["jobId"] != 3451]
    mock.cancel(3451)

    assert before == [job for job in mock.page("?limit=200") if job["jobId"] != 3451]


def test_another_projects_job_cannot_be_cancelled(mock: Running) -> None:
    """Guards that a project's path reaches that project's jobs only."""
    assert mock.cancel(3448, BUSY).status_code == 404
    assert mock.job(3448, SECOND)["status"] == "scheduled"


def test_of_racing_cancels_just_one_succeeds(mock: Running) -> None:
    """Guards that a cancel is atomic."""
    ids = [job["jobId"] for job in mock.page("?limit=200") if job["status"] == "scheduled"][:8]
    with ThreadPoolExecutor(16) as threads:
        codes = list(threads.map(lambda i: mock.cancel(i).status_code, ids * 16))

    assert len(ids) == 8
    assert (8, 120) == (codes.count(200), codes.count(400))


def test_a_job_starts_and_completes_by_the_clock(mock: Running) -> None:
    """Guards that each move happens at its due time and is stamped with it."""
    mock.delete_user("ann@example.com")
    job_id = mock.page("?limit=1")[0]["jobId"]
    seen = []
    for seconds in (17 * HOUR - 0.001, 0.001, 8 * HOUR - 0.001, 0.001):
        mock.advance(seconds)
        job = mock.job(job_id)
        seen.append((job["status"], job["updatedAt"]))

    assert seen == [
        ("scheduled", None),
        ("running", MIDNIGHT),
        ("running", MIDNIGHT),
        ("completed", MIDNIGHT + 8 * 3_600_000),
    ]


def test_a_job_fails_by_its_rule_and_says_why(mock: Running) -> None:
    """Guards outcome rules, and that after a long time each move has its own due time."""
    mock.advance(1000 * HOUR)
    job = mock.job(3453)

    assert ("failed", MIDNIGHT + 1_800_000) == (job["status"], job["updatedAt"])
    assert job["errors"] == "the storage of the sessions could not be reached"


def test_a_listed_job_moves_too(mock: Running) -> None:
    """Guards that no page is cached beyond the next move."""
    before = mock.page("?limit=200")
    mock.advance(18 * HOUR)
    after = {job["jobId"]: job for job in mock.page("?limit=200")}

    assert {"scheduled"} == {j["status"] for j in before if j["jobId"] in (3451, 3453)}
    assert ("running", "failed") == (after[3451]["status"], after[3453]["status"])


def test_deleting_a_user_makes_a_job(mock: Running) -> None:
    """Guards deleteUser: its response, growing ids, and a start at the next midnight."""
    answer = mock.delete_user("zo%C3%AB%2F1%20%2B@example.com")

    expected = {
        "jobId": 3455,
        "description": "Delete user sessions of userId = zoë/1 +@example.com",
        "status": "scheduled",
        "projectId": 1,
        "action": "delete_user_data",
        "referenceId": "zoë/1 +@example.com",
        "createdAt": NOW,
        "updatedAt": None,
        "startAt": MIDNIGHT,
        "errors": None,
    }
    assert (200, {"data": expected}) == (answer.status_code, answer.json())
    assert expected == mock.job(3455)
    assert expected == mock.page("?limit=1")[0]


def test_a_second_deletion_conflicts_while_the_first_lives(mock: Running) -> None:
    """Guards the 409, in the same project only, and only until the first job has ended."""
    assert mock.delete_user("shekar@example.com").status_code == 409
    assert mock.delete_user("ann").status_code == 200
    assert mock.delete_user("ann", SECOND).status_code == 200
    assert mock.delete_user("ann").status_code == 409
    mock.advance(17 * HOUR)
    assert mock.delete_user("ann").status_code == 409
    mock.advance(8 * HOUR)
    assert mock.delete_user("ann").status_code == 200


def test_after_a_cancel_the_user_can_be_deleted_again(mock: Running) -> None:
    """Guards that a cancelled job causes no conflict."""
    first = mock.delete_user("ann").json()["data"]["jobId"]
    mock.cancel(first)
    second = mock.delete_user("ann").json()["data"]["jobId"]

    assert second == first + 1


@pytest.mark.parametrize(
    ("user_id", "code"),
    [("a" * 256, 200), ("a" * 257, 400), ("%F0%9F%98%80" * 256, 200), ("", 400), ("%FF", 400)],
)
def test_a_user_id_has_1_to_256_characters(mock: Running, user_id: str, code: int) -> None:
    """Guards the documented lengths, counted in characters and not in bytes."""
    assert code == mock.delete_user(user_id).status_code


def test_the_clock_can_stand_still_or_run_fast() -> None:
    """Guards --speed: world seconds per real second."""
    made = []
    for speed in (0.0, 3600.0):
        with harness.mock(speed=speed) as running:
            running.advance(2)
            made.append(running.delete_user("ann").json()["data"]["createdAt"])

    assert made == [NOW, NOW + 7_200_000]


def test_real_time_settles_what_is_long_due() -> None:
    """Guards --now real: the jobs of the fixtures have ended since."""
    with harness.mock(now="real") as running:
        job = running.job(3451)

        assert ("completed", 1623954600000 + 8 * 3_600_000) == (job["status"], job["updatedAt"])


def test_a_job_is_made_however_often_others_are_faster(
    mock: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards a creation whose next number other servers of the same state take again and again."""
    counted = MemoryRecords.highest
    stale = iter([job["jobId"] - 1 for job in reversed(mock.page("?limit=200"))])

    async def highest(self: MemoryRecords, kind: Kind, scope: Scope | None, now: int) -> int:
        return next(stale, await counted(self, kind, scope, now))

    monkeypatch.setattr(MemoryRecords, "highest", highest)

    assert mock.delete_user("ann@example.com").status_code == 200
    assert list(stale) == []
