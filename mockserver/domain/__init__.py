"""What a job is and may do: values in, values out.

Here belongs no socket, no store and no clock, and of HTTP only the status code of a refusal. The
numbers and states themselves are the contract's.
"""
