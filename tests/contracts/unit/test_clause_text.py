"""What a report quotes of a clause."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.contract.description.reader import read
from contracts.engine.clause_text import quote_clause
from tests.program.process import ROOT


def test_of_a_clause_no_more_is_written_than_is_shown() -> None:
    """Guards the start of a run: a clause may be the half of a document of some megabytes."""
    written: list[int] = []

    class Counted(dict[str, int]):
        """Notes each member that is written."""

        def items(self) -> Any:
            for name, value in super().items():
                written.append(value)
                yield name, value

    many = Counted({f"member-{number}": number for number in range(100_000)})
    text = quote_clause(
        "#/many", replace(read(ROOT / "openapi.yaml"), raw={"many": {"inner": many}})
    )

    assert text.startswith('{"inner": {"member-0": 0, "member-1": 1, ')
    assert text.endswith("...")
    assert len(written) < 100
