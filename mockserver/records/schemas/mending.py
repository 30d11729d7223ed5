"""Taking out of a made-up value what its schema does not allow, where the schema lets it lack it.

Some descriptions contradict themselves: a pattern that no text of the length has, alternatives of
which a value has to fit exactly one while all of them allow the same. A value that lacks such a
member is valid, and one that has it cannot be.
"""

from collections.abc import Collection
from typing import Any

from msgspec import UNSET

from mockserver.records.schemas.fitting import merge_parts
from mockserver.records.schemas.schema import Schema


def mend(schema: Schema, members: dict[str, Any], kept: Collection[str]) -> None:
    """Take out of *members*, a record of *schema*, what keeps it from fitting and it may lack.

    What is *kept*, by name, stays in any case.
    """
    if not schema.may_fit(schema.value, members):
        _mend_object(schema, schema.value, members, kept)


def mend_part(schema: Schema, part: Any, value: Any) -> Any:
    """Return *value*, changed so that it may fit a *part* of *schema*; UNSET if it cannot."""
    if schema.may_fit(part, value):
        return value
    if isinstance(value, dict):
        _mend_object(schema, part, value, ())
    elif isinstance(value, list):
        items = merge_parts(schema, part).get("items", {})
        mended = (mend_part(schema, items, item) for item in value)
        value = [item for item in mended if item is not UNSET]
    return value if schema.may_fit(part, value) else UNSET


def _mend_object(schema: Schema, part: Any, value: dict[str, Any], kept: Collection[str]) -> None:
    said = merge_parts(schema, part)
    known = said.get("properties", {})
    free = [name for name in value if name not in said.get("required", ()) and name not in kept]
    for name, member in list(value.items()):
        mended = mend_part(schema, known.get(name, said.get("additionalProperties", True)), member)
        if mended is not UNSET:
            value[name] = mended
        elif name in free:
            del value[name]
    if not schema.may_fit(part, value):
        _leave_out(schema, part, value, kept)


def _leave_out(schema: Schema, part: Any, value: dict[str, Any], kept: Collection[str]) -> None:
    """Take out of *value* those of its members with which it fits several alternatives, or none."""
    for alternative in (part, *schema.resolve(part).get("oneOf", ())):
        needed = {*kept, *merge_parts(schema, alternative).get("required", ())}
        free = [name for name in value if name not in needed]
        tries = [*([name] for name in free), *(free[at:] for at in range(len(free) - 2, -1, -1))]
        for left_out in tries:
            rest = {name: member for name, member in value.items() if name not in left_out}
            if schema.may_fit(part, rest):
                value.clear()
                value.update(rest)
                return
