"""Faults in which page is meant, and which jobs of the list are on it."""

from __future__ import annotations

from random import Random

from contracts.contract.model import Bounded
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature


class CountsPagesFromZero(Miniature):
    """Page 1 is the second one."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        return super().cut_page(jobs, limit, page + 1)


class WithoutPageTheSecondIsMeant(Miniature):
    """Without page, the second page comes."""

    def read_page(self, text: str | None, bounds: Bounded) -> int:
        return 2 if text is None else super().read_page(text, bounds)


class PageZeroIsEmpty(Miniature):
    """Page 0 has no jobs."""

    def read_page(self, text: str | None, bounds: Bounded) -> int:
        return 10**6 if self.read_integer(text) == 0 else super().read_page(text, bounds)


class NegativePagesCountFromTheEnd(Miniature):
    """A negative page counts from the end of the list."""

    def read_page(self, text: str | None, bounds: Bounded) -> int:
        number = self.read_integer(text) or 0
        return max(2, 4 + number) if number < 0 else super().read_page(text, bounds)


class PageMinusOneIsTheLast(Miniature):
    """The page -1 is the last one."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        return jobs[-limit:] if page == -1 else super().cut_page(jobs, limit, page)

    def read_page(self, text: str | None, bounds: Bounded) -> int:
        return -1 if self.read_integer(text) == -1 else super().read_page(text, bounds)


class NegativePagesAreServerErrors(Miniature):
    """A negative page becomes a negative offset, which the database refuses."""

    def list_jobs(self, project: str, request: Request) -> Response:
        if (self.read_integer(request.query.get("page")) or 1) < 0:
            return self.make_error(500, "OFFSET must not be negative")
        return super().list_jobs(project, request)


class IgnoresPage(Miniature):
    """Every page is the first."""

    def read_page(self, text: str | None, bounds: Bounded) -> int:
        return bounds.default


class RepeatsTheLastPage(Miniature):
    """A page past the end is the last one."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        return super().cut_page(jobs, limit, min(page, max(1, -(-len(jobs) // limit))))


class PastTheEndIsNotFound(Miniature):
    """A page past the end is answered 404."""

    def list_jobs(self, project: str, request: Request) -> Response:
        response = super().list_jobs(project, request)
        return response if response.body["data"] else self.make_error(404, "no such page")


class FarPastTheEndIsTheFirst(Miniature):
    """A page of more than a hundred thousand is taken for nonsense, and the first is served."""

    def read_page(self, text: str | None, bounds: Bounded) -> int:
        found = super().read_page(text, bounds)
        return 1 if found > 10**5 else found


class PastTheEndIsNull(Miniature):
    """A page past the end has null instead of an empty list."""

    def list_jobs(self, project: str, request: Request) -> Response:
        response = super().list_jobs(project, request)
        return response if response.body["data"] else Response(200, self.wrap_data(None))


class SkipsAJobBetweenPages(Miniature):
    """Each page begins one job too late."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        start = (page - 1) * (limit + 1)
        return jobs[start : start + limit]


class RepeatsAJobBetweenPages(Miniature):
    """Each page begins with the last job of the one before."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        start = max(0, (page - 1) * limit - (page > 1))
        return jobs[start : start + limit]


class HoldsOneJobMore(Miniature):
    """Each page also holds the first job of the next one."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        return jobs[(page - 1) * limit : page * limit + 1]


class DropsTheLastPartialPage(Miniature):
    """A last page that is not full is empty."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        found = super().cut_page(jobs, limit, page)
        return found if len(found) == limit or page == 1 else []


class DropsAFullLastPage(Miniature):
    """A last page that is just full is empty, from the second on."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        return [] if page > 1 and page * limit == len(jobs) else super().cut_page(jobs, limit, page)


class ListsInAnyOrder(Miniature):
    """The order is another one each time."""

    def order(self, jobs: list[Job]) -> list[Job]:
        jobs = super().order(jobs)
        head = jobs[:5]
        self.shuffles = getattr(self, "shuffles", 0) + 1
        Random(self.shuffles).shuffle(head)
        return head + jobs[5:]


class OrdersEachPageByItself(Miniature):
    """A page is turned around after it was cut out of the list."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        return super().cut_page(jobs, limit, page)[::-1]


class ShowsOnlyAHundred(Miniature):
    """The list ends after a hundred jobs."""

    def select_jobs(self, project: str) -> list[Job]:
        return super().select_jobs(project)[-100:]


class HidesCancelledJobs(Miniature):
    """Cancelled jobs are not listed."""

    def order(self, jobs: list[Job]) -> list[Job]:
        return super().order([job for job in jobs if job["status"] != "cancelled"])


class HidesCompletedJobs(Miniature):
    """Completed jobs are not listed."""

    def order(self, jobs: list[Job]) -> list[Job]:
        return super().order([job for job in jobs if job["status"] != "completed"])


class HidesAJobFromSmallPages(Miniature):
    """With a small limit, one job is missing."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        return super().cut_page(jobs[:90] + jobs[91:] if limit < 50 else jobs, limit, page)


class ListsAJobTwice(Miniature):
    """One job is in the list twice."""

    def order(self, jobs: list[Job]) -> list[Job]:
        jobs = super().order(jobs)
        return jobs[:120] + jobs[:1] + jobs[120:]
