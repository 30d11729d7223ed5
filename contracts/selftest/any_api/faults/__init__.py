"""Deployments of any API that break one promise each, made of the keys of its contract.

A module is called after the promises of which its faults are made, and each yields them with those
that no law can check: `catalogue` has all. `promise` says what either is. Nothing here judges.
"""
