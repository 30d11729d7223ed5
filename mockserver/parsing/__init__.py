"""YAML and JSON of other authors, read strictly, and diagnostics of what is wrong.

Here belongs what holds for a contract, fixtures, faults and bodies alike. What the values of each
mean is in `contract`, `records`, `faults` and `control`.
"""
