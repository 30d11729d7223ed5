"""What each operation of the contract does, and the way from a request to it.

Here belongs what a role of operations does with records, such as to list or to move them; by which
rules is in `records`. What happens around every request is in `middleware`.
"""
