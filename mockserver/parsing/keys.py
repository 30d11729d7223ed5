"""Who may see what: a secret opens what its holder may see, and nothing else."""

import hashlib
import hmac
import re
from typing import Generic, TypeVar

T = TypeVar("T")

#: What the keys of worlds that a test makes begin with; thousands of them are known by their form.
KEY_PREFIX = "mock-"
MADE_KEY = re.compile(KEY_PREFIX + "[0-9a-f]{32}")


class Keyring(Generic[T]):
    """Finds the holder of the API key that a caller presents."""

    def __init__(self) -> None:
        self._holders: dict[bytes, tuple[bytes, T]] = {}

    def add(self, api_key: str, holder: T) -> None:
        """Add *holder* under *api_key*."""
        octets = _octets(api_key)
        self._holders[_digest(octets)] = (octets, holder)

    def remove(self, api_key: str) -> None:
        """Remove the holder of *api_key*, if there is one."""
        self._holders.pop(_digest(_octets(api_key)), None)

    def find(self, api_key: str) -> T | None:
        """Return the holder of *api_key*, or None, in a time that reveals nothing of any key.

        Keys are looked up by digest: where a look-up stops says something about digests, from
        which a key cannot be told. The key itself is then compared in constant time.
        """
        octets = _octets(api_key)
        known, holder = self._holders.get(_digest(octets), (b"", None))
        return holder if hmac.compare_digest(known, octets) else None


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _digest(octets: bytes) -> bytes:
    # BLAKE2b takes half the time of SHA-256 for something as short as a key.
    return hashlib.blake2b(octets, digest_size=16).digest()
