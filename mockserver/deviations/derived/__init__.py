"""Deviations that follow from a contract: each rule that it states can be broken by name.

Here belongs one module per key of the contract, which yields its deviations for a kind of records.
"""
