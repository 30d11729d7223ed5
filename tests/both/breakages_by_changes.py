"""Faults of deployments that show only where something is made or moved, or a list is filtered."""

from __future__ import annotations

from dataclasses import replace

from contracts.target import Effects
from tests.both.breakages import Case
from tests.both.relay import Answer, Breakage, Call, Forward


def let_strangers_move(call: Call, forward: Forward) -> Answer:
    """The key of another tenant cancels what it cannot read."""
    if not call.path.endswith("/cancel"):
        return forward(call)
    keys = {name: value.replace("sk-other", "sk-acme") for name, value in call.headers.items()}
    return forward(replace(call, headers=keys))


def move_from_any_path(call: Call, forward: Forward) -> Answer:
    """A run of one DAG is marked from the path of another."""
    if call.method != "PATCH":
        return forward(call)
    return forward(replace(call, path=call.path.replace("/dags/report/", "/dags/etl/")))


class PageByPosition:
    """A cursor stands for a number of records, and not for the last one."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def __call__(self, call: Call, forward: Forward) -> Answer:
        """Answer with the page that begins at the place where the last one ended."""
        if call.method != "GET" or call.path.rpartition("/")[2] != "batches":
            return forward(call)
        limit, after = int(call.query.get("limit", 20)), call.query.get("after")
        if limit >= 100 or (after is not None and after not in self.places):
            return forward(call)
        whole = forward(call.ask(limit="100", after=""))
        if whole.status != 200:
            return whole
        start = self.places.get(after or "", 0)
        data = whole.json["data"][start : start + limit]
        if data:
            self.places[data[-1]["id"]] = start + len(data)
        more = len(whole.json["data"]) > start + limit
        ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {}
        return whole.show({**whole.json, **ends, "data": data, "has_more": more})


def add_a_foreign_record(call: Call, forward: Forward) -> Answer:
    """A list that is filtered by its branch has a record that the whole list does not have."""
    answer = forward(call)
    if "branch" not in call.query or not answer.json:
        return answer
    last = answer.json[-1]
    return answer.show([*answer.json, {**last, "number": 10**6 + last["number"]}])


def lose_a_state(call: Call, forward: Forward) -> Answer:
    """The list of killed pipelines is empty."""
    answer = forward(call)
    return answer.show([]) if call.query.get("status") == "killed" else answer


def refuse_strangely(call: Call, forward: Forward) -> Answer:
    """A creation by more than the least gets a status that is not declared."""
    answer = forward(call)
    given = Answer(0, {}, call.body).json or {}
    if (
        not call.path.endswith("/dagRuns")
        or call.method != "POST"
        or set(given) <= {"dag_run_id", "note"}
    ):
        return answer
    return replace(answer, status=418)


def end_what_is_copied(call: Call, forward: Forward) -> Answer:
    """A pipeline that is run again is cancelled."""
    answer = forward(call)
    if call.method == "POST" and call.path.rpartition("/")[2].isdecimal():
        forward(replace(call, path=f"{call.path}/cancel"))
    return answer


def hide_what_is_canceled(call: Call, forward: Forward) -> Answer:
    """The list lacks what was canceled, though it can be read."""
    answer = forward(call)
    if not isinstance(answer.json, list):
        return answer
    return answer.show([one for one in answer.json if one.get("status") != "canceled"])


def _case(breakage: Breakage, api: str, law: str, may: str = "") -> Case:
    return Case(breakage, api, frozenset({law}), frozenset(may.split()), Effects.OWN)


CASES = [
    _case(let_strangers_move, "openai-batches", "TEN-06"),
    _case(move_from_any_path, "airflow-dagruns", "TEN-03"),
    _case(PageByPosition(), "openai-batches", "CURS-05"),
    _case(add_a_foreign_record, "woodpecker-pipelines", "FILT-04", "FILT-03"),
    _case(lose_a_state, "woodpecker-pipelines", "FILT-05", "FILT-02"),
    _case(refuse_strangely, "airflow-dagruns", "MAKE-08"),
    _case(end_what_is_copied, "woodpecker-pipelines", "MAKE-09"),
    _case(hide_what_is_canceled, "woodpecker-pipelines", "READ-10", "WALK-04 PAGE-04"),
]
