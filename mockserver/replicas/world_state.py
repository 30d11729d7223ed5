"""The state of a world but its records and its journal, as one value that a database can keep."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from mockserver.faults.active import Faults
from mockserver.faults.rule import FaultRule
from mockserver.store.interface import StoreUnavailableError
from mockserver.worlds.world import World


class NamedFault(Struct, frozen=True):
    """A fault in force, with its name, given or generated."""

    name: str
    rule: FaultRule


class WorldState(Struct, frozen=True):
    """What a test can change in a world: its clock, credentials, deviations (by name) and faults.

    *clock* is `WorldClock.state`, *secrets* and *holders* are as a world has them.
    """

    clock: tuple[int, float, float]
    secrets: Mapping[str, tuple[str, ...] | None]
    holders: Mapping[str, str]
    deviations: tuple[str, ...]
    faults: tuple[NamedFault, ...]

    @classmethod
    def decode(cls, text: str) -> "WorldState":
        """Return the state that `encode` wrote as *text*.

        Raises:
            StoreUnavailableError: no server has written that; the message does not quote it,
                since it may contain credentials.
        """
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise StoreUnavailableError("the database holds a world that cannot be read") from None

    def encode(self) -> str:
        """Return this as text."""
        return msgspec.json.encode(self).decode()


def capture_state(world: World) -> WorldState:
    """Return the state of *world*."""
    return WorldState(
        world.clock.state,
        world.secrets,
        world.holders,
        world.deviations,
        tuple(NamedFault(fault.name, fault.rule) for fault in world.faults),
    )


def create_faults(state: WorldState) -> Faults:
    """Return the faults of *state*, with counts of 0."""
    faults = Faults()
    for fault in state.faults:
        faults.add(fault.rule, fault.name)
    return faults
