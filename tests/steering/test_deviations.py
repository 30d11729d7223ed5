"""Each deviation as a client sees it, over HTTP."""

from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from mockserver.app.build import load_catalogue
from mockserver.client import Client, World
from mockserver.resources import files
from mockserver.testing.server import RunningMock
from tests.steering.calling import Caller

CATALOGUE = load_catalogue(files.contract(), ()).by_name
SECOND = "7pQzLmN2vRtYxWc4BdKs"
EMPTY = "EmptyProject00000000"
#: The first job that is created in the default world.
MADE = 3455


def raw(world: World, method: str, target: str, authorization: str) -> tuple[int, str, str]:
    """Send a request that no client library would send, and return the response."""
    connection = HTTPConnection(urlsplit(world.base_url).netloc, timeout=60)
    with closing(connection):
        connection.putrequest(method, target, skip_accept_encoding=True)
        connection.putheader("Authorization", authorization)
        connection.endheaders()
        answer = connection.getresponse()
        told = ("Content-Type", "Location", "Allow", "Cache-Control", "WWW-Authenticate")
        fields = {name: answer.headers.get(name) for name in told}
        return answer.status, str(fields), answer.read().decode("utf-8", "backslashreplace")


def manners(world: World) -> list[tuple[int, str, str]]:
    """Do what no client should do, and return all responses."""
    key, root = f"Bearer {world.api_key}", f"/public/{world.project_key}"
    targets = [
        *((method, "/jobs") for method in ("HEAD", "OPTIONS", "PUT")),
        *(("GET", place) for place in ("/tasks", "/jobs%2F3451", "/jobs/./3451", "/jobs/%zz")),
        *(
            ("GET", f"/jobs?limit={limit}")
            for limit in ("%zz&limit=3", "64&page=288230376151711745")
        ),
        *(("DELETE", f"/jobs/{job_id}") for job_id in (2**31, "x")),
        *(("DELETE", f"/users/{user}") for user in ("", "%00", "%C3%A4" * 129, "%3C")),
    ]
    seen = [raw(world, method, root + rest, key) for method, rest in targets]
    seen.append(raw(world, "GET", root + "/jobs", key.lower()))
    return [*seen, raw(world, "GET", "/public/nobodys/jobs", key)]


def walk(world: World) -> list[tuple[int, str, str]]:
    """Do what a client can do, and return all responses."""
    caller = Caller(world)
    busy = [
        *(("GET", f"jobs?limit={limit}") for limit in (1, 3, 0, 201)),
        *(("GET", f"jobs?limit=3&page={page}") for page in (0, 1, 2, 100_000)),
        ("GET", "jobs"),
        *(("GET", f"jobs/{job_id}") for job_id in (3446, 3447, 3449, 3451, 3452, 1)),
        ("GET", "jobs/no-integer"),
        ("DELETE", "jobs/no-integer"),
        *(("DELETE", f"jobs/{job_id}") for job_id in (3446, 3447, 3449, 3449, 3451, 3452)),
        *(("GET", f"jobs/{job_id}") for job_id in (3449, 3451)),
        ("DELETE", "users/new"),
        ("DELETE", "users/new"),
        ("GET", "jobs?limit=2"),
    ]
    seen = [caller.call(method, rest) for method, rest in busy]
    seen += [caller.call("GET", "jobs/3451", EMPTY), caller.call("GET", "jobs", EMPTY)]
    world.clock.advance("18h")
    seen += [caller.call("GET", f"jobs/{job_id}", SECOND) for job_id in (3448, 3451)]
    seen.append(caller.call("GET", "jobs", "9kHjGfDsAqWeRtYuIoPz"))
    # The created job has begun to run.
    seen.append(caller.cancel(MADE))
    world.clock.advance("24h")
    seen.append(caller.get(MADE))
    caller.key = "no-such-key"
    seen.append(caller.call("GET", "jobs/3451"))
    told = [(s.status_code, s.headers.get("Content-Type", ""), s.text) for s in seen]
    return [*told, *manners(world)]


@pytest.fixture(scope="module")
def plain(server: RunningMock) -> list[tuple[int, str, str]]:
    """Return what a client sees of a mock that keeps the contract."""
    client = server.client
    world = client.create_world()
    return walk(world)


#: What one client with its own key does not see.
UNMET = (
    "no-key-needed",
    "any-credential-is-admitted",
    "any-scheme-before-bearer",
    "any-method-is-405",
    "deletions-race",
)


@pytest.mark.parametrize("name", [name for name in CATALOGUE if name not in UNMET])
def test_each_deviation_shows(world: World, plain: list[tuple[int, str, str]], name: str) -> None:
    """Guards that each deviation changes a response to this client."""
    world.deviations.set(name)

    assert plain != walk(world)


@pytest.mark.parametrize("name", ["no-key-needed", "any-credential-is-admitted"])
def test_no_key_is_needed_where_that_is_the_deviation(client: Client, name: str) -> None:
    """Guards the deviation that only the world of requests without a key can show."""
    world = client.world("default")
    caller = Caller(world)
    caller.key = None
    assert caller.get(3452).status_code == 401
    world.deviations.set(name)

    assert caller.get(3452).status_code == 200
    world.deviations.set()
    assert caller.get(3452).status_code == 401


@pytest.mark.parametrize(
    ("name", "method", "scheme", "statuses"),
    [
        ("any-scheme-before-bearer", "GET", "Digest Bearer", (401, 200)),
        ("any-method-is-405", "FOO", "Bearer", (501, 405)),
    ],
)
def test_some_deviations_show_in_the_default_world_only(
    client: Client, name: str, method: str, scheme: str, statuses: tuple[int, int]
) -> None:
    """Guards deviations for requests that name no world."""
    world = client.world("default")
    asked = (method, f"/public/{world.project_key}/jobs/3452", f"{scheme} {world.api_key}")
    before = raw(world, *asked)[0]
    world.deviations.set(name)

    assert statuses == (before, raw(world, *asked)[0])
    world.deviations.set()
    assert before == raw(world, *asked)[0]


def test_a_bundle_is_its_parts(world: World, client: Client) -> None:
    """Guards that a world lists a bundle by its name, and that a part may be named as well."""
    world.deviations.set("head-is-405", "real-server")
    root = f"/public/{world.project_key}/jobs"

    assert ["head-is-405", "real-server"] == [d.name for d in world.deviations.list()]
    assert (405, "") == raw(world, "HEAD", root, f"Bearer {world.api_key}")[::2]
    assert 404 == raw(world, "GET", root + "/9%2F9", f"Bearer {world.api_key}")[0]
    client.world(world.name).reset()
    assert () == world.deviations.list()


def test_a_world_that_deviates_no_longer_is_right_again(
    world: World, plain: list[tuple[int, str, str]]
) -> None:
    """Guards that nothing is left of removed deviations, including those of the lifecycle."""
    world.deviations.set(*CATALOGUE)
    world.deviations.set()

    assert plain == walk(world)


def test_there_are_enough_and_each_says_what_it_does() -> None:
    """Guards the catalogue: the real deployment's own, the bundle, others, a level, a clause."""
    own = {"stuck-in-scheduled", *CATALOGUE["real-server"].parts}

    assert own < set(CATALOGUE)
    assert len(CATALOGUE) >= 23 + len(own)
    for name, deviation in CATALOGUE.items():
        assert (name, True) == (deviation.name, deviation.does.endswith("."))
        assert deviation.clause.startswith("/")
        assert bool(deviation.parts) != any(
            (
                deviation.contract,
                deviation.lifecycle,
                deviation.records,
                deviation.around,
                deviation.before,
                deviation.any_method,
            )
        )


def test_a_job_stuck_in_scheduled_starts_at_its_own_time_once_it_is_let(
    world: World, caller: Caller
) -> None:
    """Guards that the contract's lifecycle makes its moves again when a deviation is removed."""
    world.deviations.set("stuck-in-scheduled")
    world.clock.advance("12h")
    assert caller.status(3451) == "scheduled"
    world.deviations.set()

    job = caller.get(3451).json()["data"]
    assert ("running", 1_623_954_600_000) == (job["status"], job["updatedAt"])


def test_what_is_next_is_what_the_deviation_does(world: World) -> None:
    """Guards what a test is told of a job against a contract that the world does not keep."""
    made = world.jobs.create("ann")
    usual = world.jobs.get(made.job_id).next
    world.deviations.set("start-never-happens")

    assert usual is not None
    assert world.jobs.get(made.job_id).next is None
