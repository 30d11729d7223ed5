"""Faults, by what they break: a miniature with one method changed, and a sentence that says how.

No law is named here: which ones kill a fault is found out, not declared.
"""
