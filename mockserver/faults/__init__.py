"""Faults: what a rule says, and the faults that are active in a world.

Here belong values and counts, which say whether a fault hits a call. What a fault then does to the
call is in `middleware`.
"""
