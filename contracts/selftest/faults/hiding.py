"""Faults of lists that hide what can be read, and of long lists far from their ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from contracts.selftest.miniature import Job, Miniature
from contracts.selftest.vast_lists import Large, Vast


class _Hiding(Miniature):
    """Hides the jobs of one status from the list."""

    status: ClassVar[str]

    def order(self, jobs: list[Job]) -> list[Job]:
        return super().order([job for job in jobs if job["status"] != self.status])


class HidesScheduledJobs(_Hiding):
    """Scheduled jobs are not listed before they start."""

    status = "scheduled"


class HidesRunningJobs(_Hiding):
    """Running jobs are not listed."""

    status = "running"


class HidesFailedJobs(_Hiding):
    """Failed jobs are not listed."""

    status = "failed"


class HidesTheNewestJobs(Miniature):
    """The twenty newest jobs are not listed yet."""

    def order(self, jobs: list[Job]) -> list[Job]:
        return super().order(jobs)[20:]


class EndsAtTenThousand(Large):
    """A list of sixty thousand jobs ends after ten thousand."""

    def list_numbers(self, limit: int, page: int) -> Sequence[int]:
        found = super().list_numbers(limit, page)
        return found if page * limit <= 10_000 else found[:0]


class SkipsFarFromTheHead(Vast):
    """Past the first hundred thousand jobs, each page begins one job too late."""

    def list_numbers(self, limit: int, page: int) -> Sequence[int]:
        numbers = super().list_numbers(limit, page)
        if (page - 1) * limit < 100_000:
            return numbers
        return [number - page for number in numbers]


class RepeatsFarFromTheHead(Vast):
    """Past the first hundred thousand jobs, each page begins with the last job before it."""

    def list_numbers(self, limit: int, page: int) -> Sequence[int]:
        numbers = super().list_numbers(limit, page)
        if (page - 1) * limit < 100_000:
            return numbers
        return [number + page for number in numbers]


class ShortensFarPages(Large):
    """Past the first ten thousand jobs, no page holds more than a hundred of them."""

    def list_numbers(self, limit: int, page: int) -> Sequence[int]:
        numbers = super().list_numbers(limit, page)
        return numbers if page * limit <= 10_000 else numbers[:100]


class HidesOneInFiveOfMany(Large):
    """Of sixty thousand jobs, one in five is not listed."""

    def list_numbers(self, limit: int, page: int) -> Sequence[int]:
        places = range((page - 1) * limit, page * limit)
        numbers = (self.made - place // 4 * 5 - place % 4 for place in places)
        return [number for number in numbers if number > 0]


class LosesTheLastOfMany(Large):
    """The last page of sixty thousand jobs lacks the oldest job."""

    def list_numbers(self, limit: int, page: int) -> Sequence[int]:
        numbers = super().list_numbers(limit, page)
        return numbers[:-1] if numbers and numbers[-1] == 1 and limit < 100 else numbers
