"""Faults in what limit means."""

from __future__ import annotations

from contracts.contract.model import Bounded
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Miniature


class ClampsALimitAboveTheRange(Miniature):
    """A limit above the range is moved to the bound."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        return min(max(self.read_integer(text) or 0, 0) or bounds.default, bounds.max or 0)


class ClampsALimitBelowTheRange(Miniature):
    """A limit below the range is moved to the bound."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        number = self.read_integer(text)
        return bounds.min if number is not None and number < 1 else super().read_limit(text, bounds)


class ClampsOnlyZero(Miniature):
    """A limit of 0 means 1."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        return 1 if self.read_integer(text) == 0 else super().read_limit(text, bounds)


class ClampsOnlyNegativeLimits(Miniature):
    """A negative limit means 1."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        return 1 if (self.read_integer(text) or 0) < 0 else super().read_limit(text, bounds)


class TakesMinusOneForAll(Miniature):
    """A limit of -1 means no limit."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        return 10**6 if self.read_integer(text) == -1 else super().read_limit(text, bounds)


class HonoursLimitsInTheThousands(Miniature):
    """A limit from a thousand to a million is honoured."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        number = self.read_integer(text) or 0
        return number if 1_000 <= number <= 10**6 else super().read_limit(text, bounds)


class HonoursALimitJustAboveTheRange(Miniature):
    """The largest limit is honoured as if it were one more."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        number = self.read_integer(text)
        above = bounds.max is not None and number == bounds.max + 1
        return (bounds.max or 0) + 1 if above else super().read_limit(text, bounds)


class HonoursLimitsFarAboveTheRange(Miniature):
    """A limit of a thousand or more is honoured."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        number = self.read_integer(text) or 0
        return min(number, 10**6) if number >= 1000 else super().read_limit(text, bounds)


class ReadsLimitsIn32Bits(Miniature):
    """A limit that does not fit in 32 bits wraps around."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        number = self.read_integer(text)
        if number is not None and number > 2**31:
            number = number % 2**31 or 7
        return bounds.interpret(number)


class RefusesALimitAboveTheRange(Miniature):
    """A limit above the range is answered 400."""

    def list_jobs(self, project: str, request: Request) -> Response:
        if (self.read_integer(request.query.get("limit")) or 0) > (
            self.document.paging.limit.max or 0
        ):
            return self.make_error(400, "limit is too large")
        return super().list_jobs(project, request)


class RefusesALimitOfZero(Miniature):
    """A limit of 0 is answered 400."""

    def list_jobs(self, project: str, request: Request) -> Response:
        if self.read_integer(request.query.get("limit")) == 0:
            return self.make_error(400, "limit is too small")
        return super().list_jobs(project, request)


class TakesZeroForAll(Miniature):
    """A limit of 0 means no limit."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        return 10**6 if self.read_integer(text) == 0 else super().read_limit(text, bounds)


class TheLargestLimitIsOutside(Miniature):
    """The largest limit already falls back to the default."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        found = super().read_limit(text, bounds)
        return bounds.default if found == bounds.max else found


class TheSmallestLimitIsOutside(Miniature):
    """The smallest limit falls back to the default."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        found = super().read_limit(text, bounds)
        return bounds.default if found == bounds.min else found


class RoundsLimitsToTens(Miniature):
    """A limit is rounded up to a multiple of ten."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        found = super().read_limit(text, bounds)
        return found if found in (bounds.min, bounds.max) else -(-found // 10) * 10


class IgnoresLimit(Miniature):
    """Every page holds as many jobs as the default says."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        return bounds.default


class HasAnotherDefault(Miniature):
    """Without limit, a page holds twenty jobs; limit=50 is honoured."""

    def read_limit(self, text: str | None, bounds: Bounded) -> int:
        return 20 if text is None else super().read_limit(text, bounds)


class FallsBackToThePageBefore(Miniature):
    """A limit outside the range also resets the page."""

    def list_jobs(self, project: str, request: Request) -> Response:
        number = self.read_integer(request.query.get("limit"))
        limit = self.document.paging.limit
        if number is not None and limit.interpret(number) != number:
            request = Request(request.method, request.path, {}, request.headers)
        return super().list_jobs(project, request)


class FallsBackToTheDefaultLimit(Miniature):
    """A page outside the range also resets the limit."""

    def list_jobs(self, project: str, request: Request) -> Response:
        page = self.read_integer(request.query.get("page"))
        if page is not None and page < 1:
            request = Request(request.method, request.path, {}, request.headers)
        return super().list_jobs(project, request)
