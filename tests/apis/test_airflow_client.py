"""apache-airflow-client, unmodified, against the contract of DAG runs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import airflow_client.client as airflow
import pytest
from airflow_client.client import exceptions
from airflow_client.client.api.dag_run_api import DagRunApi
from airflow_client.client.models.dag_run_clear_body import DAGRunClearBody
from airflow_client.client.models.dag_run_patch_body import DAGRunPatchBody
from airflow_client.client.models.dag_run_patch_states import DAGRunPatchStates
from airflow_client.client.models.dag_run_response import DAGRunResponse
from airflow_client.client.models.trigger_dag_run_post_body import TriggerDAGRunPostBody

from tests.apis.served import Served

OWN = "airflow-token"
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def mock(start: Callable[..., Served]) -> Served:
    """Return the mock of the runs."""
    return start("airflow-dagruns")


def connect(mock: Served, token: str = OWN) -> DagRunApi:
    """Return the client's API of runs."""
    return DagRunApi(airflow.ApiClient(airflow.Configuration(host=mock.url, access_token=token)))


@pytest.fixture
def api(mock: Served) -> DagRunApi:
    """Return the client's API of runs, whose world is that of the fixture."""
    mock.reset()
    return connect(mock)


def ids(api: DagRunApi, **options: Any) -> list[str]:
    """Return the ids of the runs of a list."""
    return [run.dag_run_id for run in api.get_dag_runs("etl", **options).dag_runs]


def test_new_run_has_the_id_of_its_client(api: DagRunApi) -> None:
    """A run is made of the request, by hand, through the API, and waits."""
    run = api.trigger_dag_run("etl", TriggerDAGRunPostBody(dag_run_id="mine", conf={"a": 1}))
    assert (run.dag_run_id, run.dag_id, run.state) == ("mine", "etl", "queued")
    assert (run.run_type, run.triggered_by, run.conf) == ("manual", "rest_api", {"a": 1})
    assert run.run_after == run.queued_at == NOW
    assert api.get_dag_run("etl", "mine") == run


def test_run_without_id_gets_one(api: DagRunApi) -> None:
    """A client that chooses no id learns the one that the server chose."""
    first = api.trigger_dag_run("etl", TriggerDAGRunPostBody())
    second = api.trigger_dag_run("etl", TriggerDAGRunPostBody())
    assert first.dag_run_id != second.dag_run_id
    assert api.get_dag_run("etl", first.dag_run_id).dag_run_id == first.dag_run_id


@pytest.mark.parametrize("taken", ["manual__1", "manual__4"])
def test_second_run_of_an_id_is_a_conflict(api: DagRunApi, taken: str) -> None:
    """409 in whatever state the first is, and the list is what it was."""
    before = ids(api)
    with pytest.raises(exceptions.ConflictException):
        api.trigger_dag_run("etl", TriggerDAGRunPostBody(dag_run_id=taken))
    assert ids(api) == before


def test_id_is_taken_in_one_dag_only(api: DagRunApi) -> None:
    """The same id in another DAG is another run."""
    made = api.trigger_dag_run("report", TriggerDAGRunPostBody(dag_run_id="manual__2"))
    assert made.dag_id == "report"
    assert api.get_dag_run("etl", "manual__2").dag_id == "etl"


def test_stretches_make_the_list(api: DagRunApi) -> None:
    """Offset and limit cut the list, and each stretch tells how long all of it is."""
    whole = ids(api)
    assert len(whole) == 11
    parts = [ids(api, limit=4, offset=at) for at in (0, 4, 8, 12)]
    assert [run for part in parts for run in part] == whole
    assert api.get_dag_runs("etl", limit=4, offset=12).total_entries == 11
    assert ids(api, limit=0) == []


@pytest.mark.parametrize(
    ("options", "number"),
    [
        ({"state": ["queued"]}, 3),
        ({"state": ["success", "failed"]}, 5),
        ({"run_type": ["scheduled"], "state": ["queued", "running"]}, 2),
        ({"run_after_gte": NOW - timedelta(hours=1)}, 6),
        ({"run_after_gt": NOW}, 1),
        ({"start_date_lt": NOW - timedelta(hours=1)}, 5),
        ({"duration_lt": 500}, 1),
    ],
)
def test_list_is_filtered(api: DagRunApi, options: dict[str, Any], number: int) -> None:
    """Filters narrow the list and its total alike."""
    answer = api.get_dag_runs("etl", **options)
    assert (len(answer.dag_runs), answer.total_entries) == (number, number)


def test_list_is_ordered_as_asked_for(api: DagRunApi) -> None:
    """A minus turns the order of an attribute around."""
    by_time = [run.run_after for run in api.get_dag_runs("etl", order_by=["run_after"]).dag_runs]
    assert by_time == sorted(by_time)
    turned = [run.run_after for run in api.get_dag_runs("etl", order_by=["-run_after"]).dag_runs]
    assert turned == by_time[::-1]


@pytest.mark.parametrize("state", ["success", "failed", "queued"])
@pytest.mark.parametrize("run", ["manual__1", "manual__3", "manual__4", "manual__5"])
def test_run_is_patched_into_a_state(api: DagRunApi, run: str, state: str) -> None:
    """A run can be marked whatever state it is in, and stays what it was marked."""
    assert (
        api.patch_dag_run("etl", run, DAGRunPatchBody(state=DAGRunPatchStates(state))).state
        == state
    )
    assert api.get_dag_run("etl", run).state == state


def test_note_is_patched_alone(api: DagRunApi) -> None:
    """A patch without a state moves nothing."""
    patched = api.patch_dag_run("etl", "manual__4", DAGRunPatchBody(note="seen"))
    assert (patched.note, patched.state) == ("seen", "success")


def test_run_ends_by_the_clock(api: DagRunApi, mock: Served) -> None:
    """A run starts and ends, and says when."""
    api.trigger_dag_run("etl", TriggerDAGRunPostBody(dag_run_id="mine"))
    mock.advance("1d")
    run = api.get_dag_run("etl", "mine")
    assert run.state == "success"
    assert run.start_date is not None
    assert run.end_date is not None
    assert NOW <= run.start_date <= run.end_date


def test_run_waits_for_its_time(api: DagRunApi, mock: Served) -> None:
    """A run does not start before run_after."""
    api.trigger_dag_run(
        "etl", TriggerDAGRunPostBody(dag_run_id="later", run_after=NOW + timedelta(days=1))
    )
    mock.advance("23h")
    assert api.get_dag_run("etl", "later").state == "queued"
    mock.advance("1d")
    assert api.get_dag_run("etl", "later").state == "success"


def test_cleared_run_is_queued_again(api: DagRunApi) -> None:
    """A clear that is not a dry run answers the run."""
    cleared = api.clear_dag_run("etl", "manual__5", DAGRunClearBody(dry_run=False))
    assert isinstance(cleared.actual_instance, DAGRunResponse)
    assert cleared.actual_instance.state == "queued"


def test_deleted_run_is_gone(api: DagRunApi) -> None:
    """204, then 404."""
    api.delete_dag_run("etl", "manual__4")
    with pytest.raises(exceptions.NotFoundException):
        api.get_dag_run("etl", "manual__4")
    assert "manual__4" not in ids(api)


def test_running_run_is_not_deleted(api: DagRunApi) -> None:
    """Whatever the refusal, the run is still there."""
    with pytest.raises(airflow.ApiException):
        api.delete_dag_run("etl", "manual__3")
    assert api.get_dag_run("etl", "manual__3").state == "running"


def test_dag_of_others_is_forbidden(mock: Served) -> None:
    """A token sees its own DAGs only."""
    assert connect(mock, "report-token").get_dag_run("report", "manual__1").dag_id == "report"
    with pytest.raises(exceptions.ForbiddenException):
        connect(mock, "report-token").get_dag_run("etl", "manual__1")
    with pytest.raises(exceptions.UnauthorizedException):
        connect(mock, "nobody").get_dag_run("etl", "manual__1")
