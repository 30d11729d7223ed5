"""Measurements: ratios from interleaved runs, never asserted in a test."""
