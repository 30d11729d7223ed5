"""Checks of requests and responses against the contract.

Here belongs what compares requests and responses with the contract and yields violations. Nothing
here refuses a request: what the API itself refuses is in `operations`.
"""
