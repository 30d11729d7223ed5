"""The file of known deviations."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.known import KnownError, load

GOOD = "- {law: CANC-04, reason: as deployed, owner: jobs team, expires: 2030-01-31}\n"


def written(folder: Path, text: str) -> Path:
    """Write a file of known deviations."""
    file = folder / "known.yaml"
    file.write_text(text)
    return file


def test_a_deviation_is_read(tmp_path: Path) -> None:
    """An entry has a law, a reason, an owner and the last day on which it holds."""
    deviation = load(written(tmp_path, GOOD), ["CANC-04"])["CANC-04"]

    assert (deviation.owner, deviation.expires) == ("jobs team", "2030-01-31")
    assert not deviation.expired("2030-01-31")
    assert deviation.expired("2030-02-01")


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (GOOD + GOOD, "twice"),
        (GOOD.replace("CANC-04", "CANC-99"), "no law"),
        (GOOD.replace("2030-01-31", "soon"), "date"),
        (GOOD.replace(", owner: jobs team", ""), "owner is missing"),
        (GOOD.replace("jobs team", "' '"), "owner is empty"),
        ("law: CANC-04\n", "no list"),
        ("- [", "is no YAML"),
    ],
)
def test_a_careless_file_is_refused(tmp_path: Path, text: str, trouble: str) -> None:
    """A deviation without owner, reason or expiry, or of no law, is a usage error."""
    with pytest.raises(KnownError, match=trouble):
        load(written(tmp_path, text), ["CANC-04"])


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is told, and not taken for an empty one."""
    with pytest.raises(KnownError, match=r"known\.yaml"):
        load(tmp_path / "known.yaml", [])
