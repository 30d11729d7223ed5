"""How a user of the judge can put a job of the deployment into a state.

Without a driver the judge can only reach the states that the API itself leads to. Write a class
with the method below (for a staging database, or for a mock server's control API), and name it:
`--driver mypackage.mymodule:MyDriver`. It is made with the Target as its only argument.

A driver may also have `advance(seconds)`, which lets time pass on the deployment's clock: moves
that the contract promises within a time are then not waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

from contracts.target import Target


class DriverError(ValueError):
    """The driver cannot be had as it was named."""


class Driver(Protocol):
    """Puts jobs, or records of another API, into a state."""

    def job_in(self, status: str) -> Any:
        """Return the jobId of a job of the project that is in *status* and that nothing else uses.

        The job may be made or moved for that. Return None if that cannot be done. For another API
        it is the key of a record in the state of that name.
        """


def load(name: str, target: Target) -> Driver:
    """Make the driver that *name* (`module:Class`) names."""
    module, _, attribute = name.partition(":")
    try:
        make: Callable[[Target], Driver] = getattr(import_module(module), attribute)
        driver = make(target)
    except Exception as error:
        raise DriverError(f"the driver {name!r} cannot be made: {error}") from error
    if not callable(getattr(driver, "job_in", None)):
        raise DriverError(f"the driver {name!r} has no method job_in(status)")
    return driver
