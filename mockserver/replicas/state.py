"""All of a world but its jobs and its journal, as one value that a database can keep."""

import msgspec
from msgspec import Struct

from mockserver.domain.tenancy import Organization
from mockserver.faults.active import Faults
from mockserver.faults.rule import FaultRule
from mockserver.store.interface import StoreUnavailableError
from mockserver.worlds.world import World


class NamedFault(Struct, frozen=True):
    """A fault in force, under the name that it was given or that was made for it."""

    name: str
    rule: FaultRule


class Control(Struct, frozen=True):
    """What a test can do to a world: its clock, keys, deviations (by name) and faults.

    *clock* is from which moment (epoch milliseconds) since when (seconds) at which speed it goes.
    """

    clock: tuple[int, float, float]
    organizations: tuple[Organization, ...]
    deviations: tuple[str, ...]
    faults: tuple[NamedFault, ...]

    @classmethod
    def read(cls, text: str) -> "Control":
        """Return what *text* holds, as `encode` wrote it.

        Raises:
            StoreUnavailableError: no server can have written that; the message does not quote it,
                since keys may be in it.
        """
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise StoreUnavailableError("the database holds a world that cannot be read") from None

    def encode(self) -> str:
        """Return this as text."""
        return msgspec.json.encode(self).decode()


def read_control(world: World) -> Control:
    """Return what has been done to *world*."""
    return Control(
        world.clock.state,
        world.organizations,
        world.deviations,
        tuple(NamedFault(fault.name, fault.rule) for fault in world.faults),
    )


def create_faults(control: Control) -> Faults:
    """Return the faults that *control* names, not yet counted."""
    faults = Faults()
    for fault in control.faults:
        faults.add(fault.rule, fault.name)
    return faults
