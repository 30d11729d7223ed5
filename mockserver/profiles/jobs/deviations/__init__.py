"""Named ways to break the contract on purpose. They wrap the core, which knows none of them.

Here belongs each deviation, and the catalogue that names them all. Faults, which hit single calls
and heal, are in `faults`.
"""
