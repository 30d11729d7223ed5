"""What makes a recording unusable."""

from __future__ import annotations


class TrafficError(ValueError):
    """A recording cannot be read; the text says where it is damaged, and what to do."""
