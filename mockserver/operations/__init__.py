"""What each operation of the contract does, and the way from a request to it.

Here belongs one module per resource, with no rules of its own: those are in `domain` and `store`.
What happens around every request is in `middleware`.
"""
