"""Media types of bodies: which one is declared, and the example that stands beside its schema."""

from collections.abc import Iterator
from typing import Any

from mockserver.contract.operations import is_json
from mockserver.contract.tree import Node

JSON = "application/json"


def media_of(response: Node | None) -> tuple[str, Node] | None:
    """Return a media type that *response* declares and what is said of it; JSON if it is there."""
    content = response.get("content") if response is not None else None
    declared = list(content.members()) if content is not None else []
    found = [(name, node) for name, node in declared if is_json(name)] or declared
    return found[0] if found else None


def strip_parameters(content_type: str) -> str:
    """Return the media type that a Content-Type names, in lower case, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def example_of(media: Node) -> Any:
    """Return the example that stands beside the schema of a body; None without one."""
    return next(list_examples(media), None)


def list_examples(media: Node) -> Iterator[Any]:
    """Yield the examples that stand beside the schema of a body."""
    if isinstance(media.value, dict) and "example" in media.value:
        yield media.value["example"]
    named = media.get("examples")
    values = (node.value for _, node in named.members()) if named is not None else ()
    yield from (v["value"] for v in values if isinstance(v, dict) and "value" in v)
