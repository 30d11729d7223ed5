"""New and added jobs: ids, conflicts, plans, texts; the same in every store."""

from contextlib import suppress

import pytest
from msgspec import structs

from mockserver.domain.job import Job, Plan
from mockserver.domain.paging import Window
from mockserver.profiles.jobs.deviations.catalogue import CATALOGUE
from mockserver.store.interface import (
    DeletionPendingError,
    JobExistsError,
    JobNotFoundError,
    SteerableStore,
)
from mockserver.store.seed import Rule
from tests.stores.places import Place
from tests.stores.servers import FAILING, HOUR, LIFECYCLE, MIDNIGHT, NOW, ONE, QUICK, TWO, job, seed

TEXTS = [
    "ann",
    "o'hara",
    'say "hi"; DROP TABLE mock_jobs; --',
    "100% _sure_ \\ $1 :name ? %s",
    " leading and trailing ",
    "tab\tand\nnewline\r\x7f\x01",
    "Zoë",
    "Zoe\u0308",
    "ßẞ",
    "👩‍👩‍👧‍👦🇩🇪",
    "\U0010ffff\uffff\u202e",
    "x" * 256,
    "🦊" * 256,
    "ANN",
]


def test_a_new_job_is_one_above_the_highest_so_far(place: Place) -> None:
    """Guards that ids only grow, over all projects, also after one was added far above."""

    async def law(store: SteerableStore) -> list[int]:
        numbers = [await store.last_id(), (await store.make(ONE, "a", NOW)).job_id]
        numbers.append((await store.make(TWO, "a", NOW)).job_id)
        await store.add(job(2**53 + 1, user="far"), NOW)
        await store.add(job(2, user="low"), NOW)
        numbers += [await store.last_id(), (await store.make(ONE, "b", NOW)).job_id]
        return [*numbers, await store.last_id()]

    far = 2**53 + 1
    assert [7, 8, 9, far, far + 1, far + 1] == place.run(seed([job(7), job(3)]), law)


def test_a_job_that_is_refused_leaves_no_gap(place: Place) -> None:
    """Guards that a 409 uses up no jobId."""

    async def law(store: SteerableStore) -> list[int]:
        for _ in range(3):
            with pytest.raises(DeletionPendingError):
                await store.make(ONE, "u7", NOW)
        return [await store.last_id(), (await store.make(ONE, "b", NOW)).job_id]

    assert [7, 8] == place.run(seed([job(7)]), law)


def test_the_first_job_of_an_empty_world_is_number_one(place: Place) -> None:
    """Guards the highest jobId of an empty world."""

    async def law(store: SteerableStore) -> tuple[int, int]:
        return await store.last_id(), (await store.make(ONE, "a", NOW)).job_id

    assert (0, 1) == place.run(seed(), law)


@pytest.mark.parametrize("user", ["quick+1", "fail+quick+1", "nobody"])
def test_a_new_job_begins_as_the_contract_and_the_rules_say(place: Place, user: str) -> None:
    """Guards every member of a new job, its plan included."""
    plan = {"quick+1": QUICK.plan, "fail+quick+1": FAILING.plan}.get(user)

    async def law(store: SteerableStore) -> tuple[Job, Job]:
        return await store.make(TWO, user, NOW), await store.job(TWO, 1, NOW)

    made, found = place.run(seed(), law)
    assert made == found == Job(1, TWO, user, "scheduled", NOW, MIDNIGHT, None, None, plan)


@pytest.mark.parametrize(
    ("status", "pending"),
    [
        ("scheduled", True),
        ("running", True),
        ("completed", False),
        ("failed", False),
        ("cancelled", False),
    ],
)
def test_an_active_job_keeps_another_of_its_user_from_being_made(
    place: Place, status: str, *, pending: bool
) -> None:
    """Guards which statuses conflict, and that they do so within a project only."""

    async def law(store: SteerableStore) -> bool:
        await store.make(TWO, "ann", NOW)
        try:
            await store.make(ONE, "ann", NOW)
        except DeletionPendingError:
            return True
        return False

    assert pending is place.run(seed([job(1, status, user="ann")]), law)


@pytest.mark.parametrize(("early", "pending"), [(1, True), (0, False)])
def test_a_job_that_has_ended_by_now_keeps_nothing(
    place: Place, early: int, *, pending: bool
) -> None:
    """Guards the end of a conflict, even if the job has not been read since."""
    ends = MIDNIGHT + QUICK.plan.runs

    async def law(store: SteerableStore) -> list[int]:
        await store.make(ONE, "quick+ann", NOW)
        with suppress(DeletionPendingError):
            await store.make(ONE, "quick+ann", ends - early)
        return [found.job_id for found in await store.all(ends)]

    assert ([1] if pending else [1, 2]) == place.run(seed(), law)


def test_a_cancelled_job_makes_way_for_another(place: Place) -> None:
    """Guards a user whose deletion is created and cancelled many times."""

    async def law(store: SteerableStore) -> list[str]:
        for number in range(1, 4):
            assert (await store.make(ONE, "ann", NOW)).job_id == number
            await store.move(ONE, number, "cancel", NOW)
        await store.make(ONE, "ann", NOW)
        return [found.status for found in await store.all(NOW)]

    assert [*["cancelled"] * 3, "scheduled"] == place.run(seed(), law)


def test_a_job_that_had_ended_takes_nothing_from_one_that_lives(place: Place) -> None:
    """Guards the conflict of an active job when an ended one of the same user changes."""
    allowed = CATALOGUE["failed-is-cancellable"].lifecycle
    assert allowed is not None
    lifecycle = allowed(LIFECYCLE)

    async def law(store: SteerableStore) -> list[str]:
        await store.use_lifecycle(lifecycle, NOW)
        await store.move(ONE, 1, "cancel", NOW)
        await store.change(1, lambda before: structs.replace(before, errors="hand"), NOW)
        with pytest.raises(DeletionPendingError):
            await store.make(ONE, "ann", NOW)
        with pytest.raises(DeletionPendingError):
            await store.add(job(3, user="ann"), NOW)
        return [found.status for found in await store.all(NOW)]

    jobs = [job(1, "failed", user="ann"), job(2, user="ann")]
    assert ["cancelled", "scheduled"] == place.run(seed(jobs), law)


def test_a_number_is_given_once(place: Place) -> None:
    """Guards against an explicit jobId that exists, in any project."""
    before = [job(5), job(6, project=TWO)]

    async def law(store: SteerableStore) -> list[Job]:
        for taken in (job(5, user="new"), job(6, user="new"), job(5, project=TWO, user="new")):
            with pytest.raises(JobExistsError):
                await store.add(taken, NOW)
        return list(await store.all(NOW))

    assert before == place.run(seed(before), law)


@pytest.mark.parametrize("status", ["scheduled", "running"])
def test_an_added_job_may_not_live_beside_another_of_its_user(place: Place, status: str) -> None:
    """Guards the conflict of added jobs: only if both are active and of one project."""

    async def law(store: SteerableStore) -> list[int]:
        with pytest.raises(DeletionPendingError):
            await store.add(job(2, "running", user="ann"), NOW)
        await store.add(job(3, "completed", user="ann"), NOW)
        await store.add(job(4, "running", project=TWO, user="ann"), NOW)
        await store.move(ONE, 1, "cancel", NOW)
        await store.add(job(5, "running", user="ann"), NOW)
        with pytest.raises(DeletionPendingError):
            await store.make(ONE, "ann", NOW)
        return [found.job_id for found in await store.all(NOW)]

    assert [1, 3, 4, 5] == place.run(seed([job(1, status, user="ann")]), law)


def test_an_added_job_replaces_one_that_has_ended_by_now(place: Place) -> None:
    """Guards that moves that are due are made before a job is added."""
    ending = job(1, "running", user="ann", plan=Plan(HOUR, "completed"))

    async def law(store: SteerableStore) -> list[str]:
        await store.add(job(2, user="ann"), NOW)
        return [found.status for found in await store.all(NOW)]

    assert ["completed", "scheduled"] == place.run(seed([ending]), law)


def test_an_added_job_moves_as_any_other(place: Place) -> None:
    """Guards the due time of an added job, also in the past."""

    async def law(store: SteerableStore) -> list[tuple[str, int | None]]:
        await store.add(job(1, "running", start_at=NOW - 5, plan=Plan(3, "failed", "why")), NOW)
        await store.add(job(2, plan=Plan(3, "completed")), NOW)
        await store.settle(MIDNIGHT)
        return [(j.status, j.updated_at) for j in await store.all(MIDNIGHT + 9)]

    expected = [("failed", NOW - 2), ("completed", MIDNIGHT + 3)]
    assert expected == place.run(seed(), law)


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_text_comes_back_as_it_went_in(place: Place, text: str) -> None:
    """Guards that every string of a job survives quoting and encoding by a database."""
    failed = Job(1, ONE, text, "failed", 1, 2, 3, text, Plan(1, "failed", text))

    async def law(store: SteerableStore) -> tuple[Job, str]:
        made = await store.make(ONE, text, NOW)
        with pytest.raises(DeletionPendingError):
            await store.make(ONE, text, NOW)
        page = await store.page(ONE, Window(0, 2), NOW)
        assert page[0] == made
        return page[1], made.reference_id

    assert (failed, text) == place.run(seed([failed]), law)


def test_users_are_the_same_only_if_every_character_is(place: Place) -> None:
    """Guards against a collation that treats different letters as equal."""
    alike = ["ann", "Ann", "ANN", "änn", "a\u0308nn", "ann ", " ann", "ann\u200b", "\u0430nn"]

    async def law(store: SteerableStore) -> list[str]:
        for user in alike:
            await store.make(ONE, user, NOW)
        return [found.reference_id for found in await store.all(NOW)]

    assert alike == place.run(seed(), law)


def test_the_first_rule_that_matches_holds(place: Place) -> None:
    """Guards the order of rules."""
    rules = (Rule("a*", Plan(1, "completed")), Rule("*", Plan(2, "failed")))

    async def law(store: SteerableStore) -> list[Plan | None]:
        return [(await store.make(ONE, user, NOW)).plan for user in ("ann", "bob")]

    assert [rule.plan for rule in rules] == place.run(seed((), rules), law)


def test_a_job_of_no_project_is_not_found(place: Place) -> None:
    """Guards finding a job by its id alone."""

    async def law(store: SteerableStore) -> int:
        with pytest.raises(JobNotFoundError):
            await store.get_any(2, NOW)
        with pytest.raises(JobNotFoundError):
            await store.change(2, lambda found: found, NOW)
        return (await store.get_any(1, NOW)).job_id

    assert place.run(seed([job(1, project=TWO)]), law) == 1
