"""Where the files that come with this package are.

A wheel carries them inside the package; in a checkout they stand at the project's root.
"""

from pathlib import Path

#: The shells for which there is a script that completes commands.
SHELLS = ("bash", "zsh", "fish")
_IN_WHEEL = Path(__file__).parent
_IN_CHECKOUT = _IN_WHEEL.parent.parent


def contract() -> Path:
    """Return the contract, ``openapi.yaml``."""
    inside = _IN_WHEEL / "openapi.yaml"
    return inside if inside.exists() else _IN_CHECKOUT / "openapi.yaml"


def fixtures() -> Path:
    """Return the folder of the default world."""
    inside = _IN_WHEEL / "fixtures"
    return inside if inside.exists() else _IN_CHECKOUT / "fixtures"


def schema(name: str) -> Path:
    """Return the published JSON Schema ``NAME.schema.json``."""
    inside = _IN_WHEEL / "schemas"
    folder = inside if inside.exists() else _IN_CHECKOUT / "docs" / "schemas"
    return folder / f"{name}.schema.json"


def find_completion(shell: str) -> Path:
    """Return the script by which one of the `SHELLS` completes commands."""
    return _IN_WHEEL / "completion" / f"mockserver.{shell}"
