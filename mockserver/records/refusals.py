"""How a list is refused whose parameters it cannot take."""

from mockserver.records.kind import Kind


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
