"""What an API may have of its own beside its contract, and what holds where it has nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from mockserver.contract.contract import Contract
from mockserver.contract.operations import Operation
from mockserver.deviations.deviation import Deviation
from mockserver.http.messages import Response
from mockserver.profiles.refusals import Refusal
from mockserver.records.fixtures.words import Words
from mockserver.records.kind import Kind
from mockserver.worlds.world import World

if TYPE_CHECKING:
    from mockserver.profiles.view import View

#: The header field that tells people why a call was refused, whatever its body is.
REASON = "Mockserver-Reason"
_LONGEST_REASON = 500


def write_refusal(operation: Operation | None, refusal: Refusal) -> Response:
    """Return *refusal* as *operation* declares it, or in plain JSON.

    A body that is declared may not have room for the message, so a header field has it too.
    """
    # Not needed to start.
    from mockserver.records.bodies.error import ErrorWriter

    made = ErrorWriter(operation).write(refusal.status, refusal.message)
    reason = refusal.message.encode("ascii", "backslashreplace").decode().replace("\n", " ")
    fields = {"Content-Type": made.media_type, REASON: reason[:_LONGEST_REASON]}
    return Response(refusal.status, made.body, {**fields, **refusal.headers})


def open_view(contract: Contract, kinds: Mapping[str, Kind], words: Words) -> "View":
    """Return how tests see worlds of any API."""
    # Not needed to start.
    from mockserver.profiles.view import View

    return View(contract, kinds, words)


class Profile(Struct, frozen=True):
    """What is an API's own. The defaults are those of an API of which only the contract is known.

    Attributes:
        overlays: what is put on the contract before what the user puts on it.
        write_refusal: returns the response to a call of an operation that is refused.
        stranger: the status for a caller who may not see what a path names, or where nothing is
            there that it could see; None: what the contract says, or 404.
        has_exact_paths: whether a path is served just as the contract has it, below the base path
            of the settings alone. A parameter may be empty then, and a slash at the end counts.
        has_one_sequence: whether keys count the records of all scopes, and lists are in their
            order.
        is_punctual: whether the server makes a move as soon as the moment of its ``notBefore`` lets
            it, also in a world without a pace.
        takes_first: whether the first of several query parameters of a name counts, not the last.
        keeps_bodies: whether operations read the content of requests.
        words: those in which its fixtures may be written, and short names of path parameters.
        fixtures: the folder of those that come along; None: records are generated.
        noun: what people call its records.
        scope_noun: what people call the scopes of its fixtures.
        generate: writes a number of generated records into a new folder, from a random seed, where
            they are to be more than what their schema says.
        describe: returns what a user is told of its default world when a server starts, given the
            address below which its paths are; None: what was understood of the contract.
        open_view: returns how tests see worlds of a contract, by the kinds of its records.
        deviations: returns the deviations that do not follow from the contract.
    """

    overlays: tuple[Path, ...] = ()
    write_refusal: Callable[[Operation | None, Refusal], Response] = write_refusal
    stranger: int | None = None
    has_exact_paths: bool = False
    has_one_sequence: bool = False
    is_punctual: bool = False
    takes_first: bool = False
    keeps_bodies: bool = True
    words: Words = Words()
    fixtures: Path | None = None
    noun: str = "records"
    scope_noun: str = "scopes"
    generate: Callable[[Path, int, int], None] | None = None
    describe: Callable[[World, str], Iterator[str]] | None = None
    open_view: Callable[[Contract, Mapping[str, Kind], Words], "View"] = open_view
    deviations: Callable[[], Iterable[Deviation]] = tuple

    def refuse(self, operation: Operation, status: int, message: str) -> Response:
        """Return the refusal of a call of *operation* for a reason that no other type tells."""
        return self.write_refusal(operation, Refusal(status, message))
