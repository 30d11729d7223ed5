"""The overlay that `infer` drafts: put on the description, the same is known, all declared."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from mockserver.contract.contract import Contract, Grade
from mockserver.contract.draft import draft_overlay
from mockserver.contract.explain import facts
from mockserver.parsing.sources import InvalidSourceError
from tests.description.conftest import EXPORTS, Read, edited
from tests.description.test_keys import DECLARED
from tests.description.test_versions import SWAGGER


def plain(contract: Contract) -> Iterator[tuple[str, str, Any]]:
    """Yield each fact as a name, a label and a value."""
    for resource in contract.resources:
        for label, text, _ in facts(resource):
            yield resource.name, label, text


#: A state that nothing leaves.
STILL = EXPORTS.replace(
    "[queued, running, cancelling, succeeded, failed, cancelled]", "[pass, fail]"
)


#: A description whose pages another vendor's key of the same name describes.
FOREIGN = EXPORTS.replace(
    "operationId: listExports",
    "operationId: listExports\n      x-pagination: {cursorParam: cursor, cursorPath: next_cursor,"
    " limitParam: limit, resultsPath: exports}",
)
#: One whose records have their schema in the response, and none of a name.
INLINE = re.sub(
    r"{\$ref: '#/definitions/Run'}",
    "{type: object, properties: {number: {type: integer}, note: {type: string}}}",
    SWAGGER,
)


@pytest.mark.parametrize(
    "text",
    [EXPORTS, DECLARED, SWAGGER, STILL, FOREIGN, INLINE],
    ids=["bare", "declared", "2.0", "still", "foreign", "inline"],
)
def test_what_is_drafted_declares_all_that_was_inferred(read: Read, text: str) -> None:
    """Guards the round trip."""
    before = read(text)
    after = read(text, draft_overlay(before), strict=True)
    grades = {fact.grade for resource in after.resources for _, _, fact in facts(resource)}

    assert list(plain(before)) == list(plain(after))
    assert grades == {Grade.DECLARED}
    assert after.credentials.grade is Grade.DECLARED
    assert after.credentials.value == before.credentials.value
    assert (after.tenancy and after.tenancy.value) == (before.tenancy and before.tenancy.value)
    assert after.tenancy is None or after.tenancy.grade is Grade.DECLARED


def test_each_guess_carries_its_reason(read: Read) -> None:
    """Guards the comments by which a person checks a draft, and that it reads as YAML 1.1, too."""
    draft = draft_overlay(read(EXPORTS))
    lines = draft.splitlines()

    assert "      key: /id  # inferred: named like the path parameter exportId" in lines
    assert "      field: /status  # assumed: an enum named status" in lines
    assert "- target: $.paths['/teams/{team}/exports'].get" in lines
    (cancel,) = [line for line in lines if "by: cancelExport" in line]
    assert cancel.endswith("# assumed: the verb cancel; refused with 422 in other states")
    assert yaml.safe_load(draft)["overlay"] == "1.0.0"


def test_a_description_that_declares_all_has_nothing_to_draft(read: Read) -> None:
    """Guards that what is declared is not said twice, since an overlay appends to lists."""
    draft = yaml.safe_load(draft_overlay(read(DECLARED)))

    assert draft["actions"] == [{"target": "$", "update": {}}]


def test_names_with_quotes_and_words_of_yaml_survive(read: Read) -> None:
    """Guards the quoting of paths and of values that YAML 1.1 reads as booleans."""
    text = edited(
        EXPORTS,
        ("  /teams/{team}/exports:\n", '  "/teams/{team}/it\'s: exports":\n'),
        ("  /teams/{team}/exports/{exportId}:\n", '  "/teams/{team}/it\'s: exports/{exportId}":\n'),
        ("enum: [queued, running, cancelling,", "enum: [queued, 'no', cancelling,"),
    )
    before = read(text)
    draft = draft_overlay(before)

    assert list(plain(before)) == list(plain(read(text, draft, strict=True)))
    assert yaml.safe_load(draft)


def test_a_description_in_several_files_cannot_be_drafted_for(read: Read, tmp_path: Any) -> None:
    """Guards that a second file, which no overlay can target, is refused with what to do."""
    schema = EXPORTS[EXPORTS.index("    Export:\n") :]
    (tmp_path / "schemas.yaml").write_text(schema.replace("\n    ", "\n").removeprefix("    "))
    text = edited(EXPORTS, (schema, "    Export: {$ref: 'schemas.yaml#/Export'}\n"))
    contract = read(text)

    assert contract.resources[0].record.file.name == "schemas.yaml"
    with pytest.raises(InvalidSourceError, match="cannot target a second file; bundle them"):
        draft_overlay(contract)
