"""What a job is and may do: values in, values out.

Here belongs no HTTP, no storage and no clock. The numbers and states themselves are the contract's.
"""
