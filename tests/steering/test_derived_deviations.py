"""Deviations that follow from a contract, as clients of three shipped contracts see them."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mockserver.app.build import load_catalogue
from mockserver.client import ControlError
from mockserver.contract.reader import load
from mockserver.deviations.catalogue import UnknownDeviationError
from mockserver.records.lifecycle import Lifecycle
from mockserver.resources import shipped
from mockserver.settings import Settings
from mockserver.testing.server import run_mock
from tests.apis.served import serve
from tests.both.any_api import KINDS
from tests.steering import shown_by_moves, shown_by_pages, shown_by_records
from tests.steering.deviating import SHAPES, Asked, Pair, Side, let_deviate

GOLDEN = Path(__file__).parents[1] / "golden" / "deviations.txt"
CATALOGUES = {api.name: load_catalogue(api.spec, api.overlays) for api in shipped.list_all()}
CASES = [(api, name) for api in SHAPES for name in CATALOGUES[api].by_name]
CHECKS: dict[str, Callable[[Asked], None]] = {
    **shown_by_moves.CHECKS,
    **shown_by_pages.CHECKS,
    **shown_by_records.CHECKS,
}
#: What shows only beside another deviation, since no credential of the fixtures opens two scopes.
UNSEEN_ALONE = {("github-runs", "looks-across-scopes"): ("other-tenants-are-shown",)}
#: More than any default limit but one.
MANY = 40


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[[str], Pair]]:
    """Return what starts a mock of a contract with two worlds; all end with the module."""
    with ExitStack() as stack:
        known: dict[str, Pair] = {}

        def start_once(api: str) -> Pair:
            if api not in known:
                served, found = stack.enter_context(serve(api)), shipped.find(api)
                contract = load(found.spec, found.overlays)
                said = contract.resources[0]
                assert said.lifecycle is not None
                lifecycle = Lifecycle(said.lifecycle, said.record, contract.operations)
                worlds = [served.client.create_world() for _ in range(2)] + [served.world]
                sides = [Side(served.url, world, SHAPES[api], lifecycle) for world in worlds]
                known[api] = Pair(*sides)
                for side in sides[:2]:
                    fill(side)
            return known[api]

        yield start_once


def fill(side: Side) -> None:
    """Make records, half of which one filter finds."""
    for number in range(MANY):
        event = "push" if number % 2 else "pull_request"
        members = {"event": event} if side.shape.resource == "runs" else {}
        side.put(side.lifecycle.initial[0], **members)


@pytest.mark.parametrize(("api", "name"), CASES, ids=[f"{a}-{n}" for a, n in CASES])
def test_a_derived_deviation_does_what_its_sentence_says(
    start: Callable[[str], Pair], api: str, name: str
) -> None:
    """Guards each derived deviation: a client sees it, and does not see it without."""
    pair = start(api)
    pattern, check = next((p, c) for p, c in CHECKS.items() if re.fullmatch(p, name))
    found = re.fullmatch(pattern, name)
    assert found is not None
    names = (name, *UNSEEN_ALONE.get((api, name), ()))
    with let_deviate(pair.other.world, *names), let_deviate(pair.default.world, *names):
        check(Asked(pair, found.groups()))


def test_two_deviations_work_together(start: Callable[[str], Pair]) -> None:
    """Guards that a deviation of the contract, of records and of a response do not undo another."""
    other = start("openai-batches").other
    names = ("default-limit-is-10", "status-in-capitals", "cancel-answers-202")
    with let_deviate(other.world, *names, "cancel-from-completed-is-accepted"):
        page = other.show().json()["data"]
        key = other.put("completed")
        answer = other.make("cancel", key)

    assert 10 == len(page)
    assert all(record["status"].isupper() for record in page)
    assert (202, "CANCELLING") == (answer.status_code, answer.json()["status"])
    assert "cancelling" == other.read(key).json()["status"]


@pytest.mark.parametrize("api", SHAPES)
def test_all_deviations_of_a_contract_can_be_set_at_once(
    start: Callable[[str], Pair], api: str
) -> None:
    """Guards that no two deviations break each other, and that nothing is left of all of them."""
    other = start(api).other
    before = other.show().json()
    with let_deviate(other.world, *CATALOGUES[api].by_name):
        assert other.show().status_code < 500

    assert before == other.show().json()


def test_the_names_of_the_contracts_that_come_along_stay() -> None:
    """Guards names that users write down; a change of a contract or of a rule shows here."""
    told = [f"{api} {name}" for api, catalogue in CATALOGUES.items() for name in catalogue.by_name]

    assert GOLDEN.read_text().splitlines() == told


@pytest.mark.parametrize("api", CATALOGUES)
def test_each_says_what_it_does_in_a_sentence_and_which_clause_it_breaks(api: str) -> None:
    """Guards the catalogue: each name is spelled for a command line, and leads to a clause."""
    for name, deviation in CATALOGUES[api].by_name.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert deviation.does.endswith(".")
        assert deviation.clause.startswith("/")


@pytest.mark.parametrize(
    ("name", "deviation"),
    [("builds", "code-in-capitals"), ("documents", "publish-is-refused-with-400")],
)
def test_what_changes_nothing_or_breaks_more_than_it_says_is_not_derived(
    name: str, deviation: str
) -> None:
    """Guards states that are numbers, and calls that are stated to be accepted everywhere."""
    found = load_catalogue(KINDS / name / "openapi.yaml", ())

    assert deviation not in found.by_name


def test_an_unknown_name_is_told_with_those_that_may_be_meant(
    start: Callable[[str], Pair],
) -> None:
    """Guards the error for a slip: the control API and the catalogue name the nearest names."""
    with pytest.raises(UnknownDeviationError, match="similar names are cancel-does-nothing"):
        CATALOGUES["openai-batches"].find("cancel-does-nothin")
    with pytest.raises(ControlError, match="similar names are hides-completed"):
        start("openai-batches").other.world.deviations.set("hide-completed")


def test_a_mock_deviates_from_its_start() -> None:
    """Guards ``--deviation`` for any contract, and for worlds that are made later."""
    given = {"port": 0, "speed": 0, "access_log": False, "seed": None}
    api = shipped.find("openai-batches")
    settings = Settings(**api.settings(given), deviations=("hides-completed",))
    with run_mock(settings) as mock:
        worlds = [mock.client.world("default"), mock.client.create_world()]

        assert [["hides-completed"]] * 2 == [[d.name for d in w.deviations.list()] for w in worlds]


def test_worlds_of_a_database_deviate(tmp_path: Path) -> None:
    """Guards deviations of moves, of records and of responses with another store."""
    found = shipped.find("openai-batches")
    said = load(found.spec, found.overlays).resources[0]
    assert said.lifecycle is not None
    lifecycle = Lifecycle(said.lifecycle, said.record)
    with serve("openai-batches", store=f"sqlite:///{tmp_path}/batches.db") as served:
        worlds = [*(served.client.create_world() for _ in range(2)), served.world]
        shape = SHAPES["openai-batches"]
        pair = Pair(*(Side(served.url, world, shape, lifecycle) for world in worlds))
        names = ("cancelled-never-happens", "pages-overlap", "cancel-answers-202")
        with let_deviate(pair.other.world, *names):
            shown_by_moves.check_never_happens(Asked(pair, ("cancelled",)))
            shown_by_pages.check_pages_overlap(Asked(pair, ()))
            shown_by_moves.check_other_success(Asked(pair, ("cancel", "202")))


def test_what_derives_deviations_is_not_imported_where_nothing_deviates() -> None:
    """Guards the start-up time: a server without deviations does not derive any."""
    probe = (
        "import sys\n"
        "from mockserver.testing.server import run_mock\n"
        "with run_mock() as mock:\n"
        "    mock.client.create_world()\n"
        "    print([name for name in sys.modules if 'deviations.derived' in name\n"
        "           or 'jobs.deviations' in name or 'deviations.deriving' in name])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", probe], check=True, capture_output=True, text=True
    )

    assert "[]" == ended.stdout.strip()
