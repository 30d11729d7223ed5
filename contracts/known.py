"""The file of known deviations: what is broken, who answers for it, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

KEYS = frozenset({"law", "reason", "owner", "expires"})


class KnownError(ValueError):
    """The file of known deviations cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One law that is known to be broken."""

    law: str
    reason: str
    owner: str
    expires: str
    """An ISO date: the last day on which the deviation is accepted."""

    def expired(self, today: str) -> bool:
        """Tell whether the deviation is no longer accepted."""
        return self.expires < today


def load(file: Path, law_ids: Iterable[str]) -> dict[str, Deviation]:
    """Read *file*: a YAML list of deviations, each of a law that exists."""
    try:
        entries = yaml.safe_load(file.read_text("utf-8")) or []
    except (OSError, yaml.YAMLError) as error:
        raise KnownError(f"{file} cannot be read: {error}") from error
    if not isinstance(entries, list):
        raise KnownError(f"{file} is no list of deviations")
    ids = set(law_ids)
    found: dict[str, Deviation] = {}
    for index, entry in enumerate(entries, 1):
        deviation = _deviation(entry, f"{file}, entry {index}")
        if deviation.law not in ids:
            raise KnownError(f"{file}, entry {index}: no law is called {deviation.law}")
        if deviation.law in found:
            raise KnownError(f"{file}, entry {index}: {deviation.law} stands there twice")
        found[deviation.law] = deviation
    return found


def _deviation(entry: Any, place: str) -> Deviation:
    if not isinstance(entry, dict) or set(entry) != KEYS:
        raise KnownError(f"{place}: wants exactly the keys {', '.join(sorted(KEYS))}")
    texts = {key: str(value).strip() for key, value in entry.items()}
    if empty := sorted(key for key, text in texts.items() if not text):
        raise KnownError(f"{place}: {', '.join(empty)} is empty")
    try:
        date.fromisoformat(texts["expires"])
    except ValueError as error:
        raise KnownError(f"{place}: expires is no date such as 2030-01-31") from error
    return Deviation(**texts)
