"""The keys of descriptions and the members of faults, from their JSON Schemas."""

import json
from typing import Any

from mockserver.resources import files
from tools.reference.markdown import compose_page, show_code
from tools.reference.schemas import draw_members


def draw_keys() -> str:
    """Return the page on the keys that say what OpenAPI has no words for."""
    found = _read("keys")
    about = (
        "What stands in an OpenAPI document, or in an overlay that is put on it, to say how "
        "records move and how lists page. [Any API](../guides/any_api.md#the-keys) explains "
        "them with an example; [keys.schema.json](../schemas/keys.schema.json) is what this "
        "page is made of."
    )
    stated = {name: one for name, one in found.items() if "properties" in one}
    sections = [_draw_section(name, one) for name, one in stated.items()]
    return compose_page("Keys of a contract", about, sections)


def draw_effects() -> str:
    """Return the page on faults and their effects."""
    found = _read("records")
    rule = found["FaultRule"]
    names = [one["$ref"].rpartition("/")[2] for one in rule["properties"]["effect"]["anyOf"]]
    about = (
        "The members of a fault, and of each kind of effect. [Faults](faults.md) explains how "
        "a fault is activated and when it fires; "
        "[records.schema.json](../schemas/records.schema.json) is what this page is made of."
    )
    sections = [_draw_section("A fault", rule)]
    for name in names:
        (kind,) = found[name]["properties"]["kind"]["enum"]
        sections.append(_draw_section(f"Effect {show_code(kind)}", found[name]))
    return compose_page("Faults and effects", about, sections)


def _read(name: str) -> dict[str, Any]:
    stated = json.loads(files.schema(name).read_text(encoding="utf-8"))
    found: dict[str, Any] = stated["$defs"]
    return found


def _draw_section(title: str, schema: dict[str, Any]) -> str:
    shown = show_code(title) if title.startswith("x-") else title
    # A description is Markdown already.
    told = schema.get("description", "")
    return "\n".join([f"## {shown}\n", *([f"{told}\n"] if told else []), draw_members(schema)])
