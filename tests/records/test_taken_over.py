"""What a record takes over of a body that made or changed it: what its own schema allows."""

from pathlib import Path
from typing import Any

import pytest

from mockserver.records.writable import Writable
from tests.records.kinds import small

TEXT = {"type": "string"}
ONE, OTHER = ({"type": "object", "required": [name], "properties": {name: TEXT}} for name in "ab")


@pytest.mark.parametrize(
    ("schema", "taken", "refused"),
    [
        ({"type": "object", "minProperties": 2}, {"a": 1, "b": 2}, {}),
        ({"oneOf": [ONE, OTHER]}, {"b": "x"}, {}),
        ({"anyOf": [ONE, OTHER]}, {"b": "x"}, {"c": "x"}),
    ],
)
def test_no_member_is_taken_over_that_records_cannot_have(
    tmp_path: Path, schema: Any, taken: Any, refused: Any
) -> None:
    """Guards records whose schema is narrower than that of the bodies which make them."""
    writable = Writable(small(tmp_path, properties={"held": schema}))

    assert list(writable.list_given({"held": refused})) == []
    assert list(writable.list_given({"held": taken})) == [("held", taken)]
