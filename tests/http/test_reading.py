"""listJobs and getJob over HTTP."""

import pytest

from tests.harness import BUSY, DEMO, EMPTY, FOREIGN, OTHER, SECOND, SINGLE, Running

SHEKAR = {
    "jobId": 3451,
    "description": "Delete user sessions of userId = shekar@example.com",
    "status": "scheduled",
    "projectId": 1,
    "action": "delete_user_data",
    "referenceId": "shekar@example.com",
    "createdAt": 1623912955277,
    "updatedAt": None,
    "startAt": 1623954600000,
    "errors": None,
}
MEHDI = {
    "jobId": 3452,
    "description": "Delete user sessions of userId = mehdi@example.com",
    "status": "cancelled",
    "projectId": 1,
    "action": "delete_user_data",
    "referenceId": "mehdi@example.com",
    "createdAt": 1623912962910,
    "updatedAt": 1623913015276,
    "startAt": 1623954600000,
    "errors": None,
}


@pytest.mark.parametrize("expected", [SHEKAR, MEHDI], ids=["scheduled", "cancelled"])
def test_the_vendors_jobs_are_answered_to_the_letter(
    read_only_mock: Running, expected: dict[str, object]
) -> None:
    """Guards the vendor's example, including the order of its members."""
    found = read_only_mock.job(int(str(expected["jobId"])))

    assert expected == found
    assert list(expected) == list(found)


def test_a_listed_job_is_the_job(read_only_mock: Running) -> None:
    """Guards that the list and a read show the same job."""
    for listed in read_only_mock.page("?limit=20"):
        assert listed == read_only_mock.job(listed["jobId"])


@pytest.mark.parametrize(
    ("query", "length"),
    [
        ("", 50),
        ("?limit=1", 1),
        ("?limit=200", 200),
        ("?limit=201", 50),
        ("?limit=0", 50),
        ("?limit=-1", 50),
        ("?limit=", 50),
        ("?limit=abc", 50),
        ("?limit=5.0", 50),
        ("?limit=%2B5", 5),
        ("?limit=+5", 50),
        ("?limit=007", 7),
        ("?limit=%D9%A3", 50),
        (f"?limit={10**30}", 50),
        ("?limit=3&limit=4", 3),
        ("?Limit=3", 50),
    ],
)
def test_limit_is_read_as_the_deployment_reads_it(
    read_only_mock: Running, query: str, length: int
) -> None:
    """Guards both sides of each bound, and that a value outside means 50, not the bound."""
    assert length == len(read_only_mock.page(query))


@pytest.mark.parametrize("page", ["0", "-1", "", "abc", "1.5", str(-(10**30))])
def test_a_page_below_one_is_page_one(read_only_mock: Running, page: str) -> None:
    """Guards the fallback of page."""
    assert read_only_mock.page("?limit=10") == read_only_mock.page(f"?limit=10&page={page}")


def test_the_pages_hold_every_job_once_newest_first(read_only_mock: Running) -> None:
    """Guards that all pages together have each job once, in descending order."""
    walks = []
    for limit in (50, 199, 200):
        ids: list[int] = []
        page = 1
        while jobs := read_only_mock.page(f"?limit={limit}&page={page}"):
            assert len(jobs) <= limit
            ids += [job["jobId"] for job in jobs]
            page += 1
        walks.append(ids)

    assert walks[0] == sorted(set(walks[0]), reverse=True)
    assert walks[0] == walks[1] == walks[2]
    assert len(walks[0]) > 400


@pytest.mark.parametrize("page", ["12", "1000000", str(2**62)])
def test_a_page_past_the_end_is_empty(read_only_mock: Running, page: str) -> None:
    """Guards that there is no 404 past the end, however far."""
    answer = read_only_mock.call("GET", f"/public/{BUSY}/jobs?page={page}")

    assert answer.content == b'{"data":[]}'


def test_the_default_world_has_what_its_users_expect(read_only_mock: Running) -> None:
    """Guards the projects, sizes and statuses that documentation and scripts rely on."""
    pages = [read_only_mock.page(f"?limit=200&page={n}") for n in (1, 2, 3)]
    every = {"scheduled", "running", "completed", "failed", "cancelled"}

    assert every == {job["status"] for page in pages for job in page}
    assert {"completed", "cancelled", "failed", "scheduled"} <= {j["status"] for j in pages[1]}
    assert read_only_mock.page(project=EMPTY) == []
    assert len(read_only_mock.page(project=SINGLE)) == 1
    assert len(read_only_mock.page("?limit=200", SECOND)) == 200
    assert len(read_only_mock.page(project=FOREIGN, key=OTHER)) == 50


@pytest.mark.parametrize(
    "job_id", ["abc", "5.0", "%D9%A3", str(10**30), "0x10", "1_000", "%20", "3451%20", "", "%FF"]
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_job_id_that_is_no_integer_is_400(
    read_only_mock: Running, method: str, job_id: str
) -> None:
    """Guards the documented 400 of getJob and cancelJob."""
    answer = read_only_mock.call(method, f"/public/{BUSY}/jobs/{job_id}")

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("invalid path param jobID: ")


@pytest.mark.parametrize("job_id", ["+3451", "003451", "%33451"])
def test_an_integer_may_have_a_sign_zeros_and_escapes(read_only_mock: Running, job_id: str) -> None:
    """Guards that integers are read as Go's Atoi reads them."""
    answer = read_only_mock.call("GET", f"/public/{BUSY}/jobs/{job_id}")

    assert answer.json()["data"] == SHEKAR


@pytest.mark.parametrize("job_id", ["0", "-1", "999999999", str(2**63 - 1), "3448"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_job_that_the_project_does_not_have_is_404(
    read_only_mock: Running, method: str, job_id: str
) -> None:
    """Guards the documented 404, also for job 3448 of another project."""
    answer = read_only_mock.call(method, f"/public/{BUSY}/jobs/{job_id}")

    assert answer.status_code == 404
    assert answer.json() == {"error": "job not found"}


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {DEMO[:-1]}",
        f"Bearer {DEMO}x",
        f"Bearer {DEMO.upper()}",
        f"Basic {DEMO}",
        DEMO,
        "Bearer schlüssel",
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/public/{BUSY}/jobs"),
        ("GET", f"/public/{BUSY}/jobs/3451"),
        ("DELETE", f"/public/{BUSY}/jobs/3451"),
        ("DELETE", f"/public/{BUSY}/users/ann"),
    ],
)
def test_a_wrong_key_is_an_empty_401(
    read_only_mock: Running, method: str, path: str, authorization: str | None
) -> None:
    """Guards that calls without a valid key are a 401 and change nothing."""
    headers = {} if authorization is None else {"Authorization": authorization.encode()}
    answer = read_only_mock.call(method, path, key=None, headers=headers)

    assert (401, b"") == (answer.status_code, answer.content)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert read_only_mock.job(3451)["status"] == "scheduled"


@pytest.mark.parametrize(
    ("project", "key"), [(FOREIGN, DEMO), (BUSY, OTHER), ("Unknown", DEMO), ("", DEMO)]
)
def test_a_project_of_nobody_or_somebody_else_is_an_empty_401(
    read_only_mock: Running, project: str, key: str
) -> None:
    """Guards that a key opens its own organization's projects only, and reveals no other."""
    answer = read_only_mock.call("GET", f"/public/{project}/jobs", key=key)

    assert (401, b"") == (answer.status_code, answer.content)


def test_the_schemes_case_means_nothing(read_only_mock: Running) -> None:
    """Guards RFC 9110, section 11.1."""
    headers = {"Authorization": f"bEARER {DEMO}"}
    answer = read_only_mock.call("GET", f"/public/{BUSY}/jobs", key=None, headers=headers)

    assert answer.status_code == 200


def test_what_one_tenant_was_shown_is_not_shown_to_another(read_only_mock: Running) -> None:
    """Guards cached responses: a path that one key opens is a 401 for the other."""
    codes = [
        read_only_mock.call("GET", f"/public/{BUSY}/jobs/3451", key=key).status_code
        for key in (DEMO, OTHER, DEMO)
    ]

    assert codes == [200, 401, 200]
