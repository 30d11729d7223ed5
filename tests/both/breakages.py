"""Faults of deployments of any API, each as what a proxy before a good one does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from contracts.target import Effects
from tests.both.relay import Answer, Breakage, Call, Forward

OWN = Effects.OWN


@dataclass(frozen=True)
class Case:
    """A fault, where it is, the laws that must find it, and those that may do so as well."""

    breakage: Breakage
    api: str
    laws: frozenset[str]
    may: frozenset[str] = frozenset()
    effects: Effects = Effects.NONE


def _number(call: Call, name: str) -> int:
    return int(call.query.get(name, 0))


def reorder_small_pages(call: Call, forward: Forward) -> Answer:
    """Pages of three have their records the other way round."""
    answer = forward(call)
    if call.query.get("limit") != "3" or call.query.keys() & {"state", "run_type"}:
        return answer
    return answer.show({**answer.json, "dag_runs": answer.json["dag_runs"][::-1]})


def ignore_the_order(call: Call, forward: Forward) -> Answer:
    """Each page has its records the other way round."""
    answer = forward(call)
    return answer.show(answer.json[::-1]) if isinstance(answer.json, list) else answer


def skip_between_pages(call: Call, forward: Forward) -> Answer:
    """Each page but the first begins one record too late."""
    start = _number(call, "offset")
    small = 0 < start < 1000 and not call.query.keys() & {"state", "run_type"}
    return forward(call.ask(offset=str(start + 1)) if small else call)


def repeat_between_pages(call: Call, forward: Forward) -> Answer:
    """Each page but the first begins with the last record of the one before."""
    start = _number(call, "offset")
    small = 0 < start < 1000 and not call.query.keys() & {"state", "run_type"}
    return forward(call.ask(offset=str(start - 1)) if small else call)


def count_one_too_many(call: Call, forward: Forward) -> Answer:
    """The total is one too high."""
    answer = forward(call)
    if "total_count" not in (answer.json or {}):
        return answer
    return answer.show({**answer.json, "total_count": answer.json["total_count"] + 1})


def stamp_in_milliseconds(call: Call, forward: Forward) -> Answer:
    """A timestamp is in milliseconds, and not in seconds."""

    def change(record: dict[str, Any]) -> dict[str, Any]:
        moment = record.get("in_progress_at")
        return {**record, "in_progress_at": moment and moment * 1000}

    answer = forward(call)
    if answer.status != 200:
        return answer
    if "data" in answer.json:
        return answer.show({**answer.json, "data": [change(one) for one in answer.json["data"]]})
    return answer.show(change(answer.json))


class LeaveTheEnd:
    """After some requests, records that had succeeded are running again."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, call: Call, forward: Forward) -> Answer:
        """Answer as the mock does, at first."""
        answer = forward(call)
        self.seen += 1
        if self.seen < 30 or answer.status != 200:
            return answer
        items = answer.json.get("items")
        if items is None:
            return answer.show(self.change(answer.json))
        return answer.show({**answer.json, "items": [self.change(one) for one in items]})

    @staticmethod
    def change(record: dict[str, Any]) -> dict[str, Any]:
        """Return a record as if it had not ended."""
        ended = record.get("status") == "success"
        return {**record, "status": "running", "stopped_at": None} if ended else record


def ignore_the_cursor(call: Call, forward: Forward) -> Answer:
    """Whatever the cursor is, the first page is returned."""
    return forward(call.ask(after=""))


def end_too_early(call: Call, forward: Forward) -> Answer:
    """No page says that there are more."""
    answer = forward(call)
    return answer.show({**answer.json, "has_more": False}) if "has_more" in answer.json else answer


def name_the_first_as_last(call: Call, forward: Forward) -> Answer:
    """The key of the last record is that of the first."""
    answer = forward(call)
    if not answer.json.get("data"):
        return answer
    return answer.show({**answer.json, "last_id": answer.json["data"][0]["id"]})


def link_too_far(call: Call, forward: Forward) -> Answer:
    """The link to the next page leads to the one after it."""
    answer = forward(call)
    page = _number(call, "page") or 1
    link = answer.headers.get("Link", "").replace(f"page={page + 1}>", f"page={page + 2}>")
    return replace(answer, headers={**answer.headers, "Link": link}) if link else answer


def ignore_a_filter(call: Call, forward: Forward) -> Answer:
    """The filter by event selects nothing."""
    return forward(call.ask(event=""))


def lose_what_is_filtered(call: Call, forward: Forward) -> Answer:
    """A list that is filtered by its branch lacks its last record."""
    answer = forward(call)
    lost = "branch" in call.query and isinstance(answer.json, list)
    return answer.show(answer.json[:-1]) if lost else answer


def say_gone(call: Call, forward: Forward) -> Answer:
    """What is not found is gone."""
    answer = forward(call)
    return replace(answer, status=410) if answer.status == 404 else answer


def read_otherwise(call: Call, forward: Forward) -> Answer:
    """A record reads otherwise than it is listed."""
    answer = forward(call)
    if answer.status != 200 or "data" in answer.json:
        return answer
    return answer.show({**answer.json, "endpoint": "/v1/other"})


def let_everybody_in(call: Call, forward: Forward) -> Answer:
    """A call without a key is answered."""
    if "Authorization" in call.headers:
        return forward(call)
    return forward(replace(call, headers={**call.headers, "Authorization": "Bearer ghp_octocat"}))


def let_strangers_in(call: Call, forward: Forward) -> Answer:
    """The key of another tenant opens this one."""
    keys = {name: value.replace("sk-other", "sk-acme") for name, value in call.headers.items()}
    return forward(replace(call, headers=keys))


def label_as_text(call: Call, forward: Forward) -> Answer:
    """JSON is labelled as text."""
    answer = forward(call)
    return replace(answer, headers={**answer.headers, "Content-Type": "text/plain"})


def lack_a_member(call: Call, forward: Forward) -> Answer:
    """A record has no name, which its schema requires."""
    answer = forward(call)
    if answer.status != 200 or "items" in answer.json:
        return answer
    return answer.show({name: value for name, value in answer.json.items() if name != "name"})


def accept_a_negative_limit(call: Call, forward: Forward) -> Answer:
    """A negative limit is not refused."""
    return forward(call.ask(limit="") if _number(call, "limit") < 0 else call)


def clamp_a_limit(call: Call, forward: Forward) -> Answer:
    """A limit below the range means the smallest, and not the default."""
    low = "perPage" in call.query and _number(call, "perPage") < 1
    return forward(call.ask(perPage="1") if low else call)


def refuse_otherwise(call: Call, forward: Forward) -> Answer:
    """A cancel of what has ended gets another status."""
    answer = forward(call)
    refused = call.path.endswith("/cancel") and answer.status == 400
    return replace(answer, status=409) if refused else answer


def accept_otherwise(call: Call, forward: Forward) -> Answer:
    """A cancel gets a success that is not declared."""
    answer = forward(call)
    return replace(answer, status=202) if answer.status == 204 and call.method == "POST" else answer


def move_nothing(call: Call, forward: Forward) -> Answer:
    """A cancel is accepted, and nothing happens."""
    if call.method == "POST" and call.path.endswith("/cancel"):
        return Answer(204, {}, b"")
    return forward(call)


def delete_nothing(call: Call, forward: Forward) -> Answer:
    """A deletion is accepted, and nothing happens."""
    return Answer(204, {}, b"") if call.method == "DELETE" else forward(call)


def make_a_second_one(call: Call, forward: Forward) -> Answer:
    """A second record of one key is accepted."""
    answer = forward(call)
    if call.method != "POST" or answer.status != 409:
        return answer
    key = Answer(0, {}, call.body).json["dag_run_id"]
    return forward(replace(call, method="GET", path=f"{call.path}/{key}", body=b""))


def make_it_failed(call: Call, forward: Forward) -> Answer:
    """A new record is said to be skipped, which no move of the server leads to."""
    answer = forward(call)
    made = call.method == "POST" and call.path.endswith("/pipelines") and answer.status == 200
    return answer.show({**answer.json, "status": "skipped"}) if made else answer


def _case(
    breakage: Breakage, api: str, *laws: str, may: str = "", effects: Effects = Effects.NONE
) -> Case:
    return Case(breakage, api, frozenset(laws), frozenset(may.split()), effects)


CASES = [
    _case(reorder_small_pages, "airflow-dagruns", "WALK-06"),
    _case(ignore_the_order, "woodpecker-pipelines", "WALK-08", may="WALK-06 FILT-03"),
    _case(skip_between_pages, "airflow-dagruns", "WALK-03", may="FILT-03"),
    _case(repeat_between_pages, "airflow-dagruns", "WALK-02", may="WALK-04 FILT-03"),
    _case(count_one_too_many, "github-runs", "WALK-09"),
    _case(stamp_in_milliseconds, "openai-batches", "EXCH-12"),
    _case(LeaveTheEnd(), "circleci-workflows", "LIFE-01", "LIFE-02", may="LIFE-08"),
    _case(ignore_the_cursor, "openai-batches", "WALK-01", "CURS-04", may="WALK-02 CURS-02"),
    _case(end_too_early, "openai-batches", "CURS-02", may="WALK-03 CURS-04"),
    _case(name_the_first_as_last, "openai-batches", "CURS-01"),
    _case(link_too_far, "github-runs", "LINK-01"),
    _case(ignore_a_filter, "github-runs", "FILT-01", may="LINK-02"),
    _case(lose_what_is_filtered, "woodpecker-pipelines", "FILT-02", may="FILT-03"),
    _case(say_gone, "woodpecker-pipelines", "READ-04", may="TEN-10 TEN-04"),
    _case(read_otherwise, "openai-batches", "READ-02"),
    _case(let_everybody_in, "github-runs", "AUTH-01"),
    _case(let_strangers_in, "openai-batches", "TEN-04", "TEN-05"),
    _case(label_as_text, "circleci-workflows", "EXCH-04"),
    _case(lack_a_member, "circleci-workflows", "EXCH-13"),
    _case(accept_a_negative_limit, "airflow-dagruns", "PAGE-06", "PAGE-07"),
    _case(clamp_a_limit, "woodpecker-pipelines", "PAGE-06", "PAGE-07"),
    _case(refuse_otherwise, "woodpecker-pipelines", "CANC-03", effects=OWN),
    _case(accept_otherwise, "woodpecker-pipelines", "EXCH-03", effects=OWN),
    _case(
        move_nothing, "woodpecker-pipelines", "CANC-07", may="CANC-03 TEN-03 TEN-06", effects=OWN
    ),
    _case(delete_nothing, "airflow-dagruns", "CANC-08", may="CANC-14 TEN-03 TEN-06", effects=OWN),
    _case(make_a_second_one, "airflow-dagruns", "MAKE-04", effects=OWN),
    _case(
        make_it_failed,
        "woodpecker-pipelines",
        "MAKE-01",
        may="LIFE-01 LIFE-02 CANC-12",
        effects=OWN,
    ),
]
