"""PyGithub, unmodified, against the contract of workflow runs."""

from collections.abc import Callable, Iterator
from typing import Any

import github
import pytest
from github import Auth
from github.Repository import Repository
from github.WorkflowRun import WorkflowRun

from tests.apis.served import Served

#: The client takes the name of a branch as well; its types do not say so.
MAIN: Any = "main"
OWN = "ghp_octocat"
RUN = 30433640
QUEUED, RUNNING, SUCCESS, FAILURE, CANCELLED = (RUN + n for n in (1, 3, 5, 7, 8))
FOREIGN = 30499999


def connect(mock: Served, token: str = OWN, per_page: int = 5) -> github.Github:
    """Return a client that does not wait between its requests."""
    return github.Github(
        base_url=mock.url,
        auth=Auth.Token(token),
        per_page=per_page,
        lazy=True,  # the repository itself is not part of the contract
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )


@pytest.fixture(scope="module")
def mock(start: Callable[..., Served]) -> Served:
    """Return the mock of the runs."""
    return start("github-runs")


@pytest.fixture
def repository(mock: Served) -> Iterator[Repository]:
    """Return the repository, whose world is that of the fixture."""
    mock.reset()
    with connect(mock) as client:
        yield client.get_repo("octocat/Hello-World")


def read(repository: Repository, run: int) -> WorkflowRun:
    """Return the run as the server has it now."""
    found = repository.get_workflow_run(run)
    found.complete()
    return found


def state(repository: Repository, run: int) -> tuple[str, str | None]:
    """Return status and conclusion as the server has them now."""
    found = read(repository, run)
    return found.status, found.conclusion


def test_client_walks_over_pages_by_link(repository: Repository) -> None:
    """Pages of five, followed by the Link header, name each run once."""
    runs = [run.id for run in repository.get_workflow_runs()]
    assert len(runs) == len(set(runs)) == 16
    assert repository.get_workflow_runs().totalCount == 16


def test_total_is_that_of_all_pages(repository: Repository) -> None:
    """The client takes the number of the last link; the body tells the same."""
    url = f"{repository.url}/actions/runs"
    _, body = repository.requester.requestJsonAndCheck("GET", url, parameters={"per_page": 3})
    assert (body["total_count"], len(body["workflow_runs"])) == (16, 3)


def test_client_walks_backwards(repository: Repository) -> None:
    """The link to the last page leads to the other end of the same list."""
    forwards = [run.id for run in repository.get_workflow_runs()]
    assert [run.id for run in repository.get_workflow_runs().reversed] == forwards[::-1]


def test_links_keep_the_filters(repository: Repository) -> None:
    """What follows the first page is filtered as that was."""
    runs = list(repository.get_workflow_runs(branch=MAIN))
    assert len(runs) == 11
    assert {run.head_branch for run in runs} == {"main"}


@pytest.mark.parametrize(
    ("status", "number"), [("queued", 2), ("completed", 9), ("success", 2), ("cancelled", 1)]
)
def test_list_is_filtered_by_status_or_conclusion(
    repository: Repository, status: str, number: int
) -> None:
    """One parameter names a status or a conclusion."""
    assert repository.get_workflow_runs(status=status).totalCount == number
    assert len(list(repository.get_workflow_runs(status=status))) == number


@pytest.mark.parametrize("run", [QUEUED, RUNNING])
def test_cancel_is_accepted_and_takes_effect_later(
    repository: Repository, mock: Served, run: int
) -> None:
    """202 means that the run will be cancelled, and a while later it is."""
    before = state(repository, run)
    assert read(repository, run).cancel() is True
    assert state(repository, run) == before
    mock.advance("5s")
    assert state(repository, run) == ("completed", "cancelled")


@pytest.mark.parametrize("run", [SUCCESS, FAILURE, CANCELLED])
def test_ended_run_cannot_be_cancelled(repository: Repository, run: int) -> None:
    """409 is what the client tells as False, and nothing changes."""
    before = read(repository, run).raw_data
    assert read(repository, run).cancel() is False
    assert read(repository, run).raw_data == before


@pytest.mark.parametrize("run", [SUCCESS, FAILURE, CANCELLED])
def test_ended_run_is_run_again_and_ends_by_the_clock(
    repository: Repository, mock: Served, run: int
) -> None:
    """A rerun is the same run, queued again, without a conclusion until it ends."""
    assert read(repository, run).rerun() is True
    assert state(repository, run) == ("queued", None)
    mock.advance("1d")
    assert state(repository, run)[0] == "completed"


def test_run_that_has_not_ended_is_not_run_again(repository: Repository) -> None:
    """403 is what the client tells as False, and nothing changes."""
    assert read(repository, QUEUED).rerun() is False
    assert state(repository, QUEUED) == ("queued", None)


def test_run_that_has_not_ended_is_not_deleted(repository: Repository) -> None:
    """403 is what the client tells as False, and the run is still there."""
    assert read(repository, RUNNING).delete() is False
    assert state(repository, RUNNING) == ("in_progress", None)


def test_deleted_run_is_gone(repository: Repository) -> None:
    """204, then 404, and one run fewer in the list."""
    assert read(repository, SUCCESS).delete() is True
    with pytest.raises(github.UnknownObjectException):
        read(repository, SUCCESS)
    assert repository.get_workflow_runs().totalCount == 15


def test_run_of_another_repository_is_not_found(repository: Repository, mock: Served) -> None:
    """Neither within the repository nor in its own is a stranger's run visible."""
    with pytest.raises(github.UnknownObjectException):
        read(repository, FOREIGN)
    with connect(mock) as client, pytest.raises(github.UnknownObjectException):
        read(client.get_repo("monalisa/Secret"), FOREIGN)
    with connect(mock, "ghp_other") as client:
        assert read(client.get_repo("monalisa/Secret"), FOREIGN).id == FOREIGN


def test_unknown_token_is_refused(mock: Served) -> None:
    """401 is the client's BadCredentialsException."""
    with connect(mock, "nobody") as client, pytest.raises(github.BadCredentialsException):
        read(client.get_repo("octocat/Hello-World"), QUEUED)
