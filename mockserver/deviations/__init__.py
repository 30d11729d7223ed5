"""Named ways to break a contract on purpose, made of what the contract itself says.

Here belongs what a deviation is, and how those of any contract are derived. They change the
contract that a world is served by, the records that it shows, or requests and responses; the
operations know none of them. What one API has of its own is in its profile. Faults, which hit
single calls and end, are in `faults`.
"""
