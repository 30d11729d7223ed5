"""Faults in what extreme inputs get: a deployment should do better, and breaks no promise."""

from __future__ import annotations

from contracts.contract.model import Bounded
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature


class OverflowingPagesAreServerErrors(Miniature):
    """A page times limit of more than 64 bits is a server error."""

    def list_jobs(self, project: str, request: Request) -> Response:
        page = self.read_integer(request.query.get("page")) or 0
        if page * self.document.paging.limit.default >= 2**63:
            return self.make_error(500, "bigint out of range")
        return super().list_jobs(project, request)


class OverflowingPagesWrapAround(Miniature):
    """A page times limit of more than 64 bits leads to a page in the middle of the list."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        return super().cut_page(jobs, limit, 2 if page * limit >= 2**63 else page)


class WideLimitsAreTheSmallest(Miniature):
    """A limit of more than 32 bits means one job."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        number = self.read_integer(text) or 0
        return bounds.min if abs(number) > 2**31 else super().read_limit(text, bounds)


class PagesFarBelowAreEmpty(Miniature):
    """A negative page of more than 32 bits has no jobs."""

    def read_page(self, text: str | None, bounds: Bounded) -> int:
        number = self.read_integer(text) or 0
        return 10**6 if number < -(2**31) else super().read_page(text, bounds)


class MeasuresUsersInBytes(Miniature):
    """A userId of 256 characters is refused if it has more than 256 bytes."""

    def accepts_user(self, user: str) -> bool:
        return len(user.encode()) <= 256 and super().accepts_user(user)


class NumbersWrapAt32Bits(Miniature):
    """A jobId that does not fit in 32 bits loses what is above them."""

    def read_job_id(self, text: str) -> int | None:
        number = super().read_job_id(text)
        return None if number is None else number % 2**32
