"""Mocks of any API for tests: one for each description that tests ask for."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mockserver.resources import shipped
from mockserver.settings import Settings
from mockserver.testing.server import OnDemand


class UnknownApiError(LookupError):
    """Neither a contract that comes along nor a file has that name."""


class ApiServers:
    """The mocks that the tests of this process have asked for, each started once."""

    def __init__(self) -> None:
        self._servers: dict[Settings, OnDemand] = {}

    def server(
        self,
        folder: Path,
        api: str | Path,
        *,
        overlays: Sequence[str | Path] = (),
        records: int | None = None,
    ) -> OnDemand:
        """Return the mock of *api*; its clocks stand still.

        Args:
            folder: what the names of files are relative to.
            api: a name that ``mockserver apis`` lists, or the file of a description.
            overlays: files of overlays to put on it.
            records: how many records of each kind are generated; None: the fixtures that come
                along, or as many as a mock generates without being told.

        Raises:
            UnknownApiError: there is neither.
        """
        given: dict[str, Any] = {"port": 0, "speed": 0.0, "access_log": False, "seed": None}
        given["overlays"] = tuple(folder / file for file in overlays)
        given |= {} if records is None else {"records": records}
        settings = Settings(**self._spec(folder, api, given))
        if settings not in self._servers:
            self._servers[settings] = OnDemand(settings)
        return self._servers[settings]

    def close(self) -> None:
        """End all of them."""
        for server in self._servers.values():
            server.close()

    def _spec(self, folder: Path, api: str | Path, given: dict[str, Any]) -> dict[str, Any]:
        if (folder / api).is_file():
            return {**given, "spec": folder / api}
        try:
            return shipped.find(str(api)).settings(given)
        except ValueError as error:
            raise UnknownApiError(f"{api} is not a file in {folder}; {error}") from None
