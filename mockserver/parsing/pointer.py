"""JSON Pointers (RFC 6901): how the path to a value of a document is written."""


def escape(name: object) -> str:
    """Return *name* as one token of a pointer (RFC 6901, section 3)."""
    return str(name).replace("~", "~0").replace("/", "~1")


def split(pointer: str) -> list[str]:
    """Return the names and indexes that *pointer* consists of, unescaped."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
