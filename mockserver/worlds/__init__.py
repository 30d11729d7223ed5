"""Worlds: isolated copies of all that a client can see, what they consist of, and their factory.

Here belongs what one world has for itself: its clock, its journal, its events. Where its records
are kept is in `records`, and what keeps worlds the same on several servers in `replicas`.
"""
