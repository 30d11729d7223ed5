"""The numbers by which requests for lists page: how many records, and how many before them."""

import math

from mockserver.contract.contract import Bound, Pages
from mockserver.parsing.integer import parse_integer
from mockserver.records.kind import Kind
from mockserver.records.refusals import InvalidArgumentError, choose_refusal

#: How many records a page holds where the contract states no limit.
USUAL_LIMIT = 20


class Number:
    """A number that requests for the list of *kind* state as *bound* says.

    It is at least *least*, and *usual* where neither a request nor the contract states one. If it
    *is_page*, it counts pages, and else records.
    """

    def __init__(
        self, kind: Kind, bound: Bound, least: int, usual: int, *, is_page: bool = False
    ) -> None:
        self.bound = bound
        self.least = least
        self.is_page = is_page
        self._most = math.inf if bound.max is None else bound.max
        self._default = usual if bound.default is None else bound.default
        self._status = bound.outside if isinstance(bound.outside, int) else choose_refusal(kind)

    def read(self, text: str | None) -> int:
        """Return the number that *text* states; None: the request has none.

        What no integer states is as far outside as can be: there is no nearest.

        Raises:
            InvalidArgumentError: it is outside, and that is refused.
        """
        if text is None:
            return self._default
        try:
            number = parse_integer(text)
        except ValueError:
            number = None
        bound, least = self.bound, self.least
        if number is not None and least <= number <= self._most:
            return number
        if bound.outside == "default":
            return self._default
        if number is None or isinstance(bound.outside, int):
            most = "" if bound.max is None else f" to {bound.max}"
            told = f"is not an integer from {least}{most}"
            raise InvalidArgumentError(bound.parameter, self._status, told)
        return least if number < least else bound.max or number


def limit_of(kind: Kind, bound: Bound) -> Number:
    """Return how many records a page of *kind* has at most, as *bound* says."""
    usual = USUAL_LIMIT if bound.max is None else min(USUAL_LIMIT, bound.max)
    return Number(kind, bound, 1 if bound.min is None else bound.min, usual)


def offset_of(kind: Kind) -> Number | None:
    """Return what says how many records, or pages, come before a page; None: nothing does."""
    pages = kind.pages
    if pages.offset is not None:
        first = least_offset(pages.offset)
        return Number(kind, pages.offset, first, first)
    if pages.page is not None:
        first = least_page(pages)
        return Number(kind, pages.page, first, first, is_page=True)
    return None


def least_offset(bound: Bound) -> int:
    """Return the offset of the first record: some count from 1 (RFC 7644, 3.4.2.4)."""
    if bound.min is not None:
        return bound.min if bound.default is None else min(bound.min, bound.default)
    return 1 if bound.default == 1 else 0


def least_page(pages: Pages) -> int:
    """Return the number of the first page."""
    bound = pages.page
    if bound is None:
        return 1
    if bound.min is not None:
        return bound.min
    return 0 if bound.default == 0 else 1
