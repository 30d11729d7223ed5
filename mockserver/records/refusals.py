"""How calls are refused whose parameters or bodies cannot be taken."""

from collections.abc import Sequence

from mockserver.records.kind import Kind
from mockserver.records.schemas.schema import Misfit


class InvalidBodyError(ValueError):
    """A request has a body that cannot be taken; *status* answers it.

    *misfits* are all that is wrong with it, by place.
    """

    def __init__(self, status: int, misfits: Sequence[Misfit]) -> None:
        super().__init__("; ".join(map(str, misfits)))
        self.status = status
        self.misfits = tuple(misfits)


class InvalidArgumentError(ValueError):
    """The request's *parameter* cannot be taken; *status* answers it, *why* says what is wrong."""

    def __init__(self, parameter: str, status: int, why: str) -> None:
        super().__init__(f"{parameter} {why}")
        self.parameter = parameter
        self.status = status
        self.why = why


def choose_refusal(kind: Kind) -> int:
    """Return the status by which the list of *kind* refuses a parameter: 400 or 422."""
    listing = kind.resource.list
    declared = listing.value.responses if listing is not None else {}
    return next((int(code) for code in ("400", "422") if code in declared), 400)
