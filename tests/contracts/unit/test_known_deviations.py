"""The file of known deviations."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.engine.known_deviations import KnownError, load

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
    assert not deviation.is_expired("2030-01-31")
    assert deviation.is_expired("2030-02-01")


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (GOOD.replace("01-31", "02-30"), "known.yaml:1: expires: '2030-02-30' is not a date"),
        (GOOD.replace("2030-01-31", "20300131"), "is not a date such as"),
        (GOOD.replace("jobs team", "~"), "owner is empty"),
        (GOOD.replace("jobs team", "[a]"), "owner is not text"),
        (GOOD.replace("owner:", "law: CANC-04, owner:"), "law is given twice"),
        (GOOD.replace("owner:", "note: x, owner:"), "'note' is not one of"),
        ("- CANC-04\n", "is not an entry"),
        ("- &a [*a]\n- &b {<<: *b}\n", "holds itself"),
        ("- \0", "is not YAML"),
        ("[" * 10_000, "nests too deep"),
        ("---\n---\n", "another document"),
        (GOOD + GOOD, "twice"),
        (GOOD.replace("CANC-04", "CANC-99"), "no law"),
        (GOOD.replace("2030-01-31", "soon"), "date"),
        (GOOD.replace(", owner: jobs team", ""), "owner is missing"),
        (GOOD.replace("jobs team", "' '"), "owner is empty"),
        ("law: CANC-04\n", "not a list"),
        ("- [", "is not YAML"),
    ],
)
def test_a_careless_file_is_refused(tmp_path: Path, text: str, trouble: str) -> None:
    """A deviation without owner, reason or expiry, or of no law, is a usage error."""
    with pytest.raises(KnownError, match=trouble):
        load(written(tmp_path, text), ["CANC-04"])


def test_all_problems_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    """A user who repairs a file wants to run the judge once more, and not once for each entry."""
    text = (
        "# ours\n" + GOOD.replace("01-31", "13-01") + "- law: CANC-99\n  reason: r\n  owner: ''\n"
    )
    file = written(tmp_path, text)

    with pytest.raises(KnownError) as told:
        load(file, ["CANC-04"])

    places = [line.partition(": ")[0] for line in str(told.value).splitlines()]
    assert places == [f"{file}:2", f"{file}:5", f"{file}:3", f"{file}:3"]


def test_what_yaml_merges_belongs_to_the_entry(tmp_path: Path) -> None:
    """Entries that share owner and day may say so once."""
    text = f"- &all {GOOD[2:-1]}\n- {{<<: *all, law: CANC-05, owner: me}}\n"
    found = load(written(tmp_path, text), ["CANC-04", "CANC-05"])

    assert (found["CANC-05"].owner, found["CANC-05"].expires) == ("me", "2030-01-31")


def test_octets_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """A file in another encoding is named as that."""
    file = tmp_path / "known.yaml"
    file.write_bytes("- {owner: Zoë}".encode("latin-1"))

    with pytest.raises(KnownError, match="not UTF-8"):
        load(file, [])


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is told, and not taken for an empty one."""
    with pytest.raises(KnownError, match=r"known\.yaml"):
        load(tmp_path / "known.yaml", [])
