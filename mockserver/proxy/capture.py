"""Copies of what passes through: bounded, so that a recording costs no more memory than it may."""

from mockserver.proxy.exchange import Content


class Budget:
    """How many *octets* may be held at one time for all exchanges that are under way."""

    def __init__(self, octets: int) -> None:
        self._left = octets

    def take(self, octets: int) -> bool:
        """Return whether so many may be held; they count until they are given back."""
        if octets > self._left:
            return False
        self._left -= octets
        return True

    def give_back(self, octets: int) -> None:
        """Let others hold so many *octets*."""
        self._left += octets


class Capture:
    """Keeps a copy of one content of at most *most* octets, within the *budget* of all."""

    def __init__(self, most: int, budget: Budget) -> None:
        self._most = most
        self._budget = budget
        self._chunks: list[bytes] = []
        self._held = 0
        self._note = ""
        self.length = 0

    def add(self, chunk: bytes) -> None:
        """Note that *chunk* has passed."""
        self.length += len(chunk)
        if self._note:
            return
        if self.length > self._most:
            self._drop(f"not recorded: longer than {self._most:,} octets")
        elif not self._budget.take(len(chunk)):
            self._drop("not recorded: too much was under way at that time")
        else:
            self._chunks.append(chunk)
            self._held += len(chunk)

    def finish(self, failure: str = "") -> Content:
        """Return what has passed; what a *failure* cut off is not kept."""
        octets = b"".join(self._chunks)
        if failure and not self._note:
            self._note = f"not recorded: {failure} after {self.length:,} octets"
        note = self._note
        self._drop(note)
        return Content(None if note else octets, self.length, note)

    def _drop(self, note: str) -> None:
        self._note = note
        self._budget.give_back(self._held)
        self._held = 0
        self._chunks = []
