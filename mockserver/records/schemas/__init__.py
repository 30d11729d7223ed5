"""The schemas of a contract: whether a value fits one, and values that do.

Here belongs what JSON Schema says of a value; what the value is a member of is known above.
"""
