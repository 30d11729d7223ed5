"""Faults of the list so narrow that one law alone can see each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from contracts.contract.model import Bounded
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature


class _Window(Miniature):
    """Cuts one page out of the list in a wrong way."""

    of_limit = 50

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        found = super().cut_page(jobs, limit, page)
        return self.cut(jobs, found, page) if limit == self.of_limit else found

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:
        """Return the wrong page."""
        raise NotImplementedError


class RepeatsTheLastPageOnce(Miniature):
    """The page just after the last one repeats it."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        last = -(-len(jobs) // limit)
        return super().cut_page(jobs, limit, last if page == last + 1 else page)


class RepeatsTheLastPageOfOddLimits(Miniature):
    """With limits from 5 to 49, each page past the end is the last one again."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        last = -(-len(jobs) // limit)
        return super().cut_page(jobs, limit, min(page, last) if 5 <= limit < 50 else page)


class TheSmallestLimitGetsNothing(Miniature):
    """With the smallest limit, every page is empty."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        return super().cut_page(jobs, limit, page) if limit > 1 else []


class TheLastPageBeginsAgain(_Window):
    """A last page that is not full also has the first job."""

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:
        return found + jobs[:1] if page > 1 and 0 < len(found) < self.of_limit else found


class HidesAJobFromDefaultPages(_Window):
    """With the default limit, one job is missing."""

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:
        rest = jobs[:120] + jobs[121:]
        return Miniature.cut_page(self, rest, self.of_limit, page) if found else found


class MovesAPageBoundary(_Window):
    """The second page has one job less, and the third one more."""

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:
        return {2: jobs[50:99], 3: jobs[99:150]}.get(page, found)


class TurnsLargePagesAround(_Window):
    """Every other time, the largest page is in the other order."""

    of_limit = 200
    turns = 0

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:
        self.turns += page == 1
        return found[::-1] if self.turns % 2 else found


class SkipsOnTheSecondSmallPage(_Window):
    """The second page of three begins one job too late."""

    of_limit = 3

    def cut(self, jobs: list[Job], found: list[Job], page: int) -> list[Job]:
        return jobs[4:7] if page == 2 else found


class _Query(Miniature):
    """Reads one query in a wrong way."""

    asked: Mapping[str, str]
    read: Mapping[str, str]

    def list_jobs(self, project: str, request: Request) -> Response:
        if request.query == self.asked:
            request = replace(request, query=self.read)
        return super().list_jobs(project, request)


class ABareListIsShort(_Query):
    """A list without any parameter has twenty jobs."""

    asked: Mapping[str, str] = {}
    read: Mapping[str, str] = {"limit": "20"}


class TheLargestFirstPageIsShort(_Query):
    """The largest limit, without page, gets one job less."""

    asked: Mapping[str, str] = {"limit": "200"}
    read: Mapping[str, str] = {"limit": "199"}


class HonoursOneMoreOnTheFirstPage(_Query):
    """A limit just above the range, without page, means the largest."""

    asked: Mapping[str, str] = {"limit": "201"}
    read: Mapping[str, str] = {"limit": "200"}


class ZeroMeansOneOnTheFirstPage(_Query):
    """A limit of 0, without page, means 1."""

    asked: Mapping[str, str] = {"limit": "0"}
    read: Mapping[str, str] = {"limit": "1"}


class WithoutPageASmallLimitMeansTheSecond(_Query):
    """A limit of 1 without page gets the second page."""

    asked: Mapping[str, str] = {"limit": "1"}
    read: Mapping[str, str] = {"limit": "1", "page": "2"}


class PageZeroAloneIsTheSecond(_Query):
    """Page 0 without limit is the second page."""

    asked: Mapping[str, str] = {"page": "0"}
    read: Mapping[str, str] = {"page": "2"}


class RepeatsAJobInAFullPage(Miniature):
    """A page of one job more than the default has its first job once more instead of its last."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        found = super().cut_page(jobs, limit, page)
        odd = len(found) == self.document.paging.limit.default + 1
        return [*found[:-1], found[0]] if odd else found


class ALimitAboveTheDefaultIsTheDefault(Miniature):
    """A limit of one more than the default means the default."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        found = super().read_limit(text, bounds)
        return bounds.default if found == bounds.default + 1 else found
