"""Texts of other authors, read strictly: YAML, JSON, integers, moments, keys; and diagnostics.

Here belongs what holds for a contract, fixtures, faults and bodies alike: no socket, no store and
no clock. What the values of each mean is in `contract`, `records`, `faults` and `control`.
"""
