"""Pages: which jobs a page holds, and what a limit or page outside its range means."""

from msgspec import Struct

from mockserver.domain.integer import parse_integer


class Bound(Struct, frozen=True):
    """One number of a page request: its query parameter, default and range (max None: open)."""

    parameter: str
    default: int
    min: int
    max: int | None = None

    def read(self, text: str | None) -> int:
        """Return what *text* asks for.

        Outside the range the default holds; the number is not moved to the nearest bound
        (``x-pagination`` says ``outside: default``). The deployed API reads a text that is not an
        integer in the same way.
        """
        if text is None:
            return self.default
        try:
            value = parse_integer(text)
        except ValueError:
            return self.default
        inside = self.min <= value and (self.max is None or value <= self.max)
        return value if inside else self.default


class Window(Struct, frozen=True):
    """A page: how many jobs to pass over, from the newest, and how many to take."""

    offset: int
    limit: int


class Paging(Struct, frozen=True):
    """The rules of one operation that lists."""

    limit: Bound
    page: Bound

    def window(self, limit: str | None, page: str | None) -> Window:
        """Return the window for the two query parameters, each None where it was left out."""
        size = self.limit.read(limit)
        return Window((self.page.read(page) - self.page.min) * size, size)
