"""An organization's key, and every value that is ever made of it.

Laws send keys that are nearly right. Each of them is made here, together with the way in which a
shell makes it of the variable that holds the key: so nothing can be sent that no report knows to
hide, and what a report shows instead can be run.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credential:
    """A value to be sent as a key, or as a part of a header."""

    text: str = field(repr=False)
    shell: str
    """What a shell makes *text* of, within double quotes."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and the environment variable that replaces it in all output."""

    text: str = field(repr=False)
    variable: str

    @property
    def whole(self) -> Credential:
        """Return the key itself."""
        return Credential(self.text, f"${{{self.variable}}}")

    @property
    def shortened(self) -> tuple[Credential, Credential]:
        """Return the key without its last character, and without its first."""
        return (
            Credential(self.text[:-1], f"${{{self.variable}%?}}"),
            Credential(self.text[1:], f"${{{self.variable}#?}}"),
        )

    @property
    def lengthened(self) -> tuple[Credential, Credential]:
        """Return the key with a character more after it, and before it."""
        shell = self.whole.shell
        return Credential(f"{self.text}x", f"{shell}x"), Credential(f"x{self.text}", f"x{shell}")

    @property
    def in_other_case(self) -> Credential:
        """Return the key with upper and lower case exchanged."""
        shell = f"$(printf %s \"${{{self.variable}}}\" | tr 'a-zA-Z' 'A-Za-z')"
        return Credential(self.text.swapcase(), shell)

    @property
    def as_user(self) -> Credential:
        """Return the key in base64, as the name of a user without a password (RFC 7617 §2)."""
        shell = f"$(printf '%s:' \"${{{self.variable}}}\" | base64 | tr -d '\\n')"
        return Credential(b64encode(f"{self.text}:".encode()).decode(), shell)

    @property
    def as_pair(self) -> Credential:
        """Return the key, which is a user and a password, in base64 (RFC 7617 §2)."""
        shell = f"$(printf %s \"${{{self.variable}}}\" | base64 | tr -d '\\n')"
        return Credential(b64encode(self.text.encode()).decode(), shell)

    @property
    def all(self) -> tuple[Credential, ...]:
        """Return every value that is ever made of the key, and is not empty; the longest first."""
        made = (
            self.whole,
            *self.shortened,
            *self.lengthened,
            self.in_other_case,
            self.as_user,
            *((self.as_pair,) if ":" in self.text else ()),
        )
        return tuple(
            sorted((one for one in made if one.text), key=lambda one: len(one.text), reverse=True)
        )
