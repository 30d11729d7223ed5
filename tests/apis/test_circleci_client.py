"""pycircleci, unmodified, against the contract of workflows."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import pytest
import requests
from pycircleci.api import Api  # type: ignore[import-untyped]  # it has no types

from tests.apis.served import Served

OWN, STRANGE = "circle-token", "nobody"
WORKFLOW = "00000001-0000-4000-8000-{:012d}"
PIPELINE, SECOND = (f"00000005-0000-4000-8000-{n:012d}" for n in (1, 2))
RUNNING, FAILING, HELD, SUCCESS, FAILED, FOREIGN = (WORKFLOW.format(n) for n in (1, 3, 4, 6, 8, 99))


@pytest.fixture(scope="module")
def mock(start: Callable[..., Served]) -> Served:
    """Return the mock of the workflows."""
    return start("circleci-workflows")


@pytest.fixture
def api(mock: Served) -> Api:
    """Return a client, whose world is that of the fixture."""
    mock.reset()
    return Api(token=OWN, url=f"{mock.url}/api")


def listed(api: Api, pipeline: str = PIPELINE) -> list[dict[str, Any]]:
    """Return all workflows of a pipeline."""
    workflows: list[dict[str, Any]] = api.get_pipeline_workflow(pipeline, paginate=True)
    return workflows


def refused(call: Callable[[], object]) -> int:
    """Return the status by which a call is refused."""
    with pytest.raises(requests.HTTPError) as error:
        call()
    return error.value.response.status_code


def test_client_pages_by_token(api: Api) -> None:
    """Reruns until there are many: each workflow is found once, over opaque tokens."""
    for _ in range(60):
        api.rerun_workflow(SUCCESS)
    assert len(api.get_pipeline_workflow(PIPELINE)) < 72
    keys = [workflow["id"] for workflow in listed(api)]
    assert len(keys) == len(set(keys)) == 72


def test_list_is_that_of_the_pipeline(api: Api) -> None:
    """The pipeline of the path is a member of each workflow of the list."""
    assert {workflow["pipeline_id"] for workflow in listed(api)} == {PIPELINE}
    assert [workflow["pipeline_id"] for workflow in listed(api, SECOND)] == [SECOND]


def test_read_equals_the_list(api: Api) -> None:
    """A workflow reads as it is listed."""
    assert all(api.get_workflow(workflow["id"]) == workflow for workflow in listed(api))


@pytest.mark.parametrize("workflow", [RUNNING, FAILING, HELD])
def test_cancelled_workflow_is_canceled_a_while_later(
    api: Api, mock: Served, workflow: str
) -> None:
    """202 says so by a message, and then the workflow stops."""
    assert api.cancel_workflow(workflow)["message"]
    mock.advance("2s")
    cancelled = api.get_workflow(workflow)
    assert cancelled["status"] == "canceled"
    assert cancelled["stopped_at"] is not None


def test_stopped_workflow_stays_what_it_is(api: Api, mock: Served) -> None:
    """What a cancel of a stopped workflow answers is not said; it changes nothing."""
    before = api.get_workflow(SUCCESS)
    try:
        api.cancel_workflow(SUCCESS)
        status = int(HTTPStatus.ACCEPTED)
    except requests.HTTPError as refused:
        status = refused.response.status_code
    mock.advance("1m")
    assert HTTPStatus.OK <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    assert api.get_workflow(SUCCESS) == before


def test_rerun_makes_another_workflow_of_the_pipeline(api: Api) -> None:
    """The first stays, and the list has one more, which runs under the same name."""
    before = {workflow["id"] for workflow in listed(api)}
    assert api.rerun_workflow(FAILED, from_failed=True)["message"]
    [made] = [workflow for workflow in listed(api) if workflow["id"] not in before]
    assert made["status"] == "running"
    assert made["stopped_at"] is None
    assert made["name"] == api.get_workflow(FAILED)["name"]
    assert api.get_workflow(FAILED)["status"] == "failed"


def test_approved_workflow_goes_on(api: Api) -> None:
    """A workflow that waits for somebody runs once they approve."""
    assert api.approve_job(HELD, WORKFLOW.format(1000))["message"]
    assert api.get_workflow(HELD)["status"] == "running"


def test_workflow_ends_by_the_clock(api: Api, mock: Served) -> None:
    """A workflow that runs stops of its own, and says when."""
    mock.advance("1d")
    workflow = api.get_workflow(FAILING)
    assert workflow["status"] == "failed"
    assert workflow["stopped_at"] is not None


def test_unknown_and_foreign_workflows_are_not_found(api: Api) -> None:
    """Nobody sees whether a workflow of others exists."""
    for workflow in (WORKFLOW.format(404), FOREIGN):
        assert refused(partial(api.get_workflow, workflow)) == HTTPStatus.NOT_FOUND
        assert refused(partial(api.cancel_workflow, workflow)) == HTTPStatus.NOT_FOUND


def test_unknown_token_is_refused(mock: Served) -> None:
    """Neither as header nor as basic credentials is a token taken that the world does not know."""
    stranger = Api(token=STRANGE, url=f"{mock.url}/api")
    assert refused(lambda: stranger.get_workflow(RUNNING)) == HTTPStatus.UNAUTHORIZED


def test_each_way_to_give_the_token_is_taken(mock: Served) -> None:
    """The token is taken as header, as user of basic and as parameter, as declared."""
    url = f"{mock.url}/api/v2/workflow/{RUNNING}"
    for given in (
        {"headers": {"Circle-Token": "circle-token"}},
        {"auth": ("circle-token", "")},
        {"params": {"circle-token": "circle-token"}},
    ):
        assert requests.get(url, timeout=60, **given).status_code == HTTPStatus.OK
