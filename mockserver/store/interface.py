"""What every store may raise, and the name of the one that needs no other program."""

#: The name of the store that ends with its process.
MEMORY = "memory"


class StoreUnavailableError(Exception):
    """The store cannot be reached, or is too busy, for the time being."""


class StoreRefusedError(Exception):
    """The store cannot be used: it is not one of this program, or of another version."""
