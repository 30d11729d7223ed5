"""Parts of descriptions that tests write themselves."""

import json
from pathlib import Path
from typing import Any

from mockserver.contract.tree import Library, Node


def part(folder: Path, schema: Any, version: str = "3.1.0", **schemas: Any) -> Node:
    """Return the node of *schema* in a description in *folder* that has other *schemas* too."""
    document = {
        "openapi": version,
        "info": {"title": "Parts", "version": "1"},
        "paths": {},
        "components": {"schemas": {"Part": schema, **schemas}},
    }
    file = folder / "parts.json"
    file.write_text(json.dumps(document))
    library = Library(file)
    found = library.root(library.read(file)).find("components", "schemas", "Part")
    assert found is not None
    return found
