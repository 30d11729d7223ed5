"""Derived deviations of the mock, one at a time, judged with all that the judge can be given."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import requests

from contracts.engine.events import LawFinished
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Verdict
from contracts.roles.catalogue import create_registry
from contracts.target import ANY_API, Effects, Target
from mockserver.client import World
from mockserver.driver import MockDriver
from tests.apis.served import Served
from tests.both.any_api import OTHERS, SHIPPED, read_shipped, serve_any

RECORDS = 110
"""How many records are there beside those of the fixtures: more than two pages by any default."""

APPROVAL = {"approval_request_id": "00000005-0000-4000-8000-000000000009"}
"""What a call of CircleCI's needs that its list does not."""

NOBODY_KNOWS_WHEN = "its effect comes `after` the call, and no `within` says when at the latest"
MAY_BE = "the document declares that status for the operation, if only by `default`"
WAS_MOVED = "a move of the server's may have led there before anybody could look"
ANY_ERROR = "the document does not declare 401, so that any error refuses a credential"
FORM_UNSAID = "the document does not say in what form the parameter takes a moment"
MAY_OMIT = "the schema of a record requires no member that can be null"
NO_SECURITY = "a header Authorization is declared, and no security that says who is refused"
UNKNOWN = "the list has no limit and no total, so that only a record that is known can be missed"
EMPTY_END = "an empty page at the end is allowed where nothing says whether there are more"

UNSEEN: Mapping[str, Mapping[str, str]] = {
    "circleci-workflows": {
        "cancel-does-nothing": NOBODY_KNOWS_WHEN,
        "approve-answers-200": MAY_BE,
        "approve-answers-204": MAY_BE,
        "rerun-workflow-answers-200": MAY_BE,
        "rerun-workflow-answers-201": MAY_BE,
        "strangers-get-403": MAY_BE,
        "starts-as-success": WAS_MOVED,
        "starts-as-error": WAS_MOVED,
        "starts-as-failing": WAS_MOVED,
        "starts-as-on-hold": WAS_MOVED,
        "pages-skip-a-record": UNKNOWN,
        "next-is-missing": UNKNOWN,
        "next-never-ends": EMPTY_END,
    },
    "openai-batches": {
        "omits-nulls": MAY_OMIT,
        "starts-as-failed": WAS_MOVED,
        "starts-as-in-progress": WAS_MOVED,
    },
    "airflow-dagruns": {
        "past-the-end-is-404": MAY_BE,
        "omits-nulls": MAY_OMIT,
        "order-is-turned-round": "the property by which the list is ordered is not in the record",
        "starts-as-running": WAS_MOVED,
    },
    "github-runs": {
        "cancel-does-nothing": NOBODY_KNOWS_WHEN,
        "force-cancel-does-nothing": NOBODY_KNOWS_WHEN,
        "past-the-end-is-404": MAY_BE,
    },
    "woodpecker-pipelines": {
        "any-credential-is-admitted": NO_SECURITY,
        "strangers-get-403": NO_SECURITY,
        "ignores-after": FORM_UNSAID,
        "ignores-before": FORM_UNSAID,
        "omits-nulls": MAY_OMIT,
        "past-the-end-is-404": MAY_BE,
        "starts-as-running": WAS_MOVED,
    },
    "builds": {"past-the-end-is-404": MAY_BE, "starts-as-running": WAS_MOVED},
    "documents": {"strangers-get-401": ANY_ERROR, "omits-nulls": MAY_OMIT},
    "exports": {
        "next-never-ends": EMPTY_END,
        "omits-nulls": MAY_OMIT,
        "starts-as-collecting": WAS_MOVED,
    },
}
"""The deviations that no law can see from outside, by contract, and why."""


@dataclass(frozen=True)
class Deviating:
    """A mock of one contract, filled, whose default world can deviate."""

    name: str
    mock: Served
    target: Target
    full: Mapping[str, object]

    @property
    def world(self) -> World:
        """The world that the key of the target opens."""
        return self.mock.world

    def list_clauses(self, level: str = "must") -> dict[str, str]:
        """Return the deviations of a level that the contract has, each with what it breaks."""
        found = requests.get(f"{self.mock.url}/__admin/deviations", timeout=60).json()
        told = found["deviations"]
        return {one["name"]: one["clause"] for one in told if one["level"] == level}

    def judge(self, deviation: str = "", *laws: str) -> dict[str, LawFinished]:
        """Judge the world with one deviation, or with none, from where all begin.

        All laws are judged unless *laws* are named.
        """
        self.world.restore(dict(self.full))
        for world in self.mock.client.worlds():
            world.deviations.set(*filter(None, [deviation]))
        api = read_shipped(self.name)
        driver = MockDriver(self.target)
        registry = create_registry(api).select(laws) if laws else create_registry(api)
        run = create_runner(self.target, api, registry, Settings(rng=1), driver)
        finished = [one for one in run.stream_events() if isinstance(one, LawFinished)]
        return {one.law.id: one for one in finished}


def list_broken(finished: Mapping[str, LawFinished]) -> list[str]:
    """Return the ids of the laws that are broken, or not kept where they should be."""
    bad = (Verdict.BROKEN, Verdict.SLACK)
    return sorted(law for law, one in finished.items() if one.verdict in bad)


@contextmanager
def deviate(name: str) -> Iterator[Deviating]:
    """Run a mock of a contract whose clock stands still, with many records in each state."""
    given = {**SHIPPED, **OTHERS}[name]
    with serve_any(name) as mock:
        target = Target(
            base_url=mock.url,
            project=ANY_API,
            api_key=given.key,
            other_api_key=given.other_key,
            given_path=given.path,
            given_other_path=given.other_path,
            effects=Effects.ANY,
            driven=True,
            resource=read_shipped(name).resource.name,
        )
        fill(target, name)
        more = APPROVAL if name == "circleci-workflows" else {}
        target = replace(target, given_path={**given.path, **more})
        yield Deviating(name, mock, target, mock.world.snapshot())


def fill(target: Target, name: str) -> None:
    """Make records in each state in turn."""
    driver, life = MockDriver(target), read_shipped(name).resource.lifecycle
    states = list(life.states) if life else []
    for number in range(RECORDS):
        driver.job_in(states[number % len(states)])


def main() -> None:
    """Write, for each contract that is named, which deviation is found by which laws."""
    for name in sys.argv[1:] or (*SHIPPED, *OTHERS):
        with deviate(name) as deviating:
            write_line(name, "as it should be", list_broken(deviating.judge()), "nothing broken")
            for deviation in deviating.list_clauses():
                why = UNSEEN.get(name, {}).get(deviation, "MISSED")
                write_line(name, deviation, list_broken(deviating.judge(deviation)), why)


def write_line(name: str, deviation: str, laws: list[str], otherwise: str) -> None:
    """Write which laws have found a deviation."""
    sys.stdout.write(f"{name} {deviation}: {', '.join(laws) or otherwise}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
