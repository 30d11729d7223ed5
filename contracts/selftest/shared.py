"""MUST laws that no fault is needed for alone, and why they are worth having all the same."""

from __future__ import annotations

from collections.abc import Mapping

WHY: Mapping[str, str] = {}
"""Law id to reason."""
