"""Ways to keep the contract that deployments were seen to have: most are the real server's."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from contracts.contract.model import Operation
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import DAY, Job, Miniature

HOUR = 3_600_000
INDIA = 11 * HOUR // 2
"""Milliseconds by which UTC+5:30 is ahead: the vendor's own example starts at its midnight."""


class RefusesNumbersBelowOne(Miniature):
    """A jobId of 0 or below is answered 400."""

    def read_job_id(self, text: str) -> int | None:
        number = super().read_job_id(text)
        return number if number is not None and number > 0 else None


class KeepsNumbersIn32Bits(Miniature):
    """A jobId of more than 32 bits is not found when read, and answered 400 when cancelled."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        number = self.read_integer(arguments.get("jobId")) or 0
        if abs(number) >= 2**31 and operation.id == self.document.cancel_id:
            return self.make_error(400, "integer out of range")
        return super().carry_out(operation, arguments, request)


class RefusesNumbersBeyond32Bits(Miniature):
    """A jobId of more than 32 bits is not an integer, for all operations."""

    def read_job_id(self, text: str) -> int | None:
        number = super().read_job_id(text)
        return number if number is not None and abs(number) < 2**31 else None


class ReadsHexadecimal(Miniature):
    """A jobId may be hexadecimal."""

    def read_job_id(self, text: str) -> int | None:
        return int(text, 16) if text.startswith("0x") else super().read_job_id(text)


class FailsOnOverflow(Miniature):
    """A limit or page of more than 32 bits is a server error."""

    def list_jobs(self, project: str, request: Request) -> Response:
        numbers = [self.read_integer(text) or 0 for text in request.query.values()]
        if any(abs(number) > 2**31 for number in numbers):
            return self.make_error(500, "value out of range")
        return super().list_jobs(project, request)


class OverflowsToTheFirstPage(Miniature):
    """A page whose product with the limit needs more than 64 bits is the first."""

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        return super().cut_page(jobs, limit, 1 if page * limit >= 2**63 else page)


class StartsAtMidnightInIndia(Miniature):
    """A new job is due at the next midnight at UTC+5:30."""

    def compute_start(self, now: int) -> int:
        return ((now + INDIA) // DAY + 1) * DAY - INDIA


class StartsAtOnce(Miniature):
    """A new job is due at the moment in which it is made."""

    def compute_start(self, now: int) -> int:
        return now


class StartsBeforeItIsDue(Miniature):
    """A job starts, and ends, an hour before its startAt."""

    ready = False

    def settle(self) -> None:
        if not self.ready:
            for job in self.jobs.values():
                if job["status"] in ("running", "completed", "failed"):
                    job["startAt"] = job["updatedAt"] + HOUR
        self.ready = True


class MeasuresUsersInBytes(Miniature):
    """A userId of more than 256 bytes is answered 400."""

    def accepts_user(self, user: str) -> bool:
        return len(user.encode()) <= 256 and super().accepts_user(user)


class RedirectsOddPaths(Miniature):
    """An empty part of a path and a dot segment are redirected to a path without them."""

    def respond(self, request: Request) -> Response:
        path = unquote_to_bytes(request.path).decode("utf-8", "replace")
        parts = path.split("/")[1:]
        if any(part in ("", ".", "..") for part in parts):
            return Response(301, None, {"Location": "/"})
        return super().respond(request)


class ShowsNothingOfUnknownProjects(Miniature):
    """An unknown project is an empty one."""

    def opens(self, key: str, project: str, operation: Operation) -> bool:
        every = {one for projects in self.organizations.values() for one in projects}
        return project not in every or super().opens(key, project, operation)

    def get_project_number(self, project: str) -> int:
        every = [one for projects in self.organizations.values() for one in projects]
        return every.index(project) + 1 if project in every else 0


class LikeTheRealServer(
    KeepsNumbersIn32Bits, StartsAtMidnightInIndia, MeasuresUsersInBytes, RedirectsOddPaths
):
    """All ways of the real server that the contract allows, at once."""

    def read_key(self, authorization: str) -> str:
        return authorization.removeprefix("Bearer ") if authorization[:7] == "Bearer " else ""

    def refuse_operation(self, request: Request) -> Response:
        response = super().refuse_operation(request)
        return Response(200 if request.method == "OPTIONS" else response.status)

    def refuse_key(self) -> Response:
        return Response(401)

    @staticmethod
    def read_integer(text: str | None) -> int | None:
        number = Miniature.read_integer(text)
        return number if number is not None and -(2**63) <= number < 2**63 else None

    def list_jobs(self, project: str, request: Request) -> Response:
        paging = self.document.paging
        limit = self.read_limit(request.query.get(paging.limit.parameter), paging.limit)
        page = self.read_page(request.query.get(paging.page.parameter), paging.page)
        if self.wrap((page - 1) * limit) < 0:
            return self.make_error(500, "OFFSET must not be negative")
        return super().list_jobs(project, request)

    def cut_page(self, jobs: list[Job], limit: int, page: int) -> list[Job]:
        start = self.wrap((page - 1) * limit)
        return jobs[start : start + limit]

    @staticmethod
    def wrap(number: int) -> int:
        """Return what 64 bits hold of *number*."""
        return (number + 2**63) % 2**64 - 2**63

    def respond(self, request: Request) -> Response:
        octets = unquote_to_bytes(request.path)
        if b"\0" in octets or b"\xff" in octets:
            return Response(500)
        return super().respond(request)

    def make(self, project: str, user: str) -> Job:
        job = super().make(project, user)
        return {**job, "updatedAt": job["createdAt"]}

    def encode(self, response: Response) -> tuple[bytes, str]:
        if response.status == 404 and response.body == {"error": "no such path"}:
            return b"404 page not found\n", "text/plain; charset=utf-8"
        return super().encode(response)
