"""Why a call is refused, one type for each situation that an API may word in its own way."""

from collections.abc import Mapping

from msgspec import Struct


class Refusal(Struct, frozen=True):
    """A call is refused with *status*; *message* tells people why, *headers* go with it."""

    status: int
    message: str
    headers: Mapping[str, str] = {}


class StrangerRefusal(Refusal, frozen=True):
    """The caller is not known, or may not see what the path names; *is_known* tells which."""

    is_known: bool = False


class MissingRefusal(Refusal, frozen=True):
    """The path names no record that is there."""


class ParameterRefusal(Refusal, frozen=True):
    """What the path has for *parameter* is not what the contract says.

    *error* is what reading its *text* raised; None where the message alone says what is wrong.
    """

    parameter: str = ""
    text: str = ""
    error: ValueError | None = None


class MoveRefusal(Refusal, frozen=True):
    """The record is in a *state* from which *event* leads nowhere."""

    event: str = ""
    state: str = ""


class ConflictRefusal(Refusal, frozen=True):
    """The contract refuses another record beside one that is there."""
