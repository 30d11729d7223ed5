"""The recordings that `benches.traffic` measures with."""

from pathlib import Path

import pytest

from benches import traffic
from contracts.cli import main


@pytest.mark.parametrize(
    ("name", "format_one"),
    [("a.har", traffic.format_entry), ("a.jsonl", traffic.format_line)],
    ids=["har", "jsonl"],
)
def test_what_is_measured_is_judged(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    format_one: traffic.Formatter,
) -> None:
    """Guards that the recordings are read whole, and hold nothing that ends a run early."""
    traffic.write(tmp_path / name, 200, format_one)

    assert main(["watch", str(tmp_path / name), "--quiet"]) == 0
    assert f"200 recorded exchanges of {name}" in capsys.readouterr().out
