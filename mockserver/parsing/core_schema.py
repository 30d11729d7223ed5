"""The core schema of YAML 1.2. PyYAML by itself follows YAML 1.1."""

import math
import re
from collections.abc import Hashable
from typing import Any

import yaml

#: More digits than any useful number has; one of millions of digits takes minutes to read.
MOST_DIGITS = 1_000
_CORE_TAGS = ("null", "bool", "int", "float", "str", "seq", "map")
_MERGE = (
    "merge keys (<<) are not part of YAML 1.2; write the members out, or let an alias (*name) "
    "stand for a whole value"
)


def _core_schema() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return the plain scalars that are not text, by first character (YAML 1.2.2, 10.3.2)."""
    signed = tuple("-+.0123456789")
    patterns = (
        ("null", r"(?:~|null|Null|NULL|)$", ("~", "n", "N", "")),
        ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", tuple("tTfF")),
        ("int", r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", tuple("-+0123456789")),
        ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", signed),
        ("float", r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$", tuple("-+.")),
    )
    resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for name, pattern, firsts in patterns:
        for first in firsts:
            entry = (f"tag:yaml.org,2002:{name}", re.compile(pattern))
            resolvers.setdefault(first, []).append(entry)
    return resolvers


class StrictLoader(yaml.CSafeLoader):
    """YAML 1.2's core schema, as OpenAPI demands it: ``no``, ``12:30`` and ``1_000`` are texts."""

    yaml_implicit_resolvers = _core_schema()
    yaml_constructors = {  # noqa: RUF012 -- PyYAML copies it before it adds to it
        tag: construct
        for tag, construct in yaml.CSafeLoader.yaml_constructors.items()
        if tag is None or tag.rpartition(":")[2] in _CORE_TAGS
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 -- PyYAML's signature
        """Return the mapping; a key that is not text, or that occurs twice, is an error."""
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise _error_at("a key must be text; put it in quotes", key_node)
            if key == "<<":
                raise _error_at(_MERGE, key_node)
            if key in seen:
                raise _error_at(f"the key {key!r} occurs twice", key_node)
            seen.add(key)
        return super().construct_mapping(node, deep)

    def construct_core_int(self, node: yaml.ScalarNode) -> int:
        """Return an integer: decimal, ``0o`` octal or ``0x`` hexadecimal; ``010`` is ten."""
        try:
            return read_integer(node.value)
        except ValueError as error:
            raise _error_at(str(error), node) from None

    def construct_core_float(self, node: yaml.ScalarNode) -> float:
        """Return a number that JSON can represent."""
        try:
            number = float(node.value)
        except ValueError:  # .inf, .nan, or what an explicit tag calls a number
            number = math.nan
        if not math.isfinite(number):
            raise _error_at(f"{node.value} is not a number that JSON can represent", node)
        return number


class LenientLoader(StrictLoader):
    """The core schema, but a key such as ``200`` is the text that is written."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 -- PyYAML's signature
        """Return the mapping; every scalar key is text."""
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                key_node.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)


class PortableDumper(yaml.CSafeDumper):
    """Quotes each text that the core schema, or YAML 1.1, would take for something else."""

    yaml_implicit_resolvers = {  # noqa: RUF012 -- PyYAML copies it before it adds to it
        first: [
            *yaml.CSafeDumper.yaml_implicit_resolvers.get(first, []),
            *StrictLoader.yaml_implicit_resolvers.get(first, []),
        ]
        for first in {
            **yaml.CSafeDumper.yaml_implicit_resolvers,
            **StrictLoader.yaml_implicit_resolvers,
        }
    }


def read_integer(text: str) -> int:
    """Return the integer that *text* states, in decimal, ``0o`` octal or ``0x`` hexadecimal.

    Raises:
        ValueError: *text* is not an integer, or has more than `MOST_DIGITS` digits.
    """
    if len(text) > MOST_DIGITS:
        raise ValueError(f"the number has {len(text):,} digits; it may have {MOST_DIGITS:,}")
    try:
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    except ValueError:
        raise ValueError(f"{text!r} is not an integer") from None


def _error_at(message: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(None, None, message, node.start_mark)


StrictLoader.add_constructor("tag:yaml.org,2002:int", StrictLoader.construct_core_int)
StrictLoader.add_constructor("tag:yaml.org,2002:float", StrictLoader.construct_core_float)
