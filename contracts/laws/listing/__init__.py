"""The list of jobs as laws read it: stretches of it, what it holds in all, and one job in it.

The cost of each reading is bounded, however long the list is. No law is in here, and nothing here
reports a violation except where two readings of one page differ.
"""
