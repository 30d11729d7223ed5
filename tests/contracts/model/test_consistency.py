"""Answers of one plain `st run`, held against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from urllib.parse import parse_qsl, urlsplit

import pytest

from contracts.contract.document import Document
from contracts.http.exchange import Exchange
from contracts.schemathesis_hooks.consistency import ConsistencyCheck
from contracts.selftest.conforming import open_choices
from contracts.selftest.faults import limits, pages, single_law_lists
from contracts.selftest.messages import Request
from contracts.selftest.miniature import Miniature
from contracts.selftest.world import KEY, PROJECT, create_miniature
from tests.contracts.model import deployments

LIST = f"http://h/v1/public/{PROJECT}/jobs"


@dataclass
class Caller:
    """Calls a miniature without any socket, and remembers what was asked again."""

    document: Document
    world: Miniature
    consistency: ConsistencyCheck
    asked: int = 0

    def get(self, url: str) -> Exchange:
        """Return the exchange that GET *url* is."""
        parts = urlsplit(url)
        path = parts.path.removeprefix("/v1")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        response = self.world.respond(
            Request("GET", path, query, {"authorization": f"Bearer {KEY}"})
        )
        body, media_type = self.world.encode(response)
        operation = self.document.match("GET", path)
        assert operation is not None
        return Exchange(
            method="GET",
            url=url,
            headers={},
            status=response.status,
            response_headers={"content-type": media_type},
            body=body,
            operation=operation.id,
            arguments=operation.parse_arguments(path) or {},
        )

    def again(self, url: str) -> Exchange:
        """Answer what is asked to make sure."""
        self.asked += 1
        return self.get(url)

    def said(self, *urls: str) -> Iterator[str]:
        """Call *urls* in order, and return what is objected to."""
        for url in urls:
            for one in self.consistency.check(self.get(url), self.again):
                yield f"{one.expected}; {one.actual}"


def caller(document: Document, kind: Callable[..., Miniature], jobs: int = 213) -> Caller:
    """Return what calls a deployment of *kind*."""
    return Caller(document, create_miniature(document, kind, jobs), ConsistencyCheck(document))


def random_urls(rng: int, calls: int) -> Iterator[str]:
    """Go through calls as a generator makes them."""
    random = Random(rng)
    for _ in range(calls):
        if random.random() < 0.4:
            yield f"{LIST}/{random.randint(1, 300)}"
            continue
        numbers = {
            "limit": random.choice([-1, 0, 1, 7, 49, 50, 51, 199, 200, 201, 2**31]),
            "page": random.choice([-1, 0, 1, 2, 3, 5, 43]),
        }
        given = {name: value for name, value in numbers.items() if random.random() < 0.7}
        yield f"{LIST}?{'&'.join(f'{name}={value}' for name, value in given.items())}"


CONFORMING = [
    Miniature,
    deployments.Progresses,
    open_choices.Growing,
    open_choices.GrowingFast,
    open_choices.Forgetting,
    open_choices.GrowingAndForgetting,
    open_choices.GrowingAndProgressing,
    open_choices.OldestFirst,
    open_choices.ByUser,
    open_choices.KeepsWholeSeconds,
]


@pytest.mark.parametrize("kind", CONFORMING, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("jobs", [3, 213])
def test_a_conforming_deployment_is_not_accused(
    document: Document, kind: type[Miniature], jobs: int
) -> None:
    """Guards that jobs may move, come and go between two calls without a contradiction."""
    assert list(caller(document, kind, jobs).said(*random_urls(7, 120))) == []


LARGE, SECOND = f"{LIST}?limit=200", f"{LIST}?limit=200&page=2"


@pytest.mark.parametrize(
    ("kind", "urls", "words"),
    [
        (limits.HasAnotherDefault, [LARGE, LIST], "50 jobs at a list without a query"),
        (limits.HasAnotherDefault, [LIST, LARGE], "the page has 20, while limit=200 has 200 jobs"),
        (limits.IgnoresLimit, [LARGE, SECOND], "200 jobs at limit=200; the page has 50"),
        (pages.IgnoresPage, [LIST, f"{LIST}?page=2"], "as well"),
        (pages.CountsPagesFromZero, [LARGE, f"{LIST}?limit=50&page=1"], "in place 1"),
        (pages.DropsTheLastPartialPage, [SECOND, f"{LIST}?limit=7&page=30"], "jobs at limit=200"),
        (pages.SkipsAJobBetweenPages, [LARGE, f"{LIST}?page=2"], "in place 51"),
        (single_law_lists.TheLargestFirstPageIsShort, [SECOND, LARGE], "the page has 199"),
        (deployments.RepeatsOne, [LIST], "each record once on a page"),
    ],
)
def test_a_contradiction_is_found(
    document: Document, kind: type[Miniature], urls: list[str], words: str
) -> None:
    """Guards what two answers show together, in whatever order they come."""
    said = list(caller(document, kind).said(*urls))

    assert said
    assert words in said[0]


def test_what_was_made_sure_of_is_not_asked_again(document: Document) -> None:
    """Guards a deployment against more calls for each one that shows the same fault."""
    calling = caller(document, limits.HasAnotherDefault)
    assert len(list(calling.said(LARGE, LIST, LIST, LIST))) == 3

    assert calling.asked == 6


def test_a_terminal_job_that_changes_is_found(document: Document) -> None:
    """Guards all members of a job that has ended, and not only its status."""
    calling = caller(document, Miniature)
    *_, job = (one for one in calling.world.select_jobs(PROJECT) if one["status"] == "completed")
    list(calling.said(f"{LIST}/{job['jobId']}"))
    job["errors"] = "none"

    (said,) = calling.said(f"{LIST}/{job['jobId']}")
    assert said == f"job {job['jobId']}, which is completed, stays as it was shown; errors changed"


def test_a_job_that_goes_back_is_found(document: Document) -> None:
    """Guards that a job only moves along the lifecycle, whichever calls show it."""
    calling = caller(document, Miniature)
    job = calling.world.select_jobs(PROJECT)[0]
    job["status"] = "running"
    list(calling.said(f"{LIST}/{job['jobId']}"))
    job["status"] = "scheduled"

    (said,) = calling.said(f"{LIST}/{job['jobId']}")
    assert said.endswith("it is scheduled")
