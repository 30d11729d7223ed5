"""What a request or an answer does that the contract does not say.

Here belongs what compares exchanges with a `Document` and reports. Nothing here refuses a request:
what the API itself refuses is in `operations`.
"""
