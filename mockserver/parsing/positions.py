"""Finding the line and column of a value. Needed on failure only.

Parsing keeps no positions, so a file at fault is looked through a second time: JSON value by
value, since a large one has no room in memory as nodes, and YAML composed.
"""

from contextlib import suppress
from functools import lru_cache

import yaml

from mockserver.parsing.core_schema import StrictLoader
from mockserver.parsing.json_text import JsonText


def locate(text: str, pointer: str) -> tuple[int, int]:
    """Return line and column, from 1, of what *pointer* names in the YAML or JSON *text*.

    A pointer to something that is not there gives the place of its nearest parent.
    """
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    if text.lstrip().startswith(("{", "[")):
        # YAML's flow style begins like JSON, but does not go on like it.
        with suppress(ValueError, IndexError, RecursionError):
            at = _scan(text).offset(tokens)
            return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    node = _compose(text)
    if node is None:
        return 1, 1
    for token in tokens:
        found = _member(node, token)
        if found is None:
            break
        node = found
    return node.start_mark.line + 1, node.start_mark.column + 1


@lru_cache(2)
def _scan(text: str) -> JsonText:
    return JsonText(text)


@lru_cache(2)
def _compose(text: str) -> yaml.Node | None:
    """Return the nodes of *text*, if it has any; a file with many faults is composed once."""
    try:
        return yaml.compose(text, Loader=StrictLoader)
    except yaml.YAMLError:
        # JSON may hold escapes that YAML refuses.
        return None


def _member(node: yaml.Node, name: str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode):
        items: list[yaml.Node] = node.value
        return items[int(name)] if name.isdecimal() and int(name) < len(items) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == name), None)
    return None
